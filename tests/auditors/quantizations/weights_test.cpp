#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/repository/plausible_size.h"
#include "support/catch.h"
#include "support/worlds/one_model.h"

// A format is there only if types and bytes of the weights agree with what states it. The base has
// 7,000,000,000 parameters.

namespace {

using namespace assay;
using nlohmann::json;

constexpr std::int64_t kWeightsOfBase = 7'000'000'000;

// How one writer stores weights.
struct Stored {
  std::string family;
  json block;
  std::string type;  // of the packed tensors
  double bits;       // per weight
  int word;          // bits of an element
};

json packed_groups(int bits, const char* type, const char* format, int group) {
  json weights{{"num_bits", bits}, {"type", type}, {"group_size", group}};
  return {{"quant_method", "compressed-tensors"},
          {"format", format},
          {"config_groups", {{"group_0", {{"targets", {"Linear"}}, {"weights", weights}}}}}};
}

std::vector<Stored> writers() {
  return {{"awq", {{"quant_method", "awq"}, {"bits", 4}}, "I32", 4, 32},
          {"gptq", {{"quant_method", "gptq"}, {"bits", 4}, {"desc_act", true}}, "I32", 4, 32},
          {"gptq", {{"quant_method", "gptq"}, {"bits", 8}, {"desc_act", true}}, "I32", 8, 32},
          {"int4", packed_groups(4, "int", "pack-quantized", 128), "I32", 4, 32},
          {"int8", packed_groups(8, "int", "pack-quantized", 128), "I32", 8, 32},
          {"int8", packed_groups(8, "int", "int-quantized", 128), "I8", 8, 8},
          {"autoround", {{"quant_method", "auto-round"}, {"bits", 4}}, "I32", 4, 32},
          {"exl2", {{"quant_method", "exl2"}, {"bits", 5.0}}, "I32", 5, 32},
          {"nvfp4", packed_groups(4, "float", "nvfp4-pack-quantized", 16), "U8", 4, 8},
          {"mxfp4", {{"quant_method", "mxfp4"}}, "U8", 4, 8},
          {"bnb", {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}}, "U8", 4, 8},
          {"hqq",
           {{"quant_method", "hqq"},
            {"quant_config", {{"weight_quant_params", {{"nbits", 4}, {"group_size", 64}}}}}},
           "U8",
           4,
           8},
          {"fp8", {{"quant_method", "fp8"}}, "F8_E4M3", 8, 8},
          {"mlx", {{"group_size", 64}, {"bits", 4}, {"mode", "affine"}}, "U32", 4, 32},
          {"mlx", {{"group_size", 64}, {"bits", 8}, {"mode", "affine"}}, "U32", 8, 32}};
}

constexpr double kLinear = 6.5e9;  // weights that are quantized; the others stay in BF16

json config_of(const Stored& stored) {
  json config = test::config_with(stored.block);
  if (stored.family == "mlx") config["quantization"] = stored.block;
  return config;
}

std::int64_t whole(double number) { return static_cast<std::int64_t>(number); }

// The tensors of a model of `share` of the base's size, its packed weights counted as what they
// stand for or as the words that are stored.
json tensors_of(const Stored& stored, bool logical, double share = 1) {
  const double linear = kLinear * share;
  const double plain = (kWeightsOfBase - kLinear) * share;
  json tensors{{"BF16", whole(plain + linear / 64)}};
  tensors[stored.type] = whole(logical ? linear : linear * stored.bits / stored.word);
  return tensors;
}

std::int64_t bytes_of(const Stored& stored, double share = 1) {
  return whole(share * (kLinear * (stored.bits + 0.25) + (kWeightsOfBase - kLinear) * 16) / 8);
}

json repository_of(const Stored& stored, bool logical, double share = 1) {
  return test::quantized("quants/Model-7B-Instruct-" + stored.family,
                         {{"config", config_of(stored)},
                          {"tags", {"safetensors", stored.family == "mlx" ? "mlx" : "x"}},
                          {"tensors", tensors_of(stored, logical, share)},
                          {"files", {{"model.safetensors", bytes_of(stored, share)}}}});
}

// Families whose writers use one type: only bytes may tell them apart.
bool share_a_type(const std::string& one, const std::string& other) {
  static const Vocabulary vocabulary = load_vocabulary();
  const std::vector<std::string>& types = vocabulary.quantization(other)->tensor_types;
  for (const std::string& type : vocabulary.quantization(one)->tensor_types) {
    if (std::find(types.begin(), types.end(), type) != types.end()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("packed tensors may be counted as words or as the weights that they stand for") {
  for (const Stored& stored : writers()) {
    for (const bool logical : {false, true}) {
      CAPTURE(stored.family, stored.bits, logical);
      const auto findings =
          test::audited_families({stored.family}, {repository_of(stored, logical)});
      INFO(test::reason_on(findings, stored.family));
      CHECK(test::verdict_on(findings, stored.family) == Verdict::supported);
    }
  }
}

TEST_CASE("a count never stands in for the size of another model's files") {
  // Weights of a much smaller model, counted logically, look like words of the base's.
  for (const Stored& stored : writers()) {
    for (const bool logical : {false, true}) {
      CAPTURE(stored.family, stored.bits, logical);
      const auto findings =
          test::audited_families({stored.family}, {repository_of(stored, logical, 0.2)});
      INFO(test::reason_on(findings, stored.family));
      CHECK(test::verdict_on(findings, stored.family) == Verdict::verifier_unable);
    }
  }
}

TEST_CASE("a configuration over 16-bit weights is left over") {
  for (const Stored& stored : writers()) {
    for (const bool counted : {true, false}) {
      CAPTURE(stored.family, stored.bits, counted);
      json repository = repository_of(stored, false);
      repository["files"] = {{"model.safetensors", 2 * kWeightsOfBase}};
      repository["tensors"] = {{"BF16", kWeightsOfBase}};
      if (!counted) repository.erase("tensors");
      const auto findings = test::audited_families({stored.family}, {repository});
      INFO(test::reason_on(findings, stored.family));
      CHECK(test::verdict_on(findings, stored.family) == Verdict::contradicted);
    }
  }
}

TEST_CASE("a configuration over weights of another format is left over") {
  // What lies on the disk is `weights`, what config.json states is `stated`.
  for (const Stored& stated : writers()) {
    for (const Stored& weights : writers()) {
      if (stated.family == weights.family || share_a_type(stated.family, weights.family)) continue;
      CAPTURE(stated.family, stated.bits, weights.family, weights.bits);
      json repository = repository_of(weights, true);
      repository["config"] = config_of(stated);
      const auto findings = test::audited_families({stated.family, weights.family}, {repository});
      for (const std::string& family : {stated.family, weights.family}) {
        INFO(test::reason_on(findings, family));
        CHECK(test::verdict_on(findings, family) == Verdict::verifier_unable);
      }
    }
  }
}

TEST_CASE("without counts the bytes of 8-bit weights do not pass for 4 bits nor the other way") {
  for (const Stored& stated : writers()) {
    const double other = stated.bits <= 5 ? 8 : 4;
    CAPTURE(stated.family, stated.bits, other);
    // Families of which some writers store the other width are left out.
    if (stated.family == "bnb" || stated.family == "hqq" || stated.family == "exl2") continue;
    if (stated.family == "nvfp4" || stated.family == "mxfp4") continue;  // much may stay in 16 bits
    if (stated.family == "autoround") continue;
    json repository = repository_of(stated, false);
    repository.erase("tensors");
    repository["files"] = {
        {"model.safetensors",
         whole((kLinear * (other + 0.25) + (kWeightsOfBase - kLinear) * 16) / 8)}};
    const auto findings = test::audited_families({stated.family}, {repository});
    INFO(test::reason_on(findings, stated.family));
    CHECK(test::verdict_on(findings, stated.family) == Verdict::verifier_unable);
  }
}

TEST_CASE("what the writer's own file says is held against config.json") {
  json repository =
      test::quantized("quants/Model-7B-Instruct-NVFP4",
                      {{"config", test::config_with({{"quant_method", "fp8"}})},
                       {"hf_quant_config", {{"quantization", {{"quant_algo", "NVFP4"}}}}},
                       {"files", {{"model.safetensors", 7'500'000'000}}}});
  auto findings = test::audited_families({"fp8", "nvfp4", "gptq"}, {repository});
  CHECK(test::verdict_on(findings, "fp8") == Verdict::verifier_unable);
  CHECK(test::verdict_on(findings, "nvfp4") == Verdict::verifier_unable);
  CHECK_THAT(test::reason_on(findings, "fp8"),
             ContainsSubstring("but modelopt quant_algo nvfp4 in hf_quant_config.json"));
  CHECK(test::verdict_on(findings, "gptq") == Verdict::contradicted);

  repository["hf_quant_config"]["quantization"]["quant_algo"] = "FP8";
  findings = test::audited_families({"fp8"}, {repository});
  INFO(test::reason_on(findings, "fp8"));
  CHECK(test::verdict_on(findings, "fp8") == Verdict::supported);
}

TEST_CASE("sizes that real repositories have are plausible") {
  // Bytes over parameters of the base, from the Hub: name, family, bits, GB, billions.
  struct Real {
    const char* family;
    double bits;
    double gigabytes;
    double billions;
  };
  const Vocabulary vocabulary = load_vocabulary();
  for (const Real& real : std::vector<Real>{{"awq", 4, 5.57, 7.62},    // Qwen2.5-7B-Instruct-AWQ
                                            {"awq", 4, 6.93, 8.29},    // Qwen2.5-VL-7B-Instruct-AWQ
                                            {"awq", 4, 0.46, 0.494},   // Qwen2.5-0.5B-Instruct-AWQ
                                            {"gptq", 8, 8.9, 7.62},    // …-GPTQ-Int8
                                            {"fp8", 8, 9.08, 8.03},    // Llama-3.1-8B-FP8
                                            {"fp8", 8, 72.7, 70.55},   // Llama-3.1-70B-FP8
                                            {"mxfp4", 4, 13.8, 20.9},  // gpt-oss-20b
                                            {"aqlm", 2, 4.07, 8.03},   // Llama-3-8B-AQLM-2Bit
                                            {"gguf", 1.125, 1.2, 8.0},    // Q1_0
                                            {"gguf", 8.5, 8.5, 8.03}}) {  // Q8_0
    CAPTURE(real.family, real.bits, real.billions);
    const auto parameters = whole(real.billions * 1e9);
    const SizeBounds bounds =
        size_bounds(*vocabulary.quantization(real.family), real.bits, parameters, false);
    CHECK(plausible_size(whole(real.gigabytes * 1e9), parameters, bounds));
    CHECK_FALSE(plausible_size(2 * parameters, parameters, bounds));
    CHECK_FALSE(plausible_size(parameters / 20, parameters, bounds));
  }
}

TEST_CASE("counts that fit neither the base nor the files are of another model") {
  for (const Stored& stored : writers()) {
    CAPTURE(stored.family, stored.bits);
    json repository = repository_of(stored, true);
    repository["tensors"] = tensors_of(stored, true, 2.5);  // a larger model's
    const auto findings = test::audited_families({stored.family}, {repository});
    INFO(test::reason_on(findings, stored.family));
    CHECK(test::verdict_on(findings, stored.family) == Verdict::verifier_unable);
  }
}

TEST_CASE("a model in several files without shard numbers is weighed as a whole") {
  json repository = test::quantized(
      "quants/Model-7B-Instruct-4bit-mlx",
      {{"config", config_of(writers().at(13))},
       {"tags", {"mlx"}},
       {"files", {{"model.safetensors", 2'000'000'000}, {"codec.safetensors", 1'900'000'000}}}});
  const auto findings = test::audited_families({"mlx"}, {repository});
  INFO(test::reason_on(findings, "mlx"));
  CHECK(test::verdict_on(findings, "mlx") == Verdict::supported);
}
