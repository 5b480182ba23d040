// /api/v1/findings, runs and evidence; health.
#include <fmt/format.h>

#include <charconv>

#include "api/answers.h"
#include "api/json.h"
#include "api/problem.h"
#include "api/request.h"

namespace assay::api {
namespace {

std::string text_of(const Request& request, std::string_view name) {
  const std::string* value = parameter(request, name);
  return value == nullptr ? std::string{} : *value;
}

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Evidence may be asked for as findings name it.
std::string digest_of(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (!is_digest(text)) {
    throw not_found(fmt::format("'{}' is no SHA-256 of 64 hexadecimal digits", text));
  }
  return std::string(text);
}

struct FileType {
  std::string_view media_type;
  std::string_view extension;
};

// Nothing that a browser would run, whatever the source called it.
FileType safe_type(const std::optional<db::EvidenceRecord>& record) {
  if (record) {
    const auto header = record->evidence.headers.find("content-type");
    if (header != record->evidence.headers.end()) {
      if (header->second.starts_with("application/json")) return {"application/json", "json"};
      if (header->second.starts_with("text/")) return {"text/plain; charset=utf-8", "txt"};
    }
  }
  return {"application/octet-stream", "bin"};
}

Response plain(int status, std::string_view text) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = fmt::format("{}\n", text);
  return response;
}

}  // namespace

Response answer_findings(const Site& site, const Request& request, const Captures&) {
  db::FindingFilter filter;
  filter.slug = text_of(request, "model");
  filter.label_prefix = text_of(request, "label");
  filter.auditor = text_of(request, "auditor");
  filter.verdict = text_of(request, "verdict");
  filter.since = text_of(request, "since");
  if (!filter.verdict.empty() && !parse_verdict(filter.verdict)) {
    std::string allowed;
    for (const VerdictInfo& info : verdicts()) {
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", info.id);
    }
    throw bad_parameter("verdict", filter.verdict, allowed);
  }
  if (!filter.since.empty() && parse_time(filter.since) < 0) {
    throw bad_parameter("since", filter.since,
                        "a time of RFC 3339 in UTC, such as 2026-11-23T03:00:00Z");
  }
  const std::size_t limit = limit_of(request);
  filter.limit = limit + 1;
  filter.after = id_cursor_of(request);
  std::vector<db::Period> periods = site.store.findings(filter);
  std::string next;
  if (periods.size() > limit) {
    periods.pop_back();
    next = next_url(request, std::to_string(periods.back().id));
  }
  Json data = Json::array();
  for (const db::Period& period : periods) data.push_back(period_json(period));
  return envelope(data, next);
}

Response answer_runs(const Site& site, const Request& request, const Captures&) {
  const std::size_t limit = limit_of(request);
  std::vector<db::Run> runs = site.store.runs(limit + 1, id_cursor_of(request));
  std::string next;
  if (runs.size() > limit) {
    runs.pop_back();
    next = next_url(request, std::to_string(runs.back().id));
  }
  Json data = Json::array();
  for (const db::Run& run : runs) data.push_back(run_json(run));
  return envelope(data, next);
}

Response answer_run(const Site& site, const Request&, const Captures& captures) {
  const std::string& text = captures[0];
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  std::optional<db::Run> run;
  if (error == std::errc{} && end == text.data() + text.size()) run = site.store.run(id);
  if (!run) throw not_found(fmt::format("there is no run '{}'", text));
  return envelope(run_json(*run));
}

Response answer_evidence(const Site& site, const Request&, const Captures& captures) {
  const std::string digest = digest_of(captures[0]);
  const std::optional<db::EvidenceRecord> record = site.store.evidence(digest);
  if (!record) throw not_found(fmt::format("there is no evidence '{}'", digest));
  return envelope(evidence_json(*record));
}

Response answer_evidence_body(const Site& site, const Request&, const Captures& captures) {
  const std::string digest = digest_of(captures[0]);
  std::optional<std::string> body = site.store.body(digest);
  if (!body) throw not_found(fmt::format("there is no body '{}'", digest));
  const FileType type = safe_type(site.store.evidence(digest));
  Response response;
  response.headers.emplace_back("Content-Type", type.media_type);
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("attachment; filename=\"{}.{}\"", digest.substr(0, 16), type.extension));
  // Named by its digest, it can never be another.
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  response.body = std::move(*body);
  return response;
}

Response answer_live(const Site&, const Request&, const Captures&) { return plain(200, "ok"); }

Response answer_ready(const Site& site, const Request&, const Captures&) {
  if (site.catalog.subjects.empty()) return plain(503, "not ready: the catalog has no entries");
  try {
    site.store.runs(1);
  } catch (const db::Error& error) {
    return plain(503, fmt::format("not ready: {}", error.what()));
  }
  return plain(200, "ready");
}

}  // namespace assay::api
