#pragma once

#include <vector>

#include "auditors/hub/answers.h"
#include "auditors/quantizations/examined.h"
#include "auditors/repository/weight_files.h"

namespace assay {

// The format of a repository is established: are its weights there, and can they be the base's?
// Both functions make `out` a witness, or doubtful with what is in the way: a name that speaks of
// another model, a gated repository, missing shards, sizes that do not fit the base's parameters.

/// By files and their sizes; one set that fits is enough. `bits` per weight where the sets do not
/// tell, 0 when unknown.
void weigh(Examined& out, const hub::Repository& row, const hub::Repository& base,
           const std::vector<WeightSet>& sets, double bits);

/// By the names of the files and the size of the tensors that the Hub counted in them.
void weigh_counted(Examined& out, const hub::Repository& row, const hub::Repository& base,
                   double bits);

}  // namespace assay
