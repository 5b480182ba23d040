#include "auditors/quantization_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>

namespace assay {
namespace {

using nlohmann::json;
using Kind = QuantizationFormat::Kind;

const json* member(const json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string lower_text(const json& object, std::string_view key) {
  const json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return {};
  auto text = value->get<std::string>();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

QuantizationFormat known(std::string_view family, std::string detail) {
  return {.kind = Kind::known, .family = std::string(family), .detail = std::move(detail)};
}
// A method that has a name, but no family here.
QuantizationFormat unknown(std::string detail) {
  return {.kind = Kind::unknown, .family = {}, .detail = std::move(detail)};
}
// A block that leaves open which family it is.
QuantizationFormat ambiguous(std::string detail) {
  return {.kind = Kind::unknown, .family = {}, .detail = std::move(detail), .may_be_any = true};
}
// The file itself says that the weights are not quantized.
QuantizationFormat unquantized(std::string detail) {
  return {.kind = Kind::unquantized, .family = {}, .detail = std::move(detail), .stated = true};
}

std::string bits_of(const json& block) {
  const json* bits = member(block, "bits");
  return bits != nullptr && bits->is_number() ? fmt::format(", {} bits", bits->dump())
                                              : std::string{};
}

// quant_method values that name a format by themselves.
struct Method {
  std::string_view id;
  std::string_view family;
};
constexpr std::array<Method, 24> kMethods{{
    {"aqlm", "aqlm"},
    {"auto-round", "autoround"},
    {"auto_awq", "awq"},
    {"auto_gptq", "gptq"},
    {"awq", "awq"},
    {"awq_marlin", "awq"},
    {"bitsandbytes", "bnb"},
    {"cpu_awq", "awq"},
    {"deepseek_v4_fp8", "fp8"},
    {"exl2", "exl2"},
    {"exl3", "exl3"},
    {"experts_int8", "int8"},
    {"fbgemm_fp8", "fp8"},
    {"fp8", "fp8"},
    {"gpt_oss_mxfp4", "mxfp4"},
    {"gptq", "gptq"},
    {"gptq_marlin", "gptq"},
    {"hqq", "hqq"},
    {"inc", "autoround"},
    {"intel/auto-round", "autoround"},
    {"mxfp4", "mxfp4"},
    {"quanto", "quanto"},
    {"torchao", "torchao"},
    {"w8a8_fp8", "fp8"},
}};

// The on-disk family of one group of compressed-tensors weights; empty when it has no name here.
std::string_view group_family(const json& weights) {
  const json* bits = member(weights, "num_bits");
  const std::string type = lower_text(weights, "type");
  if (bits == nullptr || !bits->is_number_integer()) return {};
  const auto width = bits->get<int>();
  if (width == 8 && type == "float") return "fp8";
  if (width == 8 && type == "int") return "int8";
  if (width == 4 && type == "int") return "int4";
  if (width == 4 && type == "float") {
    const json* size = member(weights, "group_size");
    if (size == nullptr || !size->is_number_integer()) return {};
    if (*size == 16) return "nvfp4";
    if (*size == 32) return "mxfp4";
  }
  return {};
}

QuantizationFormat compressed_tensors(const json& block) {
  const std::string format = lower_text(block, "format");
  if (format == "dense" || format == "fakequant" || format.starts_with("sparse")) {
    return unquantized(
        fmt::format("compressed-tensors format {}: weights are not compressed", format));
  }
  if (format.starts_with("nvfp4-pack")) return known("nvfp4", "compressed-tensors " + format);
  if (format.starts_with("mxfp4-pack")) return known("mxfp4", "compressed-tensors " + format);
  const json* groups = member(block, "config_groups");
  if (groups == nullptr || !groups->is_object() || groups->empty()) {
    if (member(block, "kv_cache_scheme") != nullptr) {
      return unquantized("compressed-tensors: only the KV cache is quantized");
    }
    return ambiguous("compressed-tensors without config_groups");
  }
  std::set<std::string> families;
  bool nameless = false;
  for (const auto& [name, group] : groups->items()) {
    const json* weights = member(group, "weights");
    if (weights == nullptr) continue;  // activations only
    const std::string_view family = group_family(*weights);
    if (family.empty()) {
      nameless = true;
    } else {
      families.emplace(family);
    }
  }
  const std::string detail =
      fmt::format("compressed-tensors {}", format.empty() ? "without format" : format);
  if (families.size() == 1 && !nameless) return known(*families.begin(), detail);
  if (families.empty() && !nameless) return unquantized(detail + ": no weights are quantized");
  return ambiguous(detail +
                   (families.size() > 1 ? ": groups of several formats" : ": unknown group"));
}

// ModelOpt's quant_algo, in config.json or hf_quant_config.json.
QuantizationFormat modelopt(const json& block, std::string_view where) {
  const std::string algorithm = lower_text(block, "quant_algo");
  const std::string detail =
      fmt::format("modelopt quant_algo {} in {}", algorithm.empty() ? "null" : algorithm, where);
  if (algorithm.empty()) return unquantized(detail + ": at most the KV cache is quantized");
  if (algorithm.starts_with("fp8")) return known("fp8", detail);
  if (algorithm.starts_with("nvfp4") || algorithm == "w4a16_nvfp4") return known("nvfp4", detail);
  if (algorithm == "w4a16_awq" || algorithm == "w4a8_awq") return known("int4", detail);
  if (algorithm == "w8a16" || algorithm == "w8a8_sq_per_channel") return known("int8", detail);
  if (algorithm == "w4a8_mxfp4_fp8") return known("mxfp4", detail);
  const bool open = algorithm == "mixed_precision" || algorithm.find("fp8") != std::string::npos ||
                    algorithm.find("fp4") != std::string::npos;
  return open ? ambiguous(detail) : unknown(detail);
}

// Where configurations of several parts keep the block of the language model.
constexpr std::array<std::string_view, 4> kParts{"text_config", "llm_config", "language_config",
                                                 "thinker_config"};

const json* quantization_block(const json& config) {
  for (const std::string_view key : {"quantization_config", "compression_config"}) {
    if (const json* block = member(config, key);
        block != nullptr && block->is_object() && !block->empty()) {
      return block;
    }
  }
  for (const std::string_view part : kParts) {
    if (const json* inner = member(config, part); inner != nullptr) {
      if (const json* block = quantization_block(*inner); block != nullptr) return block;
    }
  }
  return nullptr;
}

QuantizationFormat by_method(const std::string& method, const json& block) {
  if (method == "compressed-tensors") return compressed_tensors(block);
  if (method.starts_with("modelopt")) return modelopt(block, "config.json");
  const std::string detail = fmt::format("quant_method {}{}", method, bits_of(block));
  const auto* found = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const Method& row) { return row.id == method; });
  return found == kMethods.end() ? unknown(detail) : known(found->family, detail);
}

bool describes_model(const json& config) {
  return member(config, "model_type") != nullptr || member(config, "architectures") != nullptr;
}

}  // namespace

QuantizationFormat classify(const json& config, const json& hf_quant_config) {
  const json* block = quantization_block(config);
  if (block != nullptr) {
    if (const std::string method = lower_text(*block, "quant_method"); !method.empty()) {
      return by_method(method, *block);
    }
  }
  const json* plain = member(config, "quantization");
  if (plain != nullptr && plain->is_object()) {
    if (plain->contains("quant_algo")) {
      return member(*plain, "quant_algo") == nullptr
                 ? unquantized("TensorRT-LLM checkpoint without weight quantization")
                 : unknown(fmt::format("TensorRT-LLM checkpoint, quant_algo {}",
                                       lower_text(*plain, "quant_algo")));
    }
    if (plain->contains("bits") && plain->contains("group_size")) {
      QuantizationFormat mlx =
          known("mlx", fmt::format("MLX quantization block{}", bits_of(*plain)));
      mlx.needs_mlx_mark = block == nullptr || *block != *plain;
      return mlx;
    }
  }
  if (const json* inner = member(hf_quant_config, "quantization"); inner != nullptr) {
    return modelopt(*inner, "hf_quant_config.json");
  }
  if (block != nullptr) {
    for (const std::string_view key : {"load_in_4bit", "load_in_8bit"}) {
      if (const json* on = member(*block, key);
          on != nullptr && on->is_boolean() && on->get<bool>()) {
        return known("bnb", fmt::format("bitsandbytes {}", key));
      }
    }
    return ambiguous("a quantization_config without quant_method");
  }
  if (!describes_model(config)) {
    return {.kind = Kind::unclear, .family = {}, .detail = "config.json describes no model"};
  }
  return {.kind = Kind::unquantized, .family = {}, .detail = "config.json states no quantization"};
}

}  // namespace assay
