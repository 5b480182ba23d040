#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "auditors/evidence/evidence.h"

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

}  // namespace assay
