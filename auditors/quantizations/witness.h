#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"

namespace assay {

/// Whether one repository holds weights of one quantization family, and what shows it.
struct Examined {
  enum class Status {
    pending,      ///< `needed` must be read first
    witness,      ///< it does: format established, weights complete, readable and of plausible size
    other,        ///< it is established that it does not
    doubtful,     ///< it may, but that cannot be established; a person should look
    unreachable,  ///< its evidence failed
  };
  Status status = Status::pending;
  std::vector<Request> needed;
  std::string why;     ///< for doubtful and unreachable: what is in the way
  bool gated = false;  ///< doubtful only because access must be granted
  std::string holds;   ///< of another one: what it holds instead, for counting ("gptq", "vptq")
  std::string commit;
  std::string branch;              ///< empty for the main one
  std::string detail;              ///< of a witness: "config.json states quant_method awq, 4 bits"
  std::string weights;             ///< of a witness: "2 weight files, complete, 4.2 GB"
  double bits = 0;                 ///< of a witness: per weight, as far as its config tells
  std::vector<std::string> types;  ///< GGUF types that are complete, fewest bits first
  bool old_mlx = false;            ///< of a witness: QuantizationFormat::old_mlx
  std::size_t files = 0;           ///< of a witness: weight files
  std::int64_t bytes = 0;          ///< of a witness: their size
  std::vector<const Evidence*> evidence;
  /// GGUF files whose names tell no type: they are counted, and say nothing.
  std::vector<std::string> unnamed;
};

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
                 const hub::Repository& row, std::string_view family);

}  // namespace assay
