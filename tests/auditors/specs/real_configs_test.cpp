#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "auditors/specs/rulings.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/real_data.h"

// Real configurations against figures that others read out of them. The data are not part of the
// project: without the environment variable ASSAY_REAL_DATA the test is skipped.

namespace {

using namespace assay;
using nlohmann::json;

struct Column {
  const char* fact;   ///< in facts/specs.json
  const char* label;  ///< of the catalog
};
constexpr Column kColumns[] = {
    {"layers", "layers_count"}, {"hidden", "hidden_size"},
    {"kv_heads", "kv_heads"},   {"head_dim", "head_dim"},
    {"vocab", "vocab_size"},    {"max_position_embeddings", "context_window"},
    {"moe_experts", "experts"}, {"moe_experts_per_token", "experts_active"},
};

// Figures that the facts took from elsewhere, and the files state differently.
const std::set<std::string> kKnownDifferences{
    // The facts have the file as it was first published; this is a later one.
    "mistralai__Mistral-Nemo-Instruct-2407@inference-sim.json context_window"};

// "ORG__NAME.json" and "ORG__NAME@where.json" are configurations of ORG/NAME.
std::string repository_of(const std::filesystem::path& file) {
  std::string name = file.stem().string();
  name = name.substr(0, name.find('@'));
  const std::size_t gap = name.find("__");
  return gap == std::string::npos ? "" : name.substr(0, gap) + "/" + name.substr(gap + 2);
}

// Python's Infinity is no JSON; the auditor reads it as null.
json parse(std::string text) {
  for (std::size_t at = text.find("Infinity"); at != std::string::npos;
       at = text.find("Infinity", at)) {
    text.replace(at, 8, "null");
  }
  return json::parse(text, nullptr, false);
}

}  // namespace

TEST_CASE("real configurations state the figures that others read out of them") {
  const std::filesystem::path configs = test::real_data("hub/configs");
  const json facts = json::parse(test::read_file(test::real_data("facts") / "specs.json"));
  std::map<std::string, json> by_repository;
  for (const json& model : facts.at("models")) by_repository[model.at("repo")] = model;

  std::map<std::string_view, int> counts;
  std::vector<std::string> contradicted;
  std::size_t files = 0;
  for (const auto& path : test::files_in(configs)) {
    const auto model = by_repository.find(repository_of(path));
    if (model == by_repository.end()) continue;
    ++files;
    const specs::ModelFacts read = specs::model_facts(parse(test::read_file(path)), {}, false);
    CHECK(read.config.trouble().empty());
    for (const Column& column : kColumns) {
      const json& fact = model->second.at(column.fact);
      if (fact.is_null() || !fact.at("value").is_number_integer()) continue;
      const specs::Ruling ruling =
          specs::rule_figure(read, column.label, fact["value"].get<std::int64_t>());
      ++counts[to_string(ruling.verdict)];
      if (ruling.verdict != Verdict::contradicted) continue;
      contradicted.push_back(fmt::format("{} {}", path.filename().string(), column.label));
      INFO(fmt::format("{}: {}", contradicted.back(), ruling.reason));
      CHECK(kKnownDifferences.count(contradicted.back()) == 1);
    }
  }
  CHECK(files > 20);
  std::string text;
  for (const auto& [verdict, count] : counts) text += fmt::format(" {} {}", count, verdict);
  fmt::print("{} configurations:{}\n", files, text);
}
