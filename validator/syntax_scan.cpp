#include "validator/syntax_scan.h"

#include <algorithm>

#include <fmt/format.h>

#include "validator/scalar_syntax.h"

namespace assay {

std::optional<ParseFailure> check_costs(std::string_view, std::size_t, std::size_t) {
  return std::nullopt;
}

Diagnostic explain_failure(std::string_view text, std::size_t begin, std::size_t end,
                           const ParseFailure& failure) {
  Diagnostic diagnostic;
  const std::size_t at = std::clamp(failure.offset, begin, end);
  diagnostic.span = {at, std::max(at, std::min(line_end(text, at), end))};
  diagnostic.message = failure.message;
  switch (failure.cause) {
    case ParseFailure::Cause::syntax:
      diagnostic.rule = "yaml-syntax";
      break;
    case ParseFailure::Cause::unknown_anchor:
      diagnostic.rule = "yaml-alias";
      break;
    case ParseFailure::Cause::too_deep:
      diagnostic.rule = "too-deep";
      break;
    case ParseFailure::Cause::more_documents:
      diagnostic.rule = "yaml-multiple-documents";
      break;
  }
  return diagnostic;
}

}  // namespace assay
