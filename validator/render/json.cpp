#include <nlohmann/json.hpp>

#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Diagnostic& diagnostic, const std::string& path, PositionIndex& positions) {
  const Position begin = positions.position(diagnostic.span.begin);
  const Position end = positions.position(diagnostic.span.end);
  Json out = {{"rule", diagnostic.rule},
              {"severity", to_string(diagnostic.severity)},
              {"message", diagnostic.message},
              {"file", path},
              {"line", begin.line},
              {"column", begin.column},
              {"end_line", end.line},
              {"end_column", end.column},
              {"entry", diagnostic.entry},
              {"label", diagnostic.label}};
  if (!diagnostic.help.empty()) out["help"] = diagnostic.help;
  if (!diagnostic.related.empty()) {
    Json& list = out["related"] = Json::array();
    for (const Related& related : diagnostic.related) {
      const Position at = positions.position(related.span.begin);
      list.push_back(
          {{"file", path}, {"line", at.line}, {"column", at.column}, {"message", related.message}});
    }
  }
  if (diagnostic.fix) {
    out["fix"] = {{"start", diagnostic.fix->span.begin},
                  {"end", diagnostic.fix->span.end},
                  {"text", diagnostic.fix->text}};
  }
  return out;
}

}  // namespace

std::string render_json(const std::vector<FileReport>& reports) {
  Json files = Json::array();
  Json diagnostics = Json::array();
  for (const FileReport& report : reports) {
    const std::string& path = report.source->path();
    files.push_back({{"path", path}, {"entries", report.entries}});
    PositionIndex positions(*report.source);
    for (const Diagnostic& diagnostic : report.diagnostics) {
      diagnostics.push_back(to_json(diagnostic, path, positions));
    }
  }
  const Tally counts = tally(reports);
  const Json out = {
      {"version", ASSAY_VERSION},
      {"files", std::move(files)},
      {"diagnostics", std::move(diagnostics)},
      {"summary",
       {{"errors", counts.errors}, {"warnings", counts.warnings}, {"notes", counts.notes}}}};
  return indented_json(out) + "\n";
}

}  // namespace assay
