#pragma once

#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"
#include "auditors/quantizations/examined.h"
#include "auditors/repository/weight_files.h"
#include "validator/vocabulary.h"

namespace assay {

// The format of a repository is established: are its weights there, and can they be the base's?
// The first two functions make `out` a witness, or doubtful with what is in the way: a name that
// speaks of another model, a gated repository, missing shards, sizes that do not fit the base's
// parameters.

/// What the weights are said to be.
struct WeightFormat {
  const QuantizationFamilies& families;
  std::vector<std::string_view> ids;  ///< families that are in the files, or may be
  double bits = 0;                    ///< per weight, of a single family; 0 when unknown
  bool typed = false;                 ///< the types of the tensors show it: TensorTypes::fitting
};

/// By files and their sizes; one set that fits is enough, or all of them together.
void weigh(Examined& out, const hub::Repository& row, const hub::Repository& base,
           const std::vector<WeightSet>& sets, const WeightFormat& format);

/// By the names of the files and `bytes`, the size of the tensors that the Hub counted in them.
void weigh_counted(Examined& out, const hub::Repository& row, const hub::Repository& base,
                   std::int64_t bytes, const WeightFormat& format);

/// Whether one of the sets is complete and has a size that such weights of the base can have.
bool any_fits(const std::vector<WeightSet>& sets, const hub::Repository& base,
              const WeightFormat& format);

}  // namespace assay
