#pragma once

#include <string>
#include <string_view>

#include "validator/diagnostic.h"
#include "validator/document.h"
#include "validator/shape/shape.h"

namespace assay {

/// Finds keys of `mapping` that `shape` does not know and keys that it misses, one diagnostic each
/// (without entry). A missing key for which an unknown one was surely meant is not reported again.
/// `bytes` are those of the file; `place` is shown for a mapping without keys.
Diagnostics check_keys(const Shape& shape, const Node& mapping, std::string_view bytes,
                       const std::string& label, Span place);

}  // namespace assay
