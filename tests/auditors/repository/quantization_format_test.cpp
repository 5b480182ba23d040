#include "auditors/repository/quantization_format.h"

#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

// Shapes of configurations that writers make, and some that they do not: what can be read is told,
// and what cannot is never the lack of a quantization.

namespace {

using namespace assay;
using nlohmann::json;

QuantizationFormat format_of(const json& config) {
  static const Vocabulary vocabulary = load_vocabulary();
  json whole{{"model_type", "llama"}, {"architectures", {"LlamaForCausalLM"}}};
  whole.update(config);
  return classify(whole, vocabulary.quantizations);
}

QuantizationFormat block(const json& content) {
  return format_of({{"quantization_config", content}});
}

json groups(const json& content, const char* format = "int-quantized") {
  return {{"quant_method", "compressed-tensors"}, {"format", format}, {"config_groups", content}};
}

std::set<std::string> held(const QuantizationFormat& format) {
  std::set<std::string> ids;
  for (const std::string_view id : format.held()) {
    if (!id.empty()) ids.emplace(id);
  }
  return ids;
}

using Ids = std::set<std::string>;

}  // namespace

TEST_CASE("a preset's modules stand for its numbers") {
  const std::vector<std::pair<const char*, const char*>> presets{
      {"W8A8", "int8"},   {"W8A16", "int8"},      {"W4A16", "int4"},  {"W4A16_ASYM", "int4"},
      {"FP8", "fp8"},     {"FP8_DYNAMIC", "fp8"}, {"NVFP4", "nvfp4"}, {"NVFP4A16", "nvfp4"},
      {"MXFP4", "mxfp4"}, {"fp8_dynamic", "fp8"}};
  for (const auto& [preset, family] : presets) {
    CAPTURE(preset);
    CHECK(held(block(groups({{preset, {"Linear"}}}))) == Ids{family});
    CHECK(held(block(groups({{"group_0", preset}}))) == Ids{family});
  }
  const QuantizationFormat later = block(groups({{"W3A16", {"Linear"}}}));
  CHECK(later.kind == QuantizationFormat::Kind::unknown);
  CHECK(later.may_be("int4"));
  CHECK(block(groups({{"UNQUANTIZED", {"Linear"}}})).kind == QuantizationFormat::Kind::unquantized);
}

TEST_CASE("experts may have numbers of their own") {
  const json fp8{{"quant_method", "fp8"}, {"fmt", "e4m3"}};
  json inside = fp8;
  inside["expert_dtype"] = "fp4";
  CHECK(held(format_of({{"expert_dtype", "fp4"}, {"quantization_config", fp8}})) ==
        Ids{"fp8", "mxfp4"});
  CHECK(held(block(inside)) == Ids{"fp8", "mxfp4"});
  CHECK(held(format_of({{"expert_dtype", "fp8"}, {"quantization_config", fp8}})) == Ids{"fp8"});
  CHECK(held(format_of({{"expert_dtype", "bf16"}, {"quantization_config", fp8}})) == Ids{"fp8"});
  const QuantizationFormat other =
      format_of({{"expert_dtype", "int3"}, {"quantization_config", fp8}});
  CHECK(held(other) == Ids{"fp8"});
  CHECK(other.may_be("int4"));
  const QuantizationFormat again =
      block({{"quant_method", "fp8"},
             {"quant_algo", "MIXED_PRECISION"},
             {"quantized_layers", {{"layers.0.experts", {{"quant_algo", "NVFP4"}}}}}});
  CHECK(held(again) == Ids{"nvfp4"});
  CHECK(again.may_be("fp8"));
}

TEST_CASE("AutoRound's container tells what numbers it holds") {
  const auto round = [](const json& more) {
    json content{{"quant_method", "auto-round"}};
    content.update(more);
    return block(content);
  };
  CHECK(held(round({{"bits", 4}, {"data_type", "int"}})) == Ids{"autoround"});
  CHECK(held(round({{"bits", 8}, {"data_type", "fp8"}})) == Ids{"autoround", "fp8"});
  CHECK(held(round({{"bits", 8}, {"packing_format", "auto_round:fp8"}})) ==
        Ids{"autoround", "fp8"});
  CHECK(held(round({{"bits", 4}, {"data_type", "mx_fp"}})) == Ids{"autoround", "mxfp4"});
  CHECK(held(round({{"bits", 4}, {"data_type", "nv_fp4"}})) == Ids{"autoround", "nvfp4"});
  CHECK(round({{"bits", 8}, {"data_type", "mx_fp"}}).may_be("fp8"));
  CHECK(round({{"bits", 4}, {"packing_format", "auto_round:auto_gptq"}}).may_be("gptq"));
  CHECK(round({{"bits", 4}, {"packing_format", "auto_round:auto_awq"}}).may_be("awq"));
  CHECK(round({{"bits", 2}, {"data_type", "codebook"}}).may_be("int4"));
}

TEST_CASE("of several formats all that can be read are there") {
  const json mixed{{"a", {{"weights", {{"num_bits", 8}, {"type", "float"}}}}},
                   {"b", {{"weights", {{"num_bits", 4}, {"type", "float"}, {"group_size", 16}}}}}};
  CHECK(held(block(groups(mixed, "mixed-precision"))) == Ids{"fp8", "nvfp4"});
  CHECK(block(groups(mixed, "mixed-precision")).family == "nvfp4");
  json partly = mixed;
  partly["b"]["weights"] = {{"num_bits", 3}, {"type", "int"}};
  CHECK(held(block(groups(partly, "mixed-precision"))) == Ids{"fp8"});
  const json layers{{"x", {{"quant_algo", "NVFP4"}}}, {"y", {{"quant_algo", "FP8"}}}};
  CHECK(held(block({{"quant_method", "modelopt"},
                    {"quant_algo", "MIXED_PRECISION"},
                    {"quantized_layers", layers}})) == Ids{"fp8", "nvfp4"});
}

TEST_CASE("a shape that nobody writes is a quantization that cannot be read") {
  for (const json& odd : std::vector<json>{json::array({{{"quant_method", "awq"}}}), json("awq"),
                                           json(4), json{{"bits", 4}}, json{{"quant_method", 5}},
                                           json{{"quant_method", {"awq"}}}}) {
    CAPTURE(odd.dump());
    for (const char* key : {"quantization_config", "compression_config", "quantization"}) {
      CAPTURE(key);
      const QuantizationFormat format = format_of({{key, odd}});
      CHECK(format.kind == QuantizationFormat::Kind::unknown);
      CHECK(format.may_be("awq"));
    }
  }
  for (const json& none : std::vector<json>{json(), json(false), json::object()}) {
    CAPTURE(none.dump());
    CHECK(block(none).kind == QuantizationFormat::Kind::unquantized);
  }
  for (const json& odd :
       std::vector<json>{json(5), json("x"), json::array({1, "W8A8"}), json{{"group_0", 5}},
                         json{{"group_0", {"Linear"}}}, json{{"group_0", {{"weights", "int8"}}}}}) {
    CAPTURE(odd.dump());
    CHECK_FALSE(block(groups(odd)).kind == QuantizationFormat::Kind::unquantized);
  }
}
