#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/render/report_path.h"
#include "validator/text/printable.h"
#include "validator/text/xml.h"

namespace assay {
namespace {

// What must not be sent raw to a terminal is spelled out here as well.
std::string escaped(std::string_view text) { return xml_escaped(printable(text)); }

// Consumers take cases of the same suite and name for one, so the place is part of the name.
std::string case_name(const Diagnostic& diagnostic, Position at) {
  std::string name = fmt::format("{} at {}:{}", diagnostic.rule, at.line, at.column);
  if (!diagnostic.entry.empty()) name += " in " + diagnostic.entry;
  if (!diagnostic.label.empty()) name += " of " + diagnostic.label;
  return name;
}

std::string failing_case(const Diagnostic& diagnostic, const std::string& file,
                         PositionIndex& positions) {
  const Position at = positions.position(diagnostic.span.begin);
  const std::string message = escaped(diagnostic.message);
  std::string text = fmt::format("{}:{}:{}: {}: {}", file, at.line, at.column,
                                 to_string(diagnostic.severity), message);
  for (const Related& related : diagnostic.related) {
    const Position place = positions.position(related.span.begin);
    text += fmt::format("\n{}:{}:{}: {}", file, place.line, place.column, escaped(related.message));
  }
  if (!diagnostic.help.empty()) text += "\nhelp: " + escaped(diagnostic.help);
  return fmt::format(
      "    <testcase classname=\"{0}\" name=\"{1}\" file=\"{0}\" line=\"{2}\" time=\"0\">\n"
      "      <failure type=\"{3}\" message=\"{4}\">{5}</failure>\n"
      "    </testcase>\n",
      file, escaped(case_name(diagnostic, at)), at.line, to_string(diagnostic.severity), message,
      text);
}

}  // namespace

std::string render_junit(const std::vector<FileReport>& reports, std::string_view folder) {
  std::string suites;
  std::size_t all_cases = 0;
  std::size_t all_failures = 0;
  for (const FileReport& report : reports) {
    const std::string file = escaped(report_path(report.source->path(), folder));
    const std::size_t failures = report.diagnostics.size();
    const std::size_t cases = std::max<std::size_t>(failures, 1);
    all_cases += cases;
    all_failures += failures;
    suites += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
        "time=\"0\">\n",
        file, cases, failures);
    PositionIndex positions(*report.source);
    for (const Diagnostic& diagnostic : report.diagnostics) {
      suites += failing_case(diagnostic, file, positions);
    }
    if (failures == 0) {
      suites += fmt::format(
          "    <testcase classname=\"{0}\" name=\"no problems\" file=\"{0}\" time=\"0\"/>\n", file);
    }
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"assay\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"0\">\n"
      "{}</testsuites>\n",
      all_cases, all_failures, suites);
}

}  // namespace assay
