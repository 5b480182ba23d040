#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "validator/position_index.h"
#include "validator/render/render.h"
#include "validator/render/report_path.h"
#include "validator/rules/rules.h"
#include "validator/text/json_text.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  return hash;
}

// A message without the values and numbers in it: they change while the problem stays.
std::string message_kind(std::string_view message) {
  std::string kind;
  bool quoted = false;
  for (const char c : message) {
    if (c == '`') quoted = !quoted;
    if (!quoted && (c < '0' || c > '9')) kind += c;
  }
  return kind;
}

// In SARIF, `[text](target)` within a message is a link. What comes from a catalog must not be one.
std::string message_text(std::string_view text) {
  if (text.find("](") == std::string_view::npos) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Json describe(const Rule& rule) {
  const auto indented = [](std::string_view text) {
    std::string out = "    ";
    for (const char c : text) {
      out += c;
      if (c == '\n') out += "    ";
    }
    return out;
  };
  return {{"id", rule.id},
          {"shortDescription", {{"text", rule.summary}}},
          {"fullDescription", {{"text", rule.why}}},
          {"help",
           {{"text", fmt::format("{}\n\nInstead of\n\n{}\n\nwrite\n\n{}\n", rule.why,
                                 indented(rule.wrong), indented(rule.right))}}},
          {"defaultConfiguration", {{"level", to_string(rule.severity)}}}};
}

class SarifRenderer {
 public:
  explicit SarifRenderer(std::string_view folder) : folder_(folder) {
    for (const std::span<const Rule> group : rule_groups()) {
      for (const Rule& rule : group) {
        rule_indices_.emplace(rule.id, rules_.size());
        rules_.push_back(describe(rule));
      }
    }
  }

  void add(const FileReport& report) {
    uri_ = report_uri(report.source->path(), folder_);
    artifacts_.push_back({{"location", {{"uri", uri_}}}, {"roles", {"analysisTarget"}}});
    PositionIndex positions(*report.source);
    for (const Diagnostic& diagnostic : report.diagnostics) {
      results_.push_back(result(diagnostic, positions));
    }
  }

  std::string text() {
    const Json run = {
        {"tool",
         {{"driver",
           {{"name", "assay"}, {"version", ASSAY_VERSION}, {"rules", std::move(rules_)}}}}},
        {"columnKind", "unicodeCodePoints"},
        {"newlineSequences", {"\r\n", "\n", "\r"}},
        {"artifacts", std::move(artifacts_)},
        {"results", std::move(results_)}};
    const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Json::array({run})}};
    return indented_json(log) + "\n";
  }

 private:
  Json region(Span span, PositionIndex& positions) const {
    const Position begin = positions.position(span.begin);
    const Position end = positions.position(span.end);
    return {{"startLine", begin.line},
            {"startColumn", begin.column},
            {"endLine", end.line},
            {"endColumn", end.column}};
  }

  Json location(Span span, PositionIndex& positions) const {
    return {{"physicalLocation",
             {{"artifactLocation", {{"uri", uri_}}}, {"region", region(span, positions)}}}};
  }

  Json result(const Diagnostic& diagnostic, PositionIndex& positions) {
    Json out = {{"ruleId", diagnostic.rule}};
    const auto index = rule_indices_.find(diagnostic.rule);
    if (index != rule_indices_.end()) out["ruleIndex"] = index->second;
    out["level"] = to_string(diagnostic.severity);
    std::string text = diagnostic.message;
    if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
    out["message"] = {{"text", message_text(text)}};

    Json place = location(diagnostic.span, positions);
    if (!diagnostic.entry.empty()) {
      const std::string name =
          diagnostic.label.empty() ? diagnostic.entry : diagnostic.entry + "/" + diagnostic.label;
      place["logicalLocations"] = Json::array({{{"fullyQualifiedName", name}}});
    }
    out["locations"] = Json::array({std::move(place)});
    for (const Related& related : diagnostic.related) {
      Json other = location(related.span, positions);
      other["message"] = {{"text", message_text(related.message)}};
      out["relatedLocations"].push_back(std::move(other));
    }
    out["partialFingerprints"] = {{"assay/v1", fingerprint(diagnostic)}};
    // A replacement that JSON cannot hold would not be the one that is meant.
    if (diagnostic.fix && is_utf8(diagnostic.fix->text)) {
      out["fixes"] = Json::array({fix(diagnostic, positions)});
    }
    return out;
  }

  Json fix(const Diagnostic& diagnostic, PositionIndex& positions) const {
    const Json replacement = {{"deletedRegion", region(diagnostic.fix->span, positions)},
                              {"insertedContent", {{"text", diagnostic.fix->text}}}};
    return {{"description", {{"text", "replace with " + in_quotes(diagnostic.fix->text)}}},
            {"artifactChanges", Json::array({{{"artifactLocation", {{"uri", uri_}}},
                                              {"replacements", Json::array({replacement})}}})}};
  }

  std::string fingerprint(const Diagnostic& diagnostic) {
    const std::string kind = message_kind(diagnostic.message);
    std::string key;
    for (const std::string_view part :
         {std::string_view(diagnostic.rule), std::string_view(diagnostic.entry),
          std::string_view(diagnostic.label), std::string_view(kind)}) {
      key += part;
      key += '\0';
    }
    const std::uint64_t hash = fnv1a(key);
    return fmt::format("{:016x}:{}", hash, ++occurrences_[hash]);
  }

  std::string_view folder_;
  std::map<std::string_view, std::size_t, std::less<>> rule_indices_;
  std::unordered_map<std::uint64_t, std::size_t> occurrences_;
  std::string uri_;
  Json rules_ = Json::array();
  Json artifacts_ = Json::array();
  Json results_ = Json::array();
};

}  // namespace

std::string render_sarif(const std::vector<FileReport>& reports, std::string_view folder) {
  SarifRenderer renderer(folder);
  for (const FileReport& report : reports) renderer.add(report);
  return renderer.text();
}

}  // namespace assay
