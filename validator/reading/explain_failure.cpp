#include "validator/reading/explain_failure.h"

#include <algorithm>

#include <fmt/format.h>

#include "validator/reading/mistake_finder.h"
#include "validator/reading/yaml_text.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

// Text of this size is harmless whatever it holds.
constexpr std::size_t kHarmlessBytes = 64 << 10;

using Cause = ParseFailure::Cause;

bool is_document_marker(std::string_view text, std::size_t at) {
  const std::string_view marker = text.substr(at, 3);
  return (marker == "---" || marker == "...") && is_blank_or_break_at(text, at + 3) &&
         line_begin(text, at) == at;
}

// The text at which the parser stopped; for the end of the input the last text before it.
Span place_of(std::string_view text, std::size_t begin, std::size_t end, std::size_t offset) {
  std::size_t at = std::clamp(offset, begin, end);
  if (skip_space(text.substr(0, end), at) >= end) {
    at = end;
    while (at > begin && (ascii::is_blank(text[at - 1]) || is_break(text[at - 1]))) --at;
    const std::size_t stop = at;
    while (at > begin && !ascii::is_blank(text[at - 1]) && !is_break(text[at - 1])) --at;
    return {at, stop};
  }
  at = skip_space(text.substr(0, end), at);
  std::size_t stop = at;
  while (stop < end && !ascii::is_blank(text[stop]) && !is_break(text[stop])) ++stop;
  return {at, stop};
}

Diagnostic unknown_alias(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (!is_blank_or_break_at(text, end) &&
         std::string_view(",[]{}").find(text[end]) == std::string_view::npos) {
    ++end;
  }
  Diagnostic diagnostic;
  diagnostic.rule = "yaml-alias";
  diagnostic.span = {at, end};
  diagnostic.message = fmt::format("alias `{}` has no anchor above it", text.substr(at, end - at));
  diagnostic.help = "quote text that starts with `*`";
  return diagnostic;
}

}  // namespace

std::optional<ParseFailure> check_costs(std::string_view text, std::size_t begin, std::size_t end) {
  if (end - begin <= kHarmlessBytes) return std::nullopt;
  const std::optional<Mistake> cost = MistakeFinder(text, begin, end).first_cost();
  if (!cost) return std::nullopt;
  const Cause cause = cost->kind == MistakeKind::too_deep    ? Cause::too_deep
                      : cost->kind == MistakeKind::too_large ? Cause::too_large
                                                             : Cause::syntax;
  return ParseFailure{cause, cost->diagnostic.span.begin, cost->diagnostic.message};
}

Diagnostic explain_failure(std::string_view text, std::size_t begin, std::size_t end,
                           const ParseFailure& failure) {
  const std::size_t at = std::clamp(failure.offset, begin, end);
  Diagnostic diagnostic;
  diagnostic.span = {at, std::min(at + 1, end)};
  diagnostic.message = failure.message;
  switch (failure.cause) {
    case Cause::unknown_anchor:
      return unknown_alias(text, at);
    case Cause::too_deep:
      diagnostic.rule = "too-deep";
      diagnostic.help = "nest lists and mappings less deeply";
      return diagnostic;
    case Cause::too_large:
      diagnostic.rule = "too-large";
      diagnostic.help = "write it on indented lines instead";
      return diagnostic;
    case Cause::more_documents:
      if (!is_document_marker(text, at)) break;
      diagnostic.rule = "yaml-multiple-documents";
      diagnostic.span.end = at + 3;
      diagnostic.message = "a second document starts here";
      diagnostic.help = "keep one document per file";
      return diagnostic;
    case Cause::open_quote:
    case Cause::syntax:
      break;
  }
  std::optional<Mistake> mistake = MistakeFinder(text, begin, end).first_mistake();
  // The parser may stumble earlier, over something that the finder does not know.
  if (mistake && mistake->diagnostic.span.begin <= line_end(text, at))
    return std::move(mistake->diagnostic);
  if (at < end && text[at] == '\t') {
    diagnostic.rule = "yaml-tab";
    diagnostic.message = "tab in the indentation";
    diagnostic.help = "indent with spaces";
    return diagnostic;
  }
  diagnostic.rule = "yaml-syntax";
  diagnostic.span = place_of(text, begin, end, at);
  diagnostic.message = fmt::format("not YAML ({})", failure.message);
  return diagnostic;
}

Diagnostic explain_head(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t first = skip_blanks(text, begin);
  // A tab or a merge conflict marker. Other lines make sense on their own.
  std::optional<Mistake> mistake = MistakeFinder(text, begin, end).first_mistake();
  const bool is_marker = is_conflict_marker(text.substr(first, line_end(text, first) - first));
  if (mistake && mistake->diagnostic.span.begin <= first &&
      (is_marker || mistake->kind == MistakeKind::tab)) {
    return std::move(mistake->diagnostic);
  }
  Diagnostic diagnostic;
  diagnostic.rule = "yaml-syntax";
  diagnostic.span = {first, content_end(text, first)};
  const std::string_view content = text.substr(first, diagnostic.span.end - first);
  if (content.starts_with('-')) {
    diagnostic.message = "dash without a space after it";
    diagnostic.help = "write `- ` before the first key";
  } else if (text.substr(plain_key_end(text, first), 1) == ":") {
    diagnostic.message = "list item without its dash";
    diagnostic.help = "write `- ` before the first key";
  } else {
    diagnostic.message = "expected a list item, found text";
    diagnostic.help = "remove it, or turn it into a comment";
  }
  return diagnostic;
}

}  // namespace assay
