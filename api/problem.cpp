#include "api/problem.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/html.h"
#include "validator/text/json_text.h"

namespace assay::api {
Problem bad_parameter(std::string_view name, std::string_view value, std::string_view allowed) {
  return {
      400, "bad-parameter",
      fmt::format("invalid value '{}' for the parameter '{}'; allowed: {}", value, name, allowed),
      std::string(name)};
}

Problem bad_cursor() {
  return {400, "bad-parameter",
          "invalid cursor; allowed: the cursor in 'next' of the previous page", "cursor"};
}

Problem not_found(const std::string& detail) { return {404, "not-found", detail}; }

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 403:
      return "Not redistributable";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 408:
      return "Request timeout";
    case 410:
      return "Gone";
    case 413:
      return "Content too large";
    case 414:
      return "URI too long";
    case 431:
      return "Header fields too large";
    case 503:
      return "Not ready";
    default:
      return status < 500 ? "Bad request" : "Internal error";
  }
}

Response problem_response(std::string_view path, const Problem& problem) {
  Response response;
  response.status = problem.status();
  nlohmann::ordered_json json = {{"type", "urn:assay:problem:" + problem.type()},
                                 {"title", title_of(problem.status())},
                                 {"status", problem.status()},
                                 {"detail", problem.what()}};
  if (path == "/api" || path.starts_with("/api/")) {
    if (!problem.parameter().empty()) json["parameter"] = problem.parameter();
    response.headers.emplace_back("Content-Type", "application/problem+json");
    response.body = compact_json(json) + "\n";
  } else {
    response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
    response.body = render_page("error.tpl", json);
  }
  return response;
}

}  // namespace assay::api
