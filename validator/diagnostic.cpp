#include "validator/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace assay {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

Diagnostic cut_short(Span at, std::string message) {
  Diagnostic problem;
  problem.rule = kCutShort;
  problem.span = at;
  problem.message = std::move(message);
  problem.help = "fix the ones shown and run again";
  return problem;
}

void sort_and_unique(Diagnostics& diagnostics) {
  // Every field takes part, so that the result does not depend on the order before.
  const auto related_key = [](const Diagnostic& d) {
    std::vector<std::tuple<std::size_t, std::size_t, std::string_view>> key;
    for (const Related& related : d.related) {
      key.emplace_back(related.span.begin, related.span.end, related.message);
    }
    return key;
  };
  const auto fix_key = [](const Diagnostic& d) {
    return d.fix
               ? std::tuple(true, d.fix->span.begin, d.fix->span.end, std::string_view(d.fix->text))
               : std::tuple(false, std::size_t{0}, std::size_t{0}, std::string_view());
  };
  std::sort(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    const auto key = [](const Diagnostic& d) {
      return std::tie(d.span.begin, d.span.end, d.rule, d.message, d.severity, d.entry, d.label,
                      d.help);
    };
    if (key(a) != key(b)) return key(a) < key(b);
    if (a.related != b.related) return related_key(a) < related_key(b);
    return fix_key(a) < fix_key(b);
  });
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end()), diagnostics.end());
}

Tally tally(const std::vector<FileReport>& reports) {
  Tally counts;
  for (const FileReport& report : reports) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
      switch (diagnostic.severity) {
        case Severity::note:
          ++counts.notes;
          break;
        case Severity::warning:
          ++counts.warnings;
          break;
        case Severity::error:
          ++counts.errors;
          break;
      }
    }
  }
  return counts;
}

}  // namespace assay
