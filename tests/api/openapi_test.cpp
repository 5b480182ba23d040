#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "support/catch.h"
#include "support/http/served.h"

using nlohmann::json;

namespace {

// Where an answer and what the description says of it differ; empty when they agree. A member that
// is not described is a difference like one that is missing.
class Described {
 public:
  explicit Described(const json& document) : document_(document) {}

  std::string difference(const json& schema, const json& value, const std::string& at) const {
    if (schema.contains("$ref")) {
      const std::string pointer = schema["$ref"].get<std::string>().substr(1);
      return difference(document_.at(json::json_pointer(pointer)), value, at);
    }
    if (schema.contains("oneOf")) {
      if (value.is_null()) return {};
      return difference(schema["oneOf"][0], value, at);
    }
    if (schema.contains("type") && !has_type(schema["type"], value)) {
      return at + " is " + value.dump() + " and should be " + schema["type"].dump();
    }
    if (value.is_array() && schema.contains("items")) {
      for (const json& item : value) {
        if (std::string text = difference(schema["items"], item, at + "[]"); !text.empty()) {
          return text;
        }
      }
    }
    return value.is_object() && schema.contains("properties") ? members(schema, value, at)
                                                              : std::string{};
  }

 private:
  std::string members(const json& schema, const json& value, const std::string& at) const {
    for (const json& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) return at + " lacks " + name.dump();
    }
    for (const auto& [name, member] : value.items()) {
      if (!schema["properties"].contains(name)) return at + "." + name + " is not described";
      if (std::string text = difference(schema["properties"][name], member, at + "." + name);
          !text.empty()) {
        return text;
      }
    }
    return {};
  }

  static bool has_type(const json& types, const json& value) {
    const auto is = [&](const json& type) {
      return type == "null"      ? value.is_null()
             : type == "string"  ? value.is_string()
             : type == "integer" ? value.is_number_integer()
             : type == "number"  ? value.is_number()
             : type == "boolean" ? value.is_boolean()
             : type == "array"   ? value.is_array()
                                 : value.is_object();
    };
    return types.is_array() ? std::any_of(types.begin(), types.end(), is) : is(types);
  }

  const json& document_;
};

assay::Offer offer() {
  assay::Offer offer;
  offer.source = "litellm";
  offer.provider = "acme";
  offer.model = "acme/alpha-7b";
  offer.currency = "USD";
  return offer;
}

std::string path_of(std::string pattern, const Served& served) {
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"{slug}", "alpha-7b"}, {"{id}", "1"}, {"{sha256}", served.seen.id}}) {
    if (const auto at = pattern.find(name); at != std::string::npos) {
      pattern.replace(at, name.size(), value);
    }
  }
  return pattern;
}

}  // namespace

TEST_CASE("the description of the API has every route and parameter") {
  const Served served;
  const json document = served.json("/openapi.json");
  for (const assay::api::Route& route : assay::api::routes()) {
    CAPTURE(route.pattern);
    const json& operation = document["paths"][std::string(route.pattern)]["get"];
    CHECK(operation["summary"] == route.summary);
    std::set<std::string> described;
    for (const json& parameter : operation.value("parameters", json::array())) {
      CHECK(described.insert(parameter["name"]).second);
    }
    std::size_t in_path = 0;
    for (const assay::api::Parameter& parameter : route.parameters) {
      CHECK(described.contains(std::string(parameter.name)));
    }
    for (const char c : route.pattern) in_path += c == '{' ? 1 : 0;
    CHECK(described.size() == route.parameters.size() + in_path);
  }
  CHECK(document["paths"].size() == assay::api::routes().size());
}

TEST_CASE("the description of the API has every member of every answer") {
  Served served;
  // A change and a price, so that no collection is empty.
  const std::int64_t run = served.store().begin_run(samples::run());
  served.store().add_evidence(run, served.seen);
  served.store().add_findings(
      run, "alpha-7b",
      {samples::finding("alpha-7b", "quantizations_available.awq", assay::Verdict::supported)},
      {"quantizations"});
  const std::vector<assay::Offer> offers{offer()};
  served.store().add_offers(run, served.seen, offers);
  served.store().finish_run(run, {});

  const json document = served.json("/openapi.json");
  const Described described(document);
  std::size_t compared = 0;
  for (const assay::api::Route& route : assay::api::routes()) {
    if (route.content.schema.empty()) continue;
    CAPTURE(route.pattern);
    const json answer = served.json(path_of(std::string(route.pattern), served));
    CHECK_FALSE(answer["data"].empty());
    const json& schema = document["paths"][std::string(route.pattern)]["get"]["responses"]["200"]
                                 ["content"]["application/json"]["schema"];
    CHECK(described.difference(schema, answer, "answer") == "");
    ++compared;
  }
  CHECK(compared == 9);
  const json problem = served.json("/api/v1/findings?limit=0");
  CHECK(described.difference(document["components"]["schemas"]["Problem"], problem, "problem") ==
        "");
}
