#include <string>
#include <string_view>

#include <fmt/format.h>

#include "validator/diagnostic.h"
#include "validator/position_index.h"
#include "validator/printable.h"
#include "validator/render/github_annotation.h"
#include "validator/render/report_path.h"

namespace assay {
namespace {

std::string_view command(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "notice";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

}  // namespace

std::string render_github(const std::vector<FileReport>& reports, std::string_view folder) {
  std::string out;
  for (const FileReport& report : reports) {
    const std::string path = report_path(report.source->path(), folder);
    PositionIndex positions(*report.source);
    for (const Diagnostic& diagnostic : report.diagnostics) {
      const Position begin = positions.position(diagnostic.span.begin);
      const Position end = positions.position(diagnostic.span.end);
      std::string text = printable(diagnostic.message);
      if (!diagnostic.help.empty()) text += "\nhelp: " + printable(diagnostic.help);
      // The log of the workflow shows the message alone.
      text += fmt::format("\nat {}:{}:{}", printable(path), begin.line, begin.column);
      if (!diagnostic.entry.empty())
        text += fmt::format(" (entry {})", printable(diagnostic.entry));
      out +=
          github_annotation(command(diagnostic.severity), diagnostic.rule, path, begin, end, text);
    }
  }
  return out;
}

}  // namespace assay
