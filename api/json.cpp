#include "api/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

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
          {"origin", run.origin},
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

Json evidence_json(const db::EvidenceRecord& record) {
  const Evidence& evidence = record.evidence;
  Json body;
  if (!evidence.body_sha256.empty()) {
    body = {{"sha256", evidence.body_sha256},
            {"size", record.body_size},
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
      // Of doubled keys the first one, as everywhere; the validator speaks of them.
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
  response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace assay::api
