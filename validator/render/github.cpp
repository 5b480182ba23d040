#include "validator/render/github.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/render/report_path.h"
#include "validator/text/percent.h"
#include "validator/text/printable.h"

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

// A command is one line; what would end it, or a property, is written as %XX. Texts pass through
// `printable` first, so that nothing else can end a line.
bool is_kept_in_message(char c) { return c != '%' && c != '\n' && c != '\r'; }
bool is_kept_in_property(char c) { return is_kept_in_message(c) && c != ':' && c != ','; }

std::string property(std::string_view value) {
  return percent_encoded(printable(value), is_kept_in_property);
}

}  // namespace

std::string github_annotation(std::string_view level, std::string_view id, std::string_view path,
                              Position begin, Position end, std::string_view message) {
  return fmt::format("::{} title=assay ({}),file={},line={},col={},endLine={},endColumn={}::{}\n",
                     level, property(id), property(path), begin.line, begin.column, end.line,
                     end.column, percent_encoded(message, is_kept_in_message));
}

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
