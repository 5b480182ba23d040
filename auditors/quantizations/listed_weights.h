#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"
#include "auditors/repository/name_hints.h"
#include "auditors/repository/quantization_format.h"
#include "auditors/repository/tensor_types.h"
#include "auditors/repository/weight_files.h"

namespace assay {

/// What can be read once out of a row of a listing, for all families.
struct RowFacts {
  /// `base`: the id of the model whose weights are looked for. `families` must outlive it.
  RowFacts(const hub::Repository& row, const QuantizationFamilies& families, std::string_view base);
  /// hint_strength() of one of the families.
  int hint(std::string_view family) const;

  WeightFiles names;          ///< by the file names; sizes are mostly unknown
  bool opaque = false;        ///< files that may be weights under a name that does not tell
  std::string container;      ///< only_container(): all weights are in one that is no family's
  bool format_file = false;   ///< a file in which a writer states the format (format_files())
  QuantizationFormat format;  ///< what the Hub shows of the config.json; `unclear` if not enough
  std::vector<std::string> folders;  ///< (with slash) that hold a config.json beside weights
  const QuantizationFamilies& families;
  std::vector<int> hints;  ///< in the order of the families
};

/// What a row of a listing says of its weights, before anything of the repository itself is read.
/// It never makes a witness, but it says where to look first, and where looking is needless.
struct Listed {
  enum class Outlook {
    excluded,  ///< it cannot hold weights of the family
    open,      ///< nothing speaks for the family, nothing rules it out
    likely,    ///< a name, a tag or the library speaks of it
    stated,    ///< the Hub's reading of its config.json, or its file names, say so
  };
  Outlook outlook = Outlook::open;
  std::string holds;  ///< of an excluded one: what it holds, for counting ("gguf", "awq")
};

/// A row is excluded only by something that it states, never by what it leaves out:
/// - its file names, a complete list, show no file that could hold such weights, or only those of
///   other containers (containers.h);
/// - the quant_method that the Hub read out of its config.json is another family's. Methods whose
///   family other keys decide (compressed-tensors, ModelOpt, FP8) exclude only what none of them
///   can be, and nothing is excluded where a folder has a config.json of its own;
/// - its tensors are plain floating point and as many as the base's parameters, and nothing else
///   speaks of a quantization;
/// - it is disabled.
Listed listed_weights(const hub::Repository& row, const RowFacts& facts,
                      const hub::Repository& base, std::string_view family);

}  // namespace assay
