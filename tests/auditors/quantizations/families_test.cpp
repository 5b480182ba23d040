#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "auditors/audit.h"
#include "auditors/registry.h"
#include "auditors/repository/quantization_format.h"
#include "support/catch.h"
#include "support/worlds/fake_hub.h"
#include "validator/document.h"

// The families come from the vocabulary alone: adding one is an edit of data.

namespace {

using namespace assay;
using nlohmann::json;

constexpr const char* kHub = "https://huggingface.co";

constexpr const char* kEntry = R"(models:
  - slug: model-7b-instruct
    display_name: Model 7B Instruct
    quantizations_available: [vptq]
    quantizations_source: https://huggingface.co/lab/Model-7B-Instruct
)";

// The base, and one repository whose config.json names `method`.
json world(const std::string& id, const std::string& method) {
  const json model{{"model_type", "llama"}, {"architectures", {"LlamaForCausalLM"}}};
  json quantized = model;
  quantized["quantization_config"] = {{"quant_method", method}, {"bits", 4}};
  return {{"repositories",
           {{{"id", "lab/Model-7B-Instruct"},
             {"parameters", 7'000'000'000},
             {"files", {{"model.safetensors", 14'000'000'000}}},
             {"config", model}},
            {{"id", id},
             {"relation", "quantized"},
             {"bases", {"lab/Model-7B-Instruct"}},
             {"files", {{"model.safetensors", 4'200'000'000}}},
             {"config", quantized}}}}};
}

std::vector<Finding> audited(const Config& config, const json& described) {
  const Source source("entry.yaml", kEntry);
  const Document document(source);
  const std::vector<Subject> all = subjects(document);
  const Auditor* chosen = find_auditor("quantizations");
  test::FakeHub hub(described);
  std::vector<Finding> findings;
  audit({.subjects = all,
         .auditors = {&chosen, 1},
         .config = &config,
         .transport = hub.transport(kHub),
         .on_findings = [&](const Subject&, const std::vector<Finding>& some) {
           std::copy_if(some.begin(), some.end(), std::back_inserter(findings),
                        [](const Finding& one) { return one.verdict != Verdict::unaudited; });
         }});
  return findings;
}

Config config_with(const std::vector<QuantizationFamily>& more) {
  Config config;
  config.sources["huggingface"] = {.id = "huggingface", .url = kHub, .token_env = {}};
  Vocabulary vocabulary = *config.vocabulary;
  vocabulary.quantizations.insert(vocabulary.quantizations.end(), more.begin(), more.end());
  config.vocabulary = std::make_shared<const Vocabulary>(std::move(vocabulary));
  return config;
}

const QuantizationFamily kVptq{.id = "vptq",
                               .label = "VPTQ",
                               .description = "Vector post-training quantization.",
                               .runtimes = {"vllm"},
                               .name_hints = {"vptq", "vector quantized"},
                               .quant_methods = {"vptq"}};

}  // namespace

TEST_CASE("a family that is added to the vocabulary is judged") {
  const json holding = world("quants/Model-7B-Instruct-VPTQ", "vptq");
  const std::vector<Finding> before = audited(config_with({}), holding);
  REQUIRE(before.size() == 1);
  CHECK(before.front().verdict == Verdict::verifier_unable);

  const std::vector<Finding> after = audited(config_with({kVptq}), holding);
  REQUIRE(after.size() == 1);
  CHECK(after.front().verdict == Verdict::supported);
  CHECK_THAT(after.front().reason, ContainsSubstring("config.json states quant_method vptq"));

  const std::vector<Finding> absent =
      audited(config_with({kVptq}), world("quants/Model-7B-Instruct-AWQ", "awq"));
  REQUIRE(absent.size() == 2);
  CHECK(absent.front().verdict == Verdict::contradicted);
  CHECK(absent.back().label == "quantizations_available.awq");
  CHECK(absent.back().verdict == Verdict::unlisted);
}

TEST_CASE("a family of numbers that is added is told by its numbers") {
  QuantizationFamilies families{{.id = "int3", .numbers = {{.type = "int", .bits = 3}}},
                                {.id = "nf6",
                                 .modelopt = {"nf6*"},
                                 .numbers = {{.type = "float", .bits = 6, .group_size = 8}}}};
  const auto packed = [](int bits, const char* type) {
    return json{
        {"quantization_config",
         {{"quant_method", "compressed-tensors"},
          {"format", "pack-quantized"},
          {"config_groups", {{"group_0", {{"weights", {{"num_bits", bits}, {"type", type}}}}}}}}}};
  };
  CHECK(classify(packed(3, "int"), families).family == "int3");
  CHECK(classify(packed(3, "int"), families).bits == 3);
  const QuantizationFormat open = classify(packed(6, "float"), families);
  CHECK(open.family.empty());
  CHECK(open.may_be("nf6"));
  CHECK_FALSE(open.may_be("int3"));
  const json modelopt{
      {"quantization_config", {{"quant_method", "modelopt"}, {"quant_algo", "NF6_AWQ"}}}};
  CHECK(classify(modelopt, families).family == "nf6");
}

TEST_CASE("the vocabulary of families and what the code knows of them agree") {
  const Vocabulary vocabulary = load_vocabulary();
  for (const std::string_view id : families_in_code()) {
    CAPTURE(std::string(id));
    CHECK(vocabulary.quantization(id) != nullptr);
  }
  const auto in_code = families_in_code();
  for (const QuantizationFamily& family : vocabulary.quantizations) {
    CAPTURE(family.id);
    CHECK_FALSE(family.name_hints.empty());
    // Something must be able to establish it.
    CHECK((std::find(in_code.begin(), in_code.end(), family.id) != in_code.end() ||
           !family.quant_methods.empty() || !family.modelopt.empty() || family.numbers));
    for (const std::string& method : family.quant_methods) {
      CAPTURE(method);
      const json config{
          {"quantization_config", {{"quant_method", method}, {"load_in_4bit", true}, {"bits", 4}}}};
      CHECK(classify(config, vocabulary.quantizations).family == family.id);
    }
  }
}
