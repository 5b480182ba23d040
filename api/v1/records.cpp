// /api/v1/findings, changes, prices, runs and evidence; health.
#include <fmt/format.h>

#include <charconv>

#include "api/parameters.h"
#include "api/problem.h"
#include "api/v1/answers.h"
#include "api/v1/collection.h"
#include "api/v1/json.h"
#include "auditors/prices/sources/source.h"

namespace assay::api {
namespace {

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Evidence may be requested by the name that findings give it.
std::string digest_of(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (!is_digest(text)) {
    throw not_found(fmt::format("'{}' is not a SHA-256 digest of 64 hexadecimal digits", text));
  }
  return std::string(text);
}

struct FileType {
  std::string_view media_type;
  std::string_view extension;
};

// Never a type that a browser would run, whatever the source called it.
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
  filter.slug = parameter_text(request, "model");
  filter.label_prefix = parameter_text(request, "label");
  filter.auditor = parameter_text(request, "auditor");
  filter.verdict = parameter_text(request, "verdict");
  filter.since = time_of(request, "since");
  return answer_collection(
      site, request,
      {.name = "findings",
       .columns = period_columns(),
       .page =
           [&store = site.store, filter](const std::string& position, std::size_t limit,
                                         const std::string& as_of) mutable {
             filter.after = id_of_position(position);
             filter.limit = limit + 1;
             filter.as_of = as_of;
             return page_of(store.findings(filter), limit, period_json);
           },
       .version = {}});
}

Response answer_changes(const Site& site, const Request& request, const Captures&) {
  db::ChangeFilter filter;
  filter.slug = parameter_text(request, "model");
  filter.label_prefix = parameter_text(request, "label");
  filter.auditor = parameter_text(request, "auditor");
  filter.verdict = parameter_text(request, "verdict");
  filter.since = time_of(request, "since");
  return answer_collection(
      site, request,
      {.name = "changes",
       .columns = change_columns(),
       .page =
           [&store = site.store, filter](const std::string& position, std::size_t limit,
                                         const std::string& as_of) mutable {
             filter.before = id_of_position(position);
             filter.limit = limit + 1;
             filter.as_of = as_of;
             return page_of(store.changes(filter), limit, change_json);
           },
       .version = {}});
}

Response answer_prices(const Site& site, const Request& request, const Captures&) {
  db::PriceFilter filter;
  filter.model = parameter_text(request, "model");
  filter.provider = parameter_text(request, "provider");
  filter.source = parameter_text(request, "source");
  filter.since = time_of(request, "since");
  filter.current = !parameter_text(request, "current").empty();
  filter.unjoined = !parameter_text(request, "unjoined").empty();
  return answer_collection(
      site, request,
      {.name = "prices",
       .columns = price_columns(),
       .page =
           [&store = site.store, filter](const std::string& position, std::size_t limit,
                                         const std::string& as_of) mutable {
             filter.before = id_of_position(position);
             filter.limit = limit + 1;
             filter.as_of = as_of;
             return page_of(store.prices(filter), limit, price_json);
           },
       .version = {}});
}

Response answer_runs(const Site& site, const Request& request, const Captures&) {
  return answer_collection(site, request,
                           {.name = "runs",
                            .columns = run_columns(),
                            .page =
                                [&store = site.store](const std::string& position,
                                                      std::size_t limit, const std::string& as_of) {
                                  return page_of(
                                      store.runs(limit + 1, id_of_position(position), as_of), limit,
                                      run_json);
                                },
                            .version = {}});
}

Response answer_run(const Site& site, const Request& request, const Captures& captures) {
  const std::string& text = captures[0];
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  std::optional<db::Run> run;
  if (error == std::errc{} && end == text.data() + text.size()) {
    run = site.store.run(id, time_of(request, "as_of"));
  }
  if (!run) throw not_found(fmt::format("no run '{}'", text));
  Json data = run_json(*run);
  data["sources"] = Json::array();
  for (const db::SourceHealth& health : run->sources) {
    data["sources"].push_back(health_json(health));
  }
  data["offers"] = Json::array();
  for (const db::SourceOffers& offers : run->offers) {
    data["offers"].push_back({{"source", offers.source},
                              {"read", offers.read},
                              {"joined", offers.joined},
                              {"unjoined", offers.read - offers.joined}});
  }
  return envelope(data);
}

Response answer_evidence(const Site& site, const Request&, const Captures& captures) {
  const std::string digest = digest_of(captures[0]);
  const std::optional<db::EvidenceRecord> record = site.store.evidence(digest);
  if (!record) throw not_found(fmt::format("no evidence '{}'", digest));
  return envelope(evidence_json(*record));
}

Response answer_evidence_body(const Site& site, const Request&, const Captures& captures) {
  const std::string digest = digest_of(captures[0]);
  for (const std::string& source : site.store.body_sources(digest)) {
    if (prices::may_be_handed_on(source)) continue;
    throw Problem(
        403, "not-redistributable",
        fmt::format("the terms of {} do not allow its answers to be redistributed; digest, size "
                    "and time are at /api/v1/evidence/, the body stays in the database",
                    source));
  }
  std::optional<std::string> body = site.store.body(digest);
  if (!body) {
    const std::optional<db::EvidenceRecord> record = site.store.evidence(digest);
    if (record && record->body_size > 0) {
      throw Problem(410, "pruned", "the body was pruned; its digest and size remain");
    }
    throw not_found(fmt::format("no body '{}'", digest));
  }
  const FileType type = safe_type(site.store.evidence(digest));
  Response response;
  response.headers.emplace_back("Content-Type", type.media_type);
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("attachment; filename=\"{}.{}\"", digest.substr(0, 16), type.extension));
  // Named by its digest, it can never change.
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
  if (!site.catalog_notice.empty()) return plain(200, "ready, but " + site.catalog_notice);
  return plain(200, "ready");
}

}  // namespace assay::api
