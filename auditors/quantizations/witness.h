#pragma once

#include <string_view>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/quantizations/examined.h"
#include "validator/vocabulary.h"

namespace assay {

/// Reads what is needed of `row` at its commit to say whether it holds weights of `family`; nothing
/// where the listing has settled it (listed_weights.h). Whether `row` descends from `base` is the
/// caller's question; names that speak of another model make it doubtful here, and so do sizes that
/// do not fit the base.
///
/// A witness has its format from its config.json (or a writer's own file), its files and sizes from
/// the tree, all at one commit. The tree is not read where the Hub counted tensors of the type in
/// which the family packs its weights. The config.json always is: the Hub's reading of it leaves
/// keys out that decide (checkpoint_format). GGUF files tell their format by their names.
Examined examine(const SourceConfig& hub, const EvidenceSet& evidence, const hub::Repository& base,
                 const hub::Repository& row, std::string_view family,
                 const QuantizationFamilies& families);

}  // namespace assay
