#include "api/v1/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "validator/text/json_text.h"

namespace assay::api {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string evidence_url(const std::string& id) { return "/api/v1/evidence/" + id; }

Json integer_json(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  return std::string(text);  // 0x10, +5, or beyond 64 bits: as written
}

}  // namespace

std::vector<std::string_view> model_columns() {
  std::vector<std::string_view> columns{"slug",      "display_name", "family",
                                        "developer", "openness",     "last_audit"};
  static const std::vector<std::string> kCounts = [] {
    std::vector<std::string> names;
    for (const VerdictInfo& info : verdicts()) names.push_back(fmt::format("verdicts.{}", info.id));
    return names;
  }();
  columns.insert(columns.end(), kCounts.begin(), kCounts.end());
  return columns;
}

std::vector<std::string_view> period_columns() {
  return {"slug",         "label",     "auditor",  "verdict", "claimed", "observed", "since",
          "confirmed_at", "first_run", "last_run", "current", "reason",  "evidence"};
}

std::vector<std::string_view> change_columns() {
  return {"id",           "at",         "run",           "slug",        "label",      "auditor",
          "from.verdict", "to.verdict", "from.observed", "to.observed", "to.claimed", "to.reason"};
}

std::vector<std::string_view> price_columns() {
  return {"id",        "source",         "provider",        "model",    "variant",    "repository",
          "slugs",     "input_per_mtok", "output_per_mtok", "currency", "first_seen", "last_seen",
          "first_run", "last_run",       "current",         "caveat",   "document"};
}

std::vector<std::string_view> run_columns() {
  return {"id",      "status",         "started_at",     "finished_at",   "origin",
          "version", "catalog_sha256", "catalog_commit", "requests.sent", "verdicts"};
}

Json verdicts_json(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  Json json = Json::object();
  for (const VerdictInfo& info : verdicts()) json[std::string(info.id)] = 0;
  for (const auto& [verdict, count] : counts) json[verdict] = count;
  return json;
}

Json run_json(const db::Run& run) {
  return {{"id", run.id},
          {"status", run.status},
          {"started_at", run.started_at},
          {"finished_at", text_or_null(run.finished_at)},
          {"origin", to_text(run.origin)},
          {"catalog_path", run.catalog_path},
          {"catalog_sha256", text_or_null(run.catalog_sha256)},
          {"catalog_commit", text_or_null(run.catalog_commit)},
          {"version", run.version},
          {"auditors", run.auditors},
          {"verdicts", verdicts_json(run.verdicts)},
          {"requests",
           {{"sent", run.requests.sent},
            {"not_modified", run.requests.not_modified},
            {"retried", run.requests.retried},
            {"bytes", run.requests.bytes}}}};
}

Json health_json(const db::SourceHealth& health) {
  std::uint64_t asked = 0;
  std::uint64_t good = 0;
  std::uint64_t reused = 0;
  std::uint64_t unchanged = 0;
  Json results = Json::object();
  for (const auto& [result, count] : health.results) {
    results[result] = count;
    if (result.starts_with("stored")) {
      reused += count;
      continue;
    }
    asked += count;
    if (result == "200" || result == "304") good += count;
    if (result == "304") unchanged += count;
  }
  return {{"source", health.source}, {"exchanges", asked}, {"not_modified", unchanged},
          {"errors", asked - good},  {"reused", reused},   {"results", results}};
}

Json period_json(const db::Period& period) {
  const Finding& finding = period.finding;
  Json observations = Json::array();
  Json evidence = Json::array();
  for (const Observation& seen : finding.observations) {
    const bool stored = !seen.evidence.empty();
    observations.push_back(
        {{"source", seen.source},
         {"value", seen.value},
         {"url", text_or_null(seen.url)},
         {"fetched_at", text_or_null(seen.fetched_at)},
         {"evidence", stored ? Json("sha256:" + seen.evidence) : Json(nullptr)}});
    if (!stored) continue;
    const Json url = evidence_url(seen.evidence);
    if (std::find(evidence.begin(), evidence.end(), url) == evidence.end()) evidence.push_back(url);
  }
  return {{"slug", finding.slug},
          {"label", finding.label},
          {"auditor", text_or_null(finding.auditor)},
          {"claimed", finding.claimed},
          {"verdict", to_string(finding.verdict)},
          {"observed", finding.observed},
          {"reason", finding.reason},
          {"since", period.since},
          {"confirmed_at", period.confirmed_at},
          {"first_run", period.first_run},
          {"last_run", period.last_run},
          {"current", period.open},
          {"observations", observations},
          {"evidence", evidence}};
}

Json label_json(const LabelView& view) {
  if (view.period != nullptr) {
    Json label = period_json(*view.period);
    label.erase("slug");
    return label;
  }
  return {{"label", view.label},      {"auditor", nullptr},
          {"claimed", view.claimed},  {"verdict", to_string(view.verdict)},
          {"observed", nullptr},      {"reason", view.reason},
          {"since", nullptr},         {"confirmed_at", nullptr},
          {"first_run", nullptr},     {"last_run", nullptr},
          {"current", true},          {"observations", Json::array()},
          {"evidence", Json::array()}};
}

Json change_json(const db::Change& change) {
  const auto fact = [](const std::optional<db::Change::Fact>& stood) -> Json {
    if (!stood) return nullptr;
    return {{"verdict", to_string(stood->verdict)},
            {"claimed", stood->claimed},
            {"observed", stood->observed},
            {"reason", stood->reason}};
  };
  return {{"id", change.id},           {"at", change.at},
          {"run", change.run},         {"slug", change.slug},
          {"label", change.label},     {"auditor", text_or_null(change.auditor)},
          {"from", fact(change.from)}, {"to", fact(change.to)}};
}

Json price_json(const db::PricePeriod& period) {
  const Offer& offer = period.offer;
  const auto exact = [](const std::optional<Decimal>& decimal) -> Json {
    return decimal ? Json(decimal->text()) : Json(nullptr);
  };
  Json evidence = {evidence_url(period.first_evidence)};
  if (period.last_evidence != period.first_evidence) {
    evidence.push_back(evidence_url(period.last_evidence));
  }
  return {{"id", period.id},
          {"source", offer.source},
          {"provider", offer.provider},
          {"model", offer.model},
          {"variant", offer.variant},
          {"repository", text_or_null(offer.repository)},
          {"slugs", period.slugs},
          {"input_per_mtok", exact(offer.input.exact)},
          {"output_per_mtok", exact(offer.output.exact)},
          {"input_raw", text_or_null(offer.input.raw)},
          {"output_raw", text_or_null(offer.output.raw)},
          {"currency", text_or_null(offer.currency)},
          {"caveat", text_or_null(offer.caveat)},
          {"first_seen", period.first_seen},
          {"last_seen", period.last_seen},
          {"first_run", period.first_run},
          {"last_run", period.last_run},
          {"current", period.open},
          {"document", period.document},
          {"evidence", evidence}};
}

Json evidence_json(const db::EvidenceRecord& record) {
  const Evidence& evidence = record.evidence;
  Json body;
  if (!evidence.body_sha256.empty()) {
    body = {{"sha256", evidence.body_sha256},
            {"size", record.body_size},
            {"stored", record.body_stored},
            {"url", evidence_url(evidence.id) + "/body"}};
  }
  return {{"id", evidence.id},
          {"source", evidence.source},
          {"url", evidence.url},
          {"final_url", evidence.final_url},
          {"fetched_at", evidence.fetched_at},
          {"outcome", to_string(evidence.outcome)},
          {"status", evidence.status == 0 ? Json(nullptr) : Json(evidence.status)},
          {"headers", evidence.headers},
          {"body", body},
          {"error", text_or_null(evidence.error)},
          {"runs", record.runs}};
}

Json node_json(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return !node.text.empty() && (node.text.front() == 't' || node.text.front() == 'T');
    case Kind::integer:
      return integer_json(node.text);
    case Kind::real:
    case Kind::string:
      return std::string(node.text);
    case Kind::sequence: {
      Json list = Json::array();
      for (const Node& item : node.sequence()) list.push_back(node_json(item));
      return list;
    }
    case Kind::mapping: {
      Json map = Json::object();
      // The first of duplicate keys, as everywhere; the validator reports them.
      for (const Member& member : node.mapping()) {
        if (node.member(member.key.text) == &member) {
          map.push_back({std::string(member.key.text), node_json(member.value)});
        }
      }
      return map;
    }
  }
  return nullptr;
}

Response envelope(const Json& data, const std::string& next) {
  Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  response.headers.emplace_back("Cache-Control", "no-cache");
  if (!next.empty()) {
    response.headers.emplace_back("Link", fmt::format("<{}>; rel=\"next\"", next));
  }
  const Json json = {{"data", data}, {"next", text_or_null(next)}};
  response.body = compact_json(json) + "\n";
  return response;
}

Response with_notice(const Site& site, Response response) {
  if (site.catalog_notice.empty()) return response;
  response.headers.emplace_back("X-Assay-Notice", "the catalog served is not the newest");
  if (response.stream || !response.body.starts_with('{')) return response;
  Json json = Json::parse(response.body, nullptr, false);
  if (!json.is_object()) return response;
  json["notice"] = site.catalog_notice;
  response.body = compact_json(json) + "\n";
  return response;
}

}  // namespace assay::api
