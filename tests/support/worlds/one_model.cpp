#include "support/worlds/one_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "auditors/audit.h"
#include "auditors/registry.h"
#include "support/worlds/fake_hub.h"
#include "support/worlds/fault_worlds.h"
#include "validator/document.h"

namespace assay::test {
namespace {

using nlohmann::json;

constexpr const char* kOneBase = "lab/Model-7B-Instruct";
constexpr const char* kOneHub = "https://huggingface.co";

const Finding* finding_on(const std::vector<Finding>& findings, const std::string& family) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.label == "quantizations_available." + family;
  });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Finding> audited_families(const std::vector<std::string>& families, json repositories) {
  const bool has_base = std::any_of(repositories.begin(), repositories.end(),
                                    [](const json& one) { return one.at("id") == kOneBase; });
  if (!has_base) {
    repositories.push_back({{"id", kOneBase},
                            {"parameters", 7'000'000'000},
                            {"files", {{"model.safetensors", 14'000'000'000}}},
                            {"config",
                             {{"model_type", "llama"},
                              {"architectures", {"LlamaForCausalLM"}},
                              {"torch_dtype", "bfloat16"}}}});
  }
  const Source source("entry.yaml", fmt::format("models:\n  - slug: m\n    display_name: M\n"
                                                "    quantizations_available: [{}]\n"
                                                "    quantizations_source: {}/{}\n",
                                                fmt::join(families, ", "), kOneHub, kOneBase));
  const Document document(source);
  const std::vector<Subject> all = subjects(document);
  const Auditor* auditor = find_auditor("quantizations");
  const Config config = hub_config(kOneHub);
  FakeHub hub(json{{"repositories", std::move(repositories)}});
  std::vector<Finding> findings;
  audit({.subjects = all,
         .auditors = {&auditor, 1},
         .config = &config,
         .transport = hub.transport(kOneHub),
         .on_evidence = {},
         .on_findings = [&](const Subject&, const std::vector<Finding>& some) {
           std::copy_if(some.begin(), some.end(), std::back_inserter(findings),
                        [](const Finding& one) { return one.verdict != Verdict::unaudited; });
         }});
  return findings;
}

Verdict verdict_on(const std::vector<Finding>& findings, const std::string& family) {
  const Finding* found = finding_on(findings, family);
  return found == nullptr ? Verdict::unaudited : found->verdict;
}

std::string reason_on(const std::vector<Finding>& findings, const std::string& family) {
  const Finding* found = finding_on(findings, family);
  return found == nullptr ? std::string{} : found->reason;
}

json quantized(const std::string& id, const json& more) {
  json repository{
      {"id", id}, {"relation", "quantized"}, {"bases", {kOneBase}}, {"tags", {"safetensors"}}};
  repository.update(more);
  return repository;
}

json config_with(const json& block) {
  return {{"model_type", "llama"},
          {"architectures", {"LlamaForCausalLM"}},
          {"torch_dtype", "bfloat16"},
          {"quantization_config", block}};
}

}  // namespace assay::test
