#include "api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "api/answers.h"
#include "api/problem.h"
#include "api/request.h"
#include "auditors/digest.h"

namespace assay::api {
namespace {

// The captures of a path that fits the pattern, segment by segment.
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

void check_parameters(const Route& route, const Request& request) {
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const auto& allowed = route.parameters;
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      throw Problem(400, "unknown-parameter",
                    allowed.empty()
                        ? fmt::format("there is no parameter '{}' here, nor any other", name)
                        : fmt::format("there is no parameter '{}' here; allowed: {}", name,
                                      fmt::join(allowed, ", ")),
                    name);
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      throw Problem(400, "bad-parameter", fmt::format("the parameter '{}' is given twice", name),
                    name);
    }
    // Forms of pages send what was left empty.
    const bool page = !request.path.starts_with("/api/");
    if (value.empty() && name != "label" && !page) {
      throw Problem(
          400, "bad-parameter",
          fmt::format("the parameter '{}' is empty; leave it out, or give it a value", name), name);
    }
    seen.push_back(name);
  }
}

Response answer(const Site& site, const Request& request) {
  for (const Route& route : routes()) {
    const std::optional<Captures> captures = match(route.pattern, request.path);
    if (!captures) continue;
    if (request.method != "GET" && request.method != "HEAD") {
      Response response = problem_response(
          request.path, Problem(405, "method-not-allowed", "only GET and HEAD are answered here"));
      response.headers.emplace_back("Allow", "GET, HEAD");
      return response;
    }
    check_parameters(route, request);
    return route.answer(site, request, *captures);
  }
  throw not_found(fmt::format("there is nothing at '{}'", request.path));
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
                                  "ETag, Link, Content-Disposition");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  } else {
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; style-src 'self'; script-src 'self'; "
                                  "img-src 'self'; form-action 'self'; base-uri 'none'; "
                                  "frame-ancestors 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
  }
}

// A strong ETag: the digest of what is sent. Nothing else enters it, so equal bodies are equal.
void revalidate(const Request& request, Response& response) {
  if (response.status != 200) return;
  const std::string etag = "\"" + sha256_hex(response.body) + "\"";
  response.headers.emplace_back("ETag", etag);
  const auto condition = request.headers.find("if-none-match");
  if (condition == request.headers.end() || !etag_matches(condition->second, etag)) return;
  response.status = 304;
  response.body.clear();
  std::erase_if(response.headers, [](const auto& header) {
    return header.first == "Content-Type" || header.first == "Content-Disposition";
  });
}

}  // namespace

Catalog::Catalog(std::string path, std::string bytes)
    : source(std::move(path), std::move(bytes)),
      document(source),
      subjects(assay::subjects(document)) {}

const std::vector<Route>& routes() {
  static const std::vector<Route> kRoutes{
      {"/",
       "models and their verdicts",
       {"q", "family", "developer", "openness", "quantization", "verdict", "sort", "page"},
       answer_index_page},
      {"/models/{slug}", "one entry with the verdict of each label", {}, answer_model_page},
      {"/changes", "what changed, newest first", {"model", "label", "before"}, answer_changes_page},
      {"/runs", "runs, newest first", {"before"}, answer_runs_page},
      {"/runs/{id}", "one run", {}, answer_run_page},
      {"/verdicts", "what the verdicts mean", {}, answer_verdicts_page},
      {"/rules", "what the validator looks for", {}, answer_rules_page},
      {"/style.css", "the style sheet of the pages", {}, answer_style},
      {"/icon.svg", "the icon of the pages", {}, answer_icon},
      {"/site.js", "sorting and filtering without reloading", {}, answer_script},
      {"/api/v1/models",
       "entries with counts per verdict and time of the last audit",
       {"family", "developer", "openness", "quantization", "verdict", "q", "limit", "cursor"},
       answer_models},
      {"/api/v1/models/{slug}", "one entry with the verdict of each label", {}, answer_model},
      {"/api/v1/models/{slug}/history",
       "verdict periods of one entry, newest first",
       {"label", "limit", "cursor"},
       answer_history},
      {"/api/v1/findings",
       "current findings",
       {"model", "label", "auditor", "verdict", "since", "limit", "cursor"},
       answer_findings},
      {"/api/v1/runs", "runs, newest first", {"limit", "cursor"}, answer_runs},
      {"/api/v1/runs/{id}", "one run", {}, answer_run},
      {"/api/v1/evidence/{sha256}", "one stored exchange", {}, answer_evidence},
      {"/api/v1/evidence/{sha256}/body", "its body", {}, answer_evidence_body},
      {"/healthz", "whether the process lives", {}, answer_live},
      {"/readyz", "whether catalog and store can be read", {}, answer_ready},
  };
  return kRoutes;
}

Response handle(const Site& site, const Request& request) {
  Response response = answer_or_problem(site, request);
  add_security_headers(request, response);
  revalidate(request, response);
  return response;
}

}  // namespace assay::api
