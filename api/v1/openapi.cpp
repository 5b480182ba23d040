#include "api/v1/openapi.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/embedded.h"
#include "api/http/message.h"
#include "api/parameters.h"
#include "api/v1/json.h"
#include "validator/text/json_text.h"

namespace assay::api {
namespace {

Json reference(std::string_view kind, std::string_view name) {
  return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}};
}

bool is_api(const Route& route) { return route.pattern.starts_with("/api/"); }

// "/api/v1/models/{slug}" -> "models_by_slug", "/runs" -> "page_runs".
std::string operation_id(const Route& route) {
  constexpr std::string_view kApi = "/api/v1/";
  std::string_view rest = route.pattern;
  std::string id;
  if (rest.starts_with(kApi)) {
    rest.remove_prefix(kApi.size());
  } else {
    rest.remove_prefix(1);
    if (route.content.media_type == "text/html") id = "page_";
    if (rest.empty()) rest = "index";
  }
  for (const char c : rest) {
    if (c == '{') id += "by_";
    if (c == '/' || c == '.') id += '_';
    if (std::string_view("{}/.").find(c) == std::string_view::npos) id += c;
  }
  return id;
}

Json value_schema(ValueKind values, const Vocabulary& vocabulary) {
  switch (values) {
    case ValueKind::text:
    case ValueKind::cursor:
      return {{"type", "string"}};
    case ValueKind::time:
      return {{"type", "string"},
              {"anyOf", {{{"format", "date-time"}}, {{"format", "date"}}}},
              {"examples", {"2026-11-23T03:00:00Z"}}};
    case ValueKind::limit:
      return {
          {"type", "integer"}, {"minimum", 1}, {"maximum", kMaxLimit}, {"default", kDefaultLimit}};
    default: {
      Json schema = {{"type", "string"}, {"enum", allowed_words(values, vocabulary)}};
      if (values == ValueKind::format) schema["default"] = "json";
      return schema;
    }
  }
}

Json parameters_of(const Route& route, const Vocabulary& vocabulary) {
  Json parameters = Json::array();
  for (std::size_t at = route.pattern.find('{'); at != std::string_view::npos;
       at = route.pattern.find('{', at + 1)) {
    const std::size_t end = route.pattern.find('}', at);
    parameters.push_back({{"name", route.pattern.substr(at + 1, end - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  }
  for (const Parameter& parameter : route.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"in", "query"},
                          {"description", parameter.meaning},
                          {"schema", value_schema(parameter.values, vocabulary)}});
  }
  return parameters;
}

bool has_formats(const Route& route) {
  for (const Parameter& parameter : route.parameters) {
    if (parameter.values == ValueKind::format) return true;
  }
  return false;
}

Json envelope_schema(const Json& data, bool is_list) {
  Json next = {{"type", "null"}};
  if (is_list) {
    next = {{"type", {"string", "null"}},
            {"format", "uri-reference"},
            {"description", "URL of the next page; null on the last one."}};
  }
  return {{"type", "object"},
          {"required", {"data", "next"}},
          {"properties",
           {{"data", data},
            {"next", next},
            {"notice",
             {{"type", "string"},
              {"description",
               "Present only when the catalog served is not the newest content of its file."}}}}}};
}

Json content_of(const Route& route) {
  const Content& content = route.content;
  Json types = Json::object();
  Json schema = {{"type", "string"}};
  if (!content.schema.empty()) {
    const Json item = reference("schemas", content.schema);
    const bool is_list = has_formats(route);
    schema = envelope_schema(is_list ? Json{{"type", "array"}, {"items", item}} : item, is_list);
    if (is_list) {
      types[content.media_type] = {{"schema", schema}};
      types["application/x-ndjson"] = {{"schema", item}};
      types["text/csv"] = {{"schema", {{"type", "string"}}}};
      return types;
    }
  } else if (content.media_type == "application/json") {
    schema = {{"type", "object"}};
  }
  types[std::string(content.media_type)] = {{"schema", schema}};
  return types;
}

Json responses_of(const Route& route) {
  Json good = {{"description", route.summary}, {"content", content_of(route)}};
  if (is_api(route)) {
    good["headers"] = {{"ETag", reference("headers", "ETag")}};
    if (has_formats(route)) good["headers"]["Link"] = reference("headers", "Link");
  }
  Json responses = {{"200", good}, {"304", reference("responses", "NotModified")}};
  const std::string_view shape = is_api(route) ? "Problem" : "ErrorPage";
  responses["400"] = reference("responses", shape);
  if (route.pattern.find('{') != std::string_view::npos) {
    responses["404"] = reference("responses", shape);
  }
  responses["default"] = reference("responses", shape);
  return responses;
}

Json operation(const Route& route, const Vocabulary& vocabulary) {
  const bool is_page = route.content.media_type == "text/html";
  Json operation = {{"operationId", operation_id(route)},
                    {"summary", route.summary},
                    {"tags",
                     {is_api(route) ? "api"
                      : is_page     ? "pages"
                                    : "service"}}};
  if (Json parameters = parameters_of(route, vocabulary); !parameters.empty()) {
    operation["parameters"] = std::move(parameters);
  }
  operation["responses"] = responses_of(route);
  return operation;
}

// Members are required unless the file lists them as optional.
Json schemas() {
  Json words = Json::array();
  Json counts = Json::object();
  for (const VerdictInfo& info : verdicts()) {
    words.push_back(info.id);
    counts[std::string(info.id)] = {{"type", "integer"}, {"description", info.meaning}};
  }
  Json schemas = Json::parse(embedded_api_file("answers.json"));
  schemas["Verdict"] = {{"type", "string"}, {"enum", words}};
  schemas["VerdictCounts"] = {{"description", "Labels per verdict."}, {"properties", counts}};
  for (Json& schema : schemas) {
    if (!schema.contains("properties")) continue;
    const Json optional = schema.value("optional", Json::array());
    schema.erase("optional");
    schema["type"] = "object";
    schema["required"] = Json::array();
    for (const auto& [name, member] : schema["properties"].items()) {
      const bool is_optional = std::find(optional.begin(), optional.end(), name) != optional.end();
      if (!is_optional) schema["required"].push_back(name);
    }
  }
  return schemas;
}

Json components() {
  return {
      {"schemas", schemas()},
      {"headers",
       {{"ETag",
         {{"description", "Send it as If-None-Match, and an unchanged answer is not sent again."},
          {"schema", {{"type", "string"}}}}},
        {"Link",
         {{"description", "The next page, if there is one."}, {"schema", {{"type", "string"}}}}}}},
      {"responses",
       {{"NotModified", {{"description", "Unchanged since the ETag in If-None-Match."}}},
        {"Problem",
         {{"description", "What is wrong, and what is allowed."},
          {"content",
           {{"application/problem+json", {{"schema", reference("schemas", "Problem")}}}}}}},
        {"ErrorPage",
         {{"description", "What is wrong, as a page."},
          {"content", {{"text/html", {{"schema", {{"type", "string"}}}}}}}}}}}};
}

}  // namespace

Response openapi_response(const std::vector<Route>& routes, const Vocabulary& vocabulary) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    paths[std::string(route.pattern)] = {{"get", operation(route, vocabulary)}};
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "assay"},
        {"version", ASSAY_VERSION},
        {"description",
         "Is what a model catalog claims still true, who says so, since when, and what changed? "
         "Every GET route also answers HEAD. Parameters not listed here are refused with 400."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", {{{"url", "/"}}}},
      {"security", Json::array()},
      {"tags",
       {{{"name", "api"}, {"description", "The catalog and its audits as JSON."}},
        {{"name", "pages"}, {"description", "The same as pages."}},
        {{"name", "service"}, {"description", "The feed, static files and monitoring."}}}},
      {"paths", paths},
      {"components", components()}};
  Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  response.headers.emplace_back("Cache-Control", "no-cache");
  // Scripts on other sites may read it like the rest of the API.
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.body = indented_json(document) + "\n";
  return response;
}

}  // namespace assay::api
