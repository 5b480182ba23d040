#include "api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "api/http/condition.h"
#include "api/pages/answers.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/v1/answers.h"
#include "api/v1/openapi.h"
#include "auditors/evidence/digest.h"

namespace assay::api {
namespace {

// The captures of a path that matches the pattern, segment by segment.
std::optional<Captures> match(std::string_view pattern, std::string_view path) {
  Captures captures;
  while (true) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    const std::string_view given = path.substr(0, path.find('/'));
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      captures.emplace_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
    if (wanted.size() == pattern.size() || given.size() == path.size()) {
      if (wanted.size() == pattern.size() && given.size() == path.size()) return captures;
      return std::nullopt;
    }
    pattern.remove_prefix(wanted.size() + 1);
    path.remove_prefix(given.size() + 1);
  }
}

constexpr const char* kAllowed = "GET, HEAD, OPTIONS";

// Also answers the preflight request of browsers, for conditional requests from other sites.
Response allowed_methods() {
  Response response;
  response.status = 204;
  response.headers = {{"Allow", kAllowed},
                      {"Access-Control-Allow-Methods", kAllowed},
                      {"Access-Control-Allow-Headers", "If-None-Match, Accept, Cache-Control"},
                      {"Access-Control-Max-Age", "86400"}};
  return response;
}

Response answer(const Site& site, const Request& request) {
  for (const Route& route : routes()) {
    const std::optional<Captures> captures = match(route.pattern, request.path);
    if (!captures) continue;
    if (request.method == "OPTIONS") return allowed_methods();
    if (request.method != "GET" && request.method != "HEAD") {
      Response response = problem_response(
          request.path, Problem(405, "method-not-allowed", "only GET and HEAD are supported here"));
      response.headers.emplace_back("Allow", kAllowed);
      return response;
    }
    check_parameters(route, request, site.vocabulary);
    return route.answer(site, request, *captures);
  }
  throw not_found(fmt::format("no page or resource at '{}'", request.path));
}

Response answer_or_problem(const Site& site, const Request& request) {
  try {
    return answer(site, request);
  } catch (const Problem& problem) {
    return problem_response(request.path, problem);
  } catch (const std::exception& error) {
    return problem_response(request.path, Problem(500, "internal", error.what()));
  }
}

void add_security_headers(const Request& request, Response& response) {
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.path.starts_with("/api/")) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Access-Control-Expose-Headers",
                                  "ETag, Link, Content-Disposition, X-Assay-Notice");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  } else {
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; style-src 'self'; script-src 'self'; "
                                  "img-src 'self'; form-action 'self'; base-uri 'none'; "
                                  "frame-ancestors 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
  }
}

// Parameters that several routes share.
constexpr Parameter kModel{"model", "slug of an entry"};
constexpr Parameter kLabel{"label", "start of a label path, such as quantizations_available."};
constexpr Parameter kAuditor{"auditor", "id of the auditor", ValueKind::auditor};
constexpr Parameter kSince{"since", "only what began or happened at this moment or later",
                           ValueKind::time};
constexpr Parameter kAsOf{"as_of", "answer as of this past moment", ValueKind::time};
constexpr Parameter kLimit{"limit", "rows per page, 100 by default", ValueKind::limit};
constexpr Parameter kCursor{"cursor", "continues after the previous page", ValueKind::cursor};
constexpr Parameter kFormat{
    "format",
    "json by default; ndjson and csv give the whole collection unless `limit` is set; csv has the "
    "single-valued columns only, with an apostrophe before cells a spreadsheet would execute",
    ValueKind::format};
constexpr Parameter kFamily{"family", "of the entry; case does not matter"};
constexpr Parameter kDeveloper{"developer", "of the entry; case does not matter"};
constexpr Parameter kOpenness{"openness", "of the entry", ValueKind::openness};
constexpr Parameter kQuantization{"quantization", "quantization family the entry claims",
                                  ValueKind::quantization};
constexpr Parameter kHasVerdict{"verdict", "held by at least one label of the entry",
                                ValueKind::verdict};
constexpr Parameter kWords{"q", "text within slug, display name, family or developer"};

Response answer_openapi(const Site& site, const Request&, const Captures&) {
  return openapi_response(routes(), site.vocabulary);
}

constexpr Content kPage{"text/html"};
constexpr Content kPlain{"text/plain"};
constexpr Content json(std::string_view schema) { return {"application/json", schema}; }

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> kRoutes{
      {"/",
       "models and their verdicts",
       {kWords,
        kFamily,
        kDeveloper,
        kOpenness,
        kQuantization,
        kHasVerdict,
        {"sort", "column to sort by"},
        {"page", "page number"}},
       answer_index_page,
       kPage},
      {"/models/{slug}", "one entry with the verdict of each label", {}, answer_model_page, kPage},
      {"/changes",
       "what changed, newest first",
       {{"model", "slug of an entry"},
        {"label", "a label path, including everything below it"},
        {"before", "only changes before the one with this number"}},
       answer_changes_page,
       kPage},
      {"/runs",
       "runs, newest first",
       {{"before", "only runs before the one with this number"}},
       answer_runs_page,
       kPage},
      {"/runs/{id}", "one run", {}, answer_run_page, kPage},
      {"/verdicts", "what the verdicts mean", {}, answer_verdicts_page, kPage},
      {"/rules", "what the validator checks", {}, answer_rules_page, kPage},
      {"/style.css", "style sheet of the pages", {}, answer_style, {"text/css"}},
      {"/icon.svg", "icon of the pages", {}, answer_icon, {"image/svg+xml"}},
      {"/site.js",
       "script for sorting and filtering without a reload",
       {},
       answer_script,
       {"text/javascript"}},
      {"/api/v1/models",
       "entries with counts per verdict and time of the last audit",
       {kFamily, kDeveloper, kOpenness, kQuantization, kHasVerdict, kWords, kAsOf, kFormat, kLimit,
        kCursor},
       answer_models,
       json("Model")},
      {"/api/v1/models/{slug}",
       "one entry with the verdict of each label",
       {kAsOf},
       answer_model,
       json("ModelWithLabels")},
      {"/api/v1/models/{slug}/history",
       "verdict periods of one entry, newest first",
       {{"label", "label path, including everything below it"}, kAsOf, kFormat, kLimit, kCursor},
       answer_history,
       json("Finding")},
      {"/api/v1/findings",
       "current findings",
       {kModel,
        kLabel,
        kAuditor,
        {"verdict", "current verdict of the label", ValueKind::verdict},
        kSince,
        kAsOf,
        kFormat,
        kLimit,
        kCursor},
       answer_findings,
       json("Finding")},
      {"/api/v1/changes",
       "changed verdicts and observed values, newest first",
       {kModel,
        kLabel,
        kAuditor,
        {"verdict", "verdict of the label since the change", ValueKind::verdict},
        kSince,
        kAsOf,
        kFormat,
        kLimit,
        kCursor},
       answer_changes,
       json("Change")},
      {"/api/v1/prices",
       "prices as stated by sources, newest first",
       {{"model", "slug of an entry, the model's name at the source, or its repository"},
        {"provider", "id of the provider"},
        {"source", "id of the source that states the price"},
        {"current", "only prices that still hold", ValueKind::yes},
        {"unjoined", "only models that are not in the catalog", ValueKind::yes},
        kSince,
        kAsOf,
        kFormat,
        kLimit,
        kCursor},
       answer_prices,
       json("Price")},
      {"/api/v1/runs",
       "runs, newest first",
       {kAsOf, kFormat, kLimit, kCursor},
       answer_runs,
       json("Run")},
      {"/api/v1/runs/{id}",
       "one run and what its sources answered",
       {kAsOf},
       answer_run,
       json("RunWithSources")},
      {"/api/v1/evidence/{sha256}", "one stored exchange", {}, answer_evidence, json("Evidence")},
      {"/api/v1/evidence/{sha256}/body",
       "body of a stored exchange",
       {},
       answer_evidence_body,
       {"*/*"}},
      {"/openapi.json",
       "description of this API as OpenAPI",
       {},
       answer_openapi,
       {"application/json"}},
      {"/feed.xml",
       "changes as an Atom feed",
       {kModel, kLabel},
       answer_feed,
       {"application/atom+xml"}},
      {"/healthz", "whether the process is alive", {}, answer_live, kPlain},
      {"/readyz", "whether catalog and store can be read", {}, answer_ready, kPlain},
      {"/metrics", "metrics for Prometheus", {}, answer_metrics, kPlain},
  };
  return kRoutes;
}

Response handle(const Site& site, const Request& request) {
  Response response = answer_or_problem(site, request);
  add_security_headers(request, response);
  // A strong ETag is the digest of the body, so that nothing else can change it. Streamed answers
  // bring their own, made from everything they depend on.
  if (response.status == 200 && etag_of(response) == nullptr) {
    response.headers.emplace_back("ETag", "\"" + sha256_hex(response.body) + "\"");
  }
  return answers_condition(request, response) ? not_modified(request, response) : response;
}

}  // namespace assay::api
