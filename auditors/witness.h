#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence_set.h"
#include "auditors/hub.h"

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
  std::string commit;
  std::string detail;      ///< of a witness: "quant_method awq, 4 bits", "GGUF files Q4_K_M Q8_0"
  std::size_t files = 0;   ///< of a witness: weight files
  std::int64_t bytes = 0;  ///< of a witness: their size, as far as it is stated
  std::vector<const Evidence*> evidence;
};

/// Whether the row's file names, where it states them, are GGUF files and no other weights.
bool only_gguf(const hub::Repository& row);

/// Reads what is known of `row` at its commit: config.json (and hf_quant_config.json), then the
/// file tree. Whether `row` descends from `base` is the caller's question; names that speak of
/// changed weights or another size make it doubtful here, and so do sizes that do not fit the base.
Examined examine(const SourceConfig& hub, const EvidenceSet& evidence, const hub::Repository& base,
                 const hub::Repository& row, std::string_view family);

}  // namespace assay
