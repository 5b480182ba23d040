#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "validator/diagnostic.h"
#include "validator/read_limits.h"

namespace assay {

/// The bytes of a file made fit for the YAML parser without moving any of them.
struct PreparedText {
  std::string_view text;  ///< the file's own bytes, or `copy`
  std::string copy;
  bool readable = true;  ///< false when nothing of it should be parsed
  bool altered = false;  ///< some bytes replace others that YAML may not hold
  Diagnostics problems;

  PreparedText() = default;
  PreparedText(PreparedText&&) = delete;  // `text` may point into `copy`
};

/// Reports what is wrong with size and encoding. `out.text` may be a view of `bytes`.
void prepare_text(std::string_view bytes, const ReadLimits& limits, PreparedText& out);

}  // namespace assay
