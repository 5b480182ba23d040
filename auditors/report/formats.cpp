#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "auditors/evidence/digest.h"
#include "auditors/registry.h"
#include "auditors/report/report.h"
#include "validator/position_index.h"
#include "validator/render/github.h"
#include "validator/render/report_path.h"
#include "validator/text/json_text.h"
#include "validator/text/printable.h"

// Audits as programs of others read them: SARIF, GitHub's annotations, Markdown.

namespace assay {
namespace {

using Json = nlohmann::ordered_json;

// How a verdict reads to programs that know of rules which pass or fail. In SARIF only what fails
// has a level.
struct SarifReading {
  std::string_view kind;
  std::string_view level;
  std::string_view annotation;  // GitHub's; empty for none
};
SarifReading reading_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::supported:
      return {"pass", "none", ""};
    case Verdict::contradicted:
    case Verdict::outdated:
      return {"fail", "error", "error"};
    case Verdict::disputed:
      return {"fail", "warning", "warning"};
    case Verdict::unsupported:
      return {"review", "none", "warning"};
    case Verdict::source_unreachable:
    case Verdict::verifier_unable:
      return {"open", "none", "notice"};
    case Verdict::unlisted:
      return {"informational", "none", "notice"};
    case Verdict::unaudited:
      break;
  }
  return {"notApplicable", "none", ""};
}

// Places of labels; a label that the catalog lacks stands at its entry's first claim.
class Places {
 public:
  explicit Places(const CatalogPlaces& catalog) : positions_(catalog.source) {
    for (const Subject& subject : catalog.subjects) {
      for (const Claim& claim : subject.claims) {
        spans_.emplace(std::pair(subject.slug, claim.label), claim.span);
      }
      if (!subject.claims.empty()) entries_.emplace(subject.slug, subject.claims.front().span);
    }
  }

  std::pair<Position, Position> of(const Finding& finding) {
    Span span;
    if (const auto known = spans_.find({finding.slug, finding.label}); known != spans_.end()) {
      span = known->second;
    } else if (const auto entry = entries_.find(finding.slug); entry != entries_.end()) {
      span = {entry->second.begin, entry->second.begin};
    }
    return {positions_.position(span.begin), positions_.position(span.end)};
  }

 private:
  PositionIndex positions_;
  std::map<std::pair<std::string, std::string>, Span> spans_;
  std::map<std::string, Span> entries_;
};

// In SARIF, `[text](target)` within a message is a link. What comes from elsewhere must not be one.
std::string message_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Json sarif_result(const Finding& finding, const Acknowledgement* accepted, const std::string& uri,
                  Places& places) {
  const auto [begin, end] = places.of(finding);
  const SarifReading reading = reading_of(finding.verdict);
  const std::string name = finding.slug + "/" + finding.label;
  Json seen = Json::array();
  for (const Observation& observation : finding.observations) {
    seen.push_back({{"source", observation.source},
                    {"value", observation.value},
                    {"url", observation.url},
                    {"fetched_at", observation.fetched_at},
                    {"evidence", "sha256:" + observation.evidence}});
  }
  const Json region = {{"startLine", begin.line},
                       {"startColumn", begin.column},
                       {"endLine", end.line},
                       {"endColumn", end.column}};
  Json result = {
      {"ruleId", to_string(finding.verdict)},
      {"kind", reading.kind},
      {"level", reading.level},
      {"message", {{"text", message_text(finding.label + ": " + finding.reason)}}},
      {"locations",
       Json::array(
           {{{"physicalLocation", {{"artifactLocation", {{"uri", uri}}}, {"region", region}}},
             {"logicalLocations", Json::array({{{"fullyQualifiedName", name}}})}}})},
      {"partialFingerprints",
       {{"assay-audit/v1",
         sha256_hex(name + '\0' + std::string(to_string(finding.verdict))).substr(0, 16)}}},
      {"properties",
       {{"auditor", finding.auditor},
        {"claimed", finding.claimed},
        {"observed", finding.observed},
        {"observations", std::move(seen)}}}};
  if (accepted != nullptr) {
    result["suppressions"] = Json::array({{{"kind", "external"},
                                           {"status", "accepted"},
                                           {"justification", printable(accepted->reason)}}});
  }
  return result;
}

const Acknowledgement* accepted_as(const AuditReport& report, std::size_t index) {
  const auto known = report.acknowledged.findings.find(index);
  return known == report.acknowledged.findings.end() ? nullptr : &known->second;
}

// Text that Markdown takes as it is.
std::string plain(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>()#+!|~&";
  std::string out;
  for (const char c : printable(text)) {
    if (kMarkup.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string render_audit_sarif(const AuditReport& report, const CatalogPlaces& catalog) {
  Json rules = Json::array();
  for (const VerdictInfo& info : verdicts()) {
    rules.push_back({{"id", info.id},
                     {"shortDescription", {{"text", info.meaning}}},
                     {"help", {{"text", fmt::format("It needs: {}.", info.needs)}}}});
  }
  const std::string uri = report_uri(catalog.source.path(), catalog.folder);
  Places places(catalog);
  Json results = Json::array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    if (report.findings[i].verdict == Verdict::unaudited) continue;
    results.push_back(sarif_result(report.findings[i], accepted_as(report, i), uri, places));
  }
  const Json run = {
      {"tool",
       {{"driver", {{"name", "assay"}, {"version", ASSAY_VERSION}, {"rules", std::move(rules)}}}}},
      {"automationDetails", {{"id", "audit/"}}},
      {"columnKind", "unicodeCodePoints"},
      {"invocations", Json::array({{{"executionSuccessful", report.status == "complete"},
                                    {"startTimeUtc", report.started_at},
                                    {"endTimeUtc", report.finished_at}}})},
      {"artifacts", Json::array({{{"location", {{"uri", uri}}},
                                  {"roles", {"analysisTarget"}},
                                  {"hashes", {{"sha-256", report.catalog_sha256}}}}})},
      {"results", std::move(results)},
      {"properties", {{"run", report.run}, {"origin", to_text(report.origin)}}}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return indented_json(log) + "\n";
}

std::string render_audit_github(const AuditReport& report, const CatalogPlaces& catalog) {
  const std::string path = report_path(catalog.source.path(), catalog.folder);
  Places places(catalog);
  std::string out;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    const SarifReading reading = reading_of(finding.verdict);
    if (reading.annotation.empty() || accepted_as(report, i) != nullptr) continue;
    const auto [begin, end] = places.of(finding);
    std::string text = fmt::format("{} {}: {}", printable(finding.slug), printable(finding.label),
                                   printable(finding.reason));
    if (!finding.observations.empty()) {
      const Observation& seen = finding.observations.front();
      text += fmt::format("\nseen {} at {}", seen.fetched_at, printable(short_url(seen.url)));
    }
    out +=
        github_annotation(reading.annotation, to_string(finding.verdict), path, begin, end, text);
  }
  return out;
}

std::string render_audit_markdown(const AuditReport& report) {
  std::string out = fmt::format("## Audit of {} {}\n\n", report.entries,
                                report.entries == 1 ? "entry" : "entries");
  if (report.origin.kind != Origin::Kind::live)
    out += fmt::format("**{}**\n\n", plain(to_text(report.origin)));
  out += "| verdict | labels | meaning |\n|---|---:|---|\n";
  for (const VerdictInfo& info : verdicts()) {
    if (const std::size_t number = report.count(info.verdict); number > 0) {
      out += fmt::format("| {} | {} | {} |\n", plain(info.id), number, info.meaning);
    }
  }
  std::string entry;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    if (!is_noteworthy(finding.verdict) || accepted_as(report, i) != nullptr) continue;
    if (finding.slug != entry) {
      entry = finding.slug;
      out += fmt::format("\n### {}\n\n", plain(entry));
    }
    out += fmt::format("- **{}** {}: {}\n", plain(to_string(finding.verdict)), plain(finding.label),
                       plain(finding.reason));
    if (finding.observations.empty()) continue;
    const Observation& seen = finding.observations.front();
    const std::size_t more = finding.observations.size() - 1;
    out += fmt::format("  - seen {}: {}{}\n", seen.fetched_at, plain(short_url(seen.url)),
                       more == 0 ? std::string{} : fmt::format(" and {} more", more));
  }
  out += fmt::format("\nRun {}, {} to {}, {} requests.\n", report.run, report.started_at,
                     report.finished_at, report.requests.sent);
  return out;
}

}  // namespace assay
