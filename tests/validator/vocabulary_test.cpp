#include <cctype>
#include <cstddef>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/embedded.h"
#include "support/catch.h"
#include "validator/vocabulary.h"

namespace {

using nlohmann::json;

json embedded(const std::string& name) { return json::parse(assay::embedded_schema_file(name)); }

json vocabulary(const std::string& name) { return embedded("vocabularies/" + name + ".json"); }

/// The list of a vocabulary file, by value: it outlives the statement that asked for it.
json rows(const std::string& name, const std::string& key) { return vocabulary(name).at(key); }

json catalog_schema() { return embedded("catalog.schema.json"); }

const json& property(const json& schema, const std::string& name) {
  return schema.at("definitions").at("entry").at("properties").at(name);
}

/// Calls `visit(path, schema)` for the schema and everything below it that is a schema too.
void walk(const json& schema, const std::string& path,
          const std::function<void(const std::string&, const json&)>& visit) {
  visit(path, schema);
  for (const char* group : {"properties", "definitions"}) {
    if (!schema.contains(group)) continue;
    for (const auto& [name, child] : schema.at(group).items()) {
      walk(child, path + "/" + group + "/" + name, visit);
    }
  }
  for (const char* single : {"items", "additionalProperties"}) {
    if (schema.contains(single) && schema.at(single).is_object()) {
      walk(schema.at(single), path + "/" + single, visit);
    }
  }
  for (const char* several : {"oneOf", "anyOf"}) {
    if (!schema.contains(several)) continue;
    for (std::size_t i = 0; i < schema.at(several).size(); ++i) {
      walk(schema.at(several).at(i), path + "/" + several + "/" + std::to_string(i), visit);
    }
  }
}

/// The values of `key` over a list; fails when one is missing or no string.
std::vector<std::string> column(const json& list, const std::string& key) {
  std::vector<std::string> values;
  for (const json& row : list) values.push_back(row.at(key).get<std::string>());
  return values;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void check_unique(const std::vector<std::string>& values) {
  CHECK_FALSE(values.empty());
  std::set<std::string> seen;
  for (const std::string& value : values) {
    CAPTURE(value);
    CHECK_FALSE(value.empty());
    CHECK(seen.insert(value).second);
  }
}

void check_keys(const json& row, const std::set<std::string>& keys,
                const std::string& optional_key = "") {
  std::set<std::string> found;
  for (const auto& [key, value] : row.items()) {
    if (key != optional_key) found.insert(key);
  }
  CAPTURE(row.dump());
  CHECK(found == keys);
}

}  // namespace

TEST_CASE("the words of closed vocabularies are the enums of the schema") {
  const json schema = catalog_schema();
  for (const json& terms : rows("terms", "terms")) {
    const json field = property(schema, terms.at("field").get<std::string>());
    CAPTURE(terms.at("field").dump());
    if (terms.at("closed").get<bool>()) {
      const bool prefixed = terms.contains("open_prefix");
      CHECK((prefixed ? field.at("anyOf").at(0) : field).at("enum") == terms.at("words"));
      if (!prefixed) continue;
      const std::regex others(field.at("anyOf").at(1).at("pattern").get<std::string>());
      CHECK(std::regex_match(terms.at("open_prefix").get<std::string>() + "x", others));
      for (const json& word : terms.at("words")) {
        const bool is_prefixed =
            word.get<std::string>().rfind(terms.at("open_prefix").get<std::string>(), 0) == 0;
        CHECK(std::regex_match(word.get<std::string>(), others) == is_prefixed);
      }
      continue;
    }
    const json& value = field.at("type") == "array" ? field.at("items") : field;
    CHECK_FALSE(value.contains("enum"));
    CHECK(value.at("examples") == terms.at("words"));
  }
}

TEST_CASE("every enum of the schema is a vocabulary") {
  std::set<json> vocabularies;
  vocabularies.insert(json(column(rows("quantizations", "families"), "id")));
  for (const json& terms : rows("terms", "terms")) vocabularies.insert(terms.at("words"));
  walk(catalog_schema(), "", [&](const std::string& path, const json& schema) {
    CAPTURE(path);
    if (schema.contains("enum")) CHECK(vocabularies.count(schema.at("enum")) == 1);
  });
}

TEST_CASE("the quantization families of the schema are those of the vocabulary in their order") {
  const json schema = catalog_schema();
  const std::vector<std::string> ids = column(rows("quantizations", "families"), "id");
  CHECK(ids == std::vector<std::string>{"gguf", "awq", "gptq", "exl2", "exl3", "mlx", "fp8", "bnb",
                                        "nvfp4", "mxfp4", "int8", "int4", "autoround", "hqq",
                                        "aqlm", "torchao", "quanto"});
  CHECK(property(schema, "quantizations_available").at("items").at("enum") == json(ids));
}

TEST_CASE("every property of the schema explains itself to the users of editors") {
  walk(catalog_schema(), "", [](const std::string& path, const json& schema) {
    if (schema.contains("$ref")) return;  // explained where it is defined
    CAPTURE(path);
    CHECK_FALSE(schema.value("title", "").empty());
    CHECK_FALSE(schema.value("description", "").empty());
  });
}

TEST_CASE("every object of the schema refuses or describes unknown keys") {
  walk(catalog_schema(), "", [](const std::string& path, const json& schema) {
    if (schema.value("type", "") != "object") return;
    CAPTURE(path);
    REQUIRE(schema.contains("additionalProperties"));
    const json& others = schema.at("additionalProperties");
    CHECK((others == json(false) || others.is_object()));
    for (const json& required : schema.value("required", json::array())) {
      CHECK(schema.at("properties").contains(required.get<std::string>()));
    }
  });
}

TEST_CASE("every text of the schema is bounded and every pattern tightly") {
  walk(catalog_schema(), "", [](const std::string& path, const json& schema) {
    const bool text = schema.value("type", "") == "string" || schema.contains("pattern");
    if (!text || schema.contains("enum")) return;
    CAPTURE(path);
    REQUIRE(schema.contains("maxLength"));
    // std::regex recurses per character: a long scalar must be refused before it is matched.
    if (schema.contains("pattern")) {
      CHECK(schema.at("maxLength").get<int>() <= 1024);
      CHECK_NOTHROW(std::regex(schema.at("pattern").get<std::string>()));
    }
  });
}

TEST_CASE("every reference of the schema leads to a definition") {
  const json schema = catalog_schema();
  std::size_t references = 0;
  walk(schema, "", [&](const std::string& path, const json& part) {
    if (!part.contains("$ref")) return;
    CAPTURE(path);
    const std::string reference = part.at("$ref").get<std::string>();
    REQUIRE(reference.rfind("#/", 0) == 0);
    CHECK(schema.contains(json::json_pointer(reference.substr(1))));
    ++references;
  });
  CHECK(references > 0);
}

TEST_CASE("quantization families carry label and description and known runtimes") {
  const json families = rows("quantizations", "families");
  std::set<std::string> runtimes;
  for (const json& terms : rows("terms", "terms")) {
    if (terms.at("field") != "runtimes_supporting") continue;
    for (const json& word : terms.at("words")) runtimes.insert(word.get<std::string>());
  }
  check_unique(column(families, "id"));
  check_unique(column(families, "label"));
  for (const json& family : families) {
    json row = family;
    // How repositories show the family; what a row leaves out is never seen.
    for (const char* sign :
         {"branches", "expert_dtypes", "files", "modelopt", "name_hints", "near_methods",
          "near_modelopt", "numbers", "presets", "quant_methods", "tensor_types"}) {
      row.erase(sign);
    }
    const json size = row.at("size");
    CHECK(size.at("bits").at(0) <= size.at("bits").at(1));
    CHECK_FALSE(size.at("origin").get<std::string>().empty());
    row.erase("size");
    check_keys(row, {"id", "label", "description", "runtimes"});
    CHECK_FALSE(family.at("description").get<std::string>().empty());
    CHECK_FALSE(family.at("runtimes").empty());
    for (const json& runtime : family.at("runtimes")) {
      CAPTURE(runtime.dump());
      CHECK(runtimes.count(runtime.get<std::string>()) == 1);
    }
  }
}

TEST_CASE("a licence has one meaning under every name and alias and hub tag") {
  const json licenses = rows("licenses", "licenses");
  std::vector<std::string> names;
  std::vector<std::string> named;
  std::vector<std::string> tags;
  for (const json& row : rows("spdx", "licenses")) {
    check_keys(row, {"id", "osi_approved"});
    CHECK(row.at("osi_approved").is_boolean());
    names.push_back(row.at("id").get<std::string>());
  }
  const std::set<std::string> spdx(names.begin(), names.end());
  CHECK(spdx.size() > 700);
  CHECK(spdx.count("Apache-2.0") == 1);
  for (const json& license : licenses) {
    check_keys(license, {"name", "aliases", "hub", "osi_approved"});
    CHECK(license.at("osi_approved").is_boolean());
    // A row of an SPDX licence adds other names of it.
    const auto name = license.at("name").get<std::string>();
    if (spdx.count(name) == 0) names.push_back(name);
    for (const json& alias : license.at("aliases")) names.push_back(alias.get<std::string>());
    for (const json& tag : license.at("hub")) tags.push_back(tag.get<std::string>());
    named.push_back(name);
  }
  check_unique(names);
  check_unique(named);
  check_unique(tags);
}

TEST_CASE("a licence outside of SPDX is known under all the spellings of its name") {
  const assay::Vocabulary vocabulary = assay::load_vocabulary();
  const auto id = [&](std::string_view name) {
    const assay::License* license = vocabulary.license(name);
    return license == nullptr ? std::string() : license->id;
  };
  CHECK(id("Llama 3.2 Community License") == "Llama 3.2 Community License");
  CHECK(id("LLAMA 3.2 COMMUNITY LICENSE AGREEMENT") == "Llama 3.2 Community License");
  CHECK(id("llama3.2") == "Llama 3.2 Community License");
  CHECK(id("Llama 3.2 Community Licence") == "Llama 3.2 Community License");
  CHECK(id("gemma") == "Gemma Terms of Use");
  CHECK(id("Tongyi Qianwen LICENSE AGREEMENT") == "Tongyi Qianwen License");
  CHECK(id("proprietary") == "Proprietary");
  CHECK(id("OpenRAIL++") == "OpenRAIL++");
  CHECK(id("openrail") == "OpenRAIL");
  CHECK(id("Apache-2.0") == "Apache-2.0");
  // Identifiers of SPDX are compared exactly.
  CHECK(id("apache-2.0").empty());
  CHECK(id("Apache License 2.0").empty());
  CHECK(id("License").empty());
  CHECK(id("").empty());
  std::set<std::string> keys;
  for (const auto& [key, index] : vocabulary.license_keys) {
    CHECK_FALSE(key.empty());
    keys.insert(vocabulary.licenses[index].id);
  }
  for (const assay::License& license : vocabulary.licenses) {
    CAPTURE(license.id);
    if (license.spdx) continue;
    CHECK(keys.contains(license.id));
    for (const std::string& alias : license.aliases) CHECK(id(lower(alias)) == license.id);
    for (const std::string& tag : license.hub) CHECK(id(tag) == license.id);
  }
}

TEST_CASE("a benchmark is meant also by a name spelled otherwise") {
  const assay::Vocabulary vocabulary = assay::load_vocabulary();
  REQUIRE(vocabulary.benchmark_meant("MMLU-Pro") != nullptr);
  CHECK(vocabulary.benchmark_meant("MMLU-Pro")->id == "mmlu_pro");
  CHECK(vocabulary.benchmark_meant("MATH 500")->id == "math_500");
  CHECK(vocabulary.benchmark_meant("mmlu_pro_2") == nullptr);
  for (const assay::Benchmark& benchmark : vocabulary.benchmarks) {
    CHECK(vocabulary.benchmark_meant(benchmark.id) == &benchmark);
  }
}

TEST_CASE("the SPDX list names its version and source and knows what the OSI approved") {
  const json spdx = vocabulary("spdx");
  check_keys(spdx, {"version", "source", "licenses"});
  CHECK(spdx.at("source") == "https://spdx.org/licenses/");
  CHECK_FALSE(spdx.at("version").get<std::string>().empty());
  std::map<std::string, bool> approved;
  for (const json& row : spdx.at("licenses"))
    approved[row.at("id").get<std::string>()] = row.at("osi_approved").get<bool>();
  CHECK(approved.at("Apache-2.0"));
  CHECK(approved.at("MIT"));
  CHECK_FALSE(approved.at("CC-BY-NC-4.0"));
}

TEST_CASE("benchmarks have a score range") {
  const json benchmarks = rows("benchmarks", "benchmarks");
  check_unique(column(benchmarks, "id"));
  check_unique(column(benchmarks, "label"));
  for (const json& benchmark : benchmarks) {
    check_keys(benchmark, {"id", "label", "min", "max"}, "since");
    CHECK(std::regex_match(benchmark.value("since", "2020-01-01"),
                           std::regex("20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")));
    CHECK(std::regex_match(benchmark.at("id").get<std::string>(),
                           std::regex("[a-z0-9]+(_[a-z0-9]+)*")));
    CHECK(benchmark.at("min").get<double>() < benchmark.at("max").get<double>());
  }
}

TEST_CASE("terms name each field once and hold no word twice") {
  const json terms = rows("terms", "terms");
  check_unique(column(terms, "field"));
  for (const json& row : terms) {
    check_keys(row, {"field", "closed", "words"}, "open_prefix");
    CHECK(row.at("closed").is_boolean());
    check_unique(row.at("words").get<std::vector<std::string>>());
  }
}

TEST_CASE("a provider is found under one name and one identifier per source") {
  const json providers = rows("providers", "providers");
  check_unique(column(providers, "id"));
  std::map<std::string, std::string> owner_of_name;
  std::map<std::string, std::vector<std::string>> identifiers;
  for (const json& row : providers) {
    json provider = row;
    provider.erase("model_prefixes");  // few have any
    check_keys(provider, {"id", "name", "aliases", "sources"});
    const std::string id = provider.at("id").get<std::string>();
    std::vector<std::string> names = provider.at("aliases").get<std::vector<std::string>>();
    names.push_back(provider.at("name").get<std::string>());
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(owner_of_name.emplace(lower(name), id).first->second == id);
    }
    CHECK_FALSE(provider.at("sources").empty());
    for (const auto& [source, values] : provider.at("sources").items()) {
      const auto list = values.get<std::vector<std::string>>();
      CHECK_FALSE(list.empty());
      identifiers[source].insert(identifiers[source].end(), list.begin(), list.end());
    }
  }
  for (const auto& [source, values] : identifiers) {
    CAPTURE(source);
    CHECK(std::set<std::string>{"hf_router", "openrouter", "litellm", "models_dev", "genai_prices",
                                "deepinfra", "together", "artificial_analysis"}
              .count(source) == 1);
    check_unique(values);
  }
}

TEST_CASE("a provider is found by name without regard to case and by what a source calls it") {
  const assay::Vocabulary words = assay::load_vocabulary();
  REQUIRE(words.provider("together ai") != nullptr);
  CHECK(words.provider("together ai")->id == "together");
  CHECK(words.provider("DEEPINFRA")->id == "deepinfra");
  CHECK(words.provider("Together A") == nullptr);
  CHECK(words.provider_in("litellm", "together_ai")->id == "together");
  CHECK(words.provider_in("litellm", "Together_AI") == nullptr);
  CHECK(words.provider_in("models_dev", "together_ai") == nullptr);
}
