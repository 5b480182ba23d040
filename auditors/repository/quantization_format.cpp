#include "auditors/repository/quantization_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "auditors/repository/numeric_formats.h"
#include "validator/json_text.h"

namespace assay {
namespace {

using nlohmann::json;
using Families = std::vector<std::string_view>;

// "bits" is fractional for exl2; AutoAWQ's own file calls it "w_bit".
double bits_of(const json& block) {
  for (const std::string_view key : {"bits", "w_bit"}) {
    const json* bits = member(block, key);
    if (bits != nullptr && bits->is_number() && *bits > 0 && *bits <= 32)
      return bits->get<double>();
  }
  return 0;
}
std::string bits_text(double bits) {
  return bits > 0 ? fmt::format(", {:g} bits", bits) : std::string{};
}

// quant_method values that name a format by themselves.
struct Method {
  std::string_view id;
  std::string_view family;
};
constexpr std::array<Method, 21> kMethods{{
    {"aqlm", "aqlm"},
    {"auto-round", "autoround"},
    {"auto_awq", "awq"},
    {"auto_gptq", "gptq"},
    {"awq", "awq"},
    {"awq_marlin", "awq"},
    {"cpu_awq", "awq"},
    {"deepseek_v4_fp8", "fp8"},
    {"exl2", "exl2"},
    {"exl3", "exl3"},
    {"fbgemm_fp8", "fp8"},
    {"fp8", "fp8"},
    {"gpt_oss_mxfp4", "mxfp4"},
    {"gptq_marlin", "gptq"},
    {"hqq", "hqq"},
    {"inc", "autoround"},
    {"intel/auto-round", "autoround"},
    {"mxfp4", "mxfp4"},
    {"quanto", "quanto"},
    {"torchao", "torchao"},
    {"w8a8_fp8", "fp8"},
}};

// Values that name no family here, but whose weights a person may call one of some.
struct Relative {
  std::string_view id;
  std::array<std::string_view, 4> families;
};
constexpr std::array<Relative, 12> kRelatives{{
    {"experts_int8", {"int8"}},
    {"fouroversix", {"nvfp4"}},
    {"fp_quant", {"mxfp4", "nvfp4"}},
    {"marlin", {"gptq"}},
    {"moe_wna16", {"gptq", "awq", "int4", "int8"}},
    {"mxfp8", {"fp8"}},
    {"nvfp4", {"nvfp4"}},
    {"nvfp4_aqlm_hybrid", {"nvfp4", "aqlm"}},
    {"quark", {"fp8", "mxfp4", "int4", "int8"}},
    {"smooth_quant", {"int8"}},
    {"w4afp8", {"int4", "fp8"}},
    {"w8a8", {"int8"}},
}};

// ---- one method ---------------------------------------------------------------------------------

// GPTQModel writes formats of others too, and says so beside the method.
QuantizationFormat gptq(const json& block, std::string detail) {
  std::string format = lower_text(block, "checkpoint_format");
  if (format.empty()) format = lower_text(block, "format");
  for (const std::string_view own :
       {"", "gptq", "gptq_v2", "gptq_p", "marlin", "bitblas", "pt", "safetensors"}) {
    if (format == own) return known_format("gptq", std::move(detail), bits_of(block));
  }
  Families open{"gptq"};
  if (format == "exl3") open.push_back("exl3");
  if (format == "fp8") open.push_back("fp8");
  if (format == "bitsandbytes") open.push_back("bnb");
  if (format.starts_with("gem") || format == "llm-awq") open.push_back("awq");
  return unknown_format("gptq " + format, fmt::format("{}, but format {}", detail, format),
                        std::move(open));
}

QuantizationFormat bitsandbytes(const json& block, const std::string& detail) {
  const json* four = member(block, "load_in_4bit");
  const json* eight = member(block, "load_in_8bit");
  const auto is = [](const json* flag, bool value) {
    return flag != nullptr && flag->is_boolean() && flag->get<bool>() == value;
  };
  if (is(four, false) && is(eight, false)) {
    return unknown_format("bitsandbytes", detail + ", neither in 4 nor in 8 bits", {"bnb"});
  }
  const double bits = is(four, true) ? 4 : is(eight, true) ? 8 : 0;
  return known_format("bnb", detail + bits_text(bits), bits);
}

QuantizationFormat by_method(const std::string& method, const json& block) {
  if (method == "compressed-tensors" || method == "compressed_tensors")
    return compressed_tensors(block);
  if (method.starts_with("modelopt")) return modelopt(block, "config.json");
  const std::string detail = fmt::format("quant_method {}", method);
  if (method == "bitsandbytes") return bitsandbytes(block, detail);
  const double bits = bits_of(block);
  if (method == "gptq") return gptq(block, detail + bits_text(bits));
  for (const Relative& row : kRelatives) {
    if (row.id != method) continue;
    Families open(row.families.begin(), row.families.end());
    std::erase(open, "");
    return unknown_format(method, detail + bits_text(bits), std::move(open));
  }
  const auto* found = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const Method& row) { return row.id == method; });
  if (found == kMethods.end()) return unknown_format(method, detail + bits_text(bits));
  // Released in FP8, with a part quantized again by ModelOpt.
  if (found->family == "fp8" && !lower_text(block, "quant_algo").empty()) {
    QuantizationFormat part = modelopt(block, "config.json");
    Families open = part.kind == QuantizationFormat::Kind::known
                        ? Families{part.family == "nvfp4" ? "nvfp4" : "fp8"}
                        : std::move(part.open);
    open.push_back("fp8");
    return unknown_format("fp8 and modelopt", detail + " and " + part.detail, std::move(open));
  }
  const double width = found->family == "fp8" ? 8 : found->family == "mxfp4" ? 4 : bits;
  QuantizationFormat format = known_format(found->family, detail + bits_text(bits), width);
  // Its numbers may be FP8 as well; the container is torchao's.
  if (method == "torchao") {
    const json* type = member(block, "quant_type");
    const std::string text = type == nullptr ? "float8" : compact_json(*type);
    if (text.find("loat8") != std::string::npos) format.open.push_back("fp8");
  }
  return format;
}

// ---- MLX ----------------------------------------------------------------------------------------

// Both keys with the same block; only the first one before August 2024.
QuantizationFormat mlx(const json& plain, const json* block) {
  const bool twice = block != nullptr && *block == plain;
  if (plain.empty() || !(twice || (plain.contains("bits") && plain.contains("group_size")))) {
    return {};
  }
  const std::string mode = lower_text(plain, "mode");
  const double bits = bits_of(plain);
  QuantizationFormat format = known_format(
      "mlx",
      fmt::format("an MLX quantization block{}{}", bits_text(bits),
                  mode.empty() || mode == "affine" ? "" : fmt::format(", mode {}", mode)),
      bits);
  // MLX's container with numbers that are a family of their own elsewhere.
  if (mode == "mxfp4") format.open.push_back("mxfp4");
  if (mode == "nvfp4") format.open.push_back("nvfp4");
  if (mode == "mxfp8") format.open.push_back("fp8");
  format.needs_mlx_mark = !twice;
  format.old_mlx = block == nullptr;
  return format;
}

// ---- the ladder ---------------------------------------------------------------------------------

// Where configurations of several parts keep the block of the language model.
constexpr std::array<std::string_view, 4> kParts{"text_config", "llm_config", "language_config",
                                                 "thinker_config"};
constexpr int kMaxParts = 3;  // thinker_config.text_config is the deepest known

const json* quantization_block(const json& config, int depth = 0) {
  for (const std::string_view key : {"quantization_config", "compression_config"}) {
    if (const json* block = member(config, key);
        block != nullptr && block->is_object() && !block->empty()) {
      return block;
    }
  }
  if (depth == kMaxParts) return nullptr;
  for (const std::string_view part : kParts) {
    if (const json* inner = member(config, part); inner != nullptr) {
      if (const json* block = quantization_block(*inner, depth + 1); block != nullptr) return block;
    }
  }
  return nullptr;
}

bool describes_model(const json& config) {
  return member(config, "model_type") != nullptr || member(config, "architectures") != nullptr;
}

bool loads_in(const json& block, std::string_view key) {
  const json* on = member(block, key);
  return on != nullptr && on->is_boolean() && on->get<bool>();
}

QuantizationFormat old_bitsandbytes(const json& block) {
  if (loads_in(block, "load_in_4bit")) return known_format("bnb", "bitsandbytes load_in_4bit", 4);
  if (loads_in(block, "load_in_8bit")) return known_format("bnb", "bitsandbytes load_in_8bit", 8);
  return {};
}

QuantizationFormat own_modelopt(const json& file) {
  const json* inner = member(file, "quantization");
  if (inner == nullptr || !inner->is_object()) return {};
  return modelopt(*inner, "hf_quant_config.json");
}

// AutoGPTQ's quantize_config.json, AutoAWQ's quant_config.json.
QuantizationFormat own_gptq(const json& file) {
  const bool marked = file.contains("desc_act") || lower_text(file, "quant_method") == "gptq";
  if (!marked || bits_of(file) == 0) return {};
  return gptq(file, fmt::format("quantize_config.json of AutoGPTQ{}", bits_text(bits_of(file))));
}
QuantizationFormat own_awq(const json& file) {
  if (!file.contains("zero_point") || bits_of(file) == 0) return {};
  return known_format("awq",
                      fmt::format("quant_config.json of AutoAWQ{}", bits_text(bits_of(file))),
                      bits_of(file));
}

}  // namespace

bool QuantizationFormat::may_be(std::string_view id) const {
  return family == id || may_be_any || std::find(open.begin(), open.end(), id) != open.end();
}

QuantizationFormat classify(const json& config) {
  const json* block = quantization_block(config);
  if (block != nullptr) {
    if (const std::string method = lower_text(*block, "quant_method"); !method.empty()) {
      return by_method(method, *block);
    }
  }
  const json* plain = member(config, "quantization");
  if (plain != nullptr && plain->is_object()) {
    if (plain->contains("quant_algo")) {
      const std::string algorithm = lower_text(*plain, "quant_algo");
      return algorithm.empty()
                 ? unquantized_format("TensorRT-LLM checkpoint without weight quantization")
                 : unknown_format("TensorRT-LLM",
                                  fmt::format("TensorRT-LLM checkpoint, quant_algo {}", algorithm),
                                  modelopt_families(algorithm));
    }
    if (QuantizationFormat format = mlx(*plain, block);
        format.kind == QuantizationFormat::Kind::known)
      return format;
  }
  if (block != nullptr) {
    if (QuantizationFormat format = old_bitsandbytes(*block);
        format.kind == QuantizationFormat::Kind::known) {
      return format;
    }
    QuantizationFormat format =
        unknown_format("unknown", "a quantization_config without quant_method");
    format.may_be_any = true;
    return format;
  }
  if (!describes_model(config)) {
    QuantizationFormat format;
    format.detail = "config.json describes no model";
    format.label = "unclear";
    return format;
  }
  QuantizationFormat format = unquantized_format("config.json states no quantization");
  format.stated = false;
  return format;
}

QuantizationFormat classify_listed(const json& block) {
  const std::string method = lower_text(block, "quant_method");
  if (method.empty()) return block.is_object() ? old_bitsandbytes(block) : QuantizationFormat{};
  // Their other keys are not shown, and decide.
  if (method.starts_with("compressed")) return unknown_format(method, method, number_formats());
  if (method.starts_with("modelopt")) {
    Families open = number_formats();
    open.push_back("awq");
    return unknown_format(method, method, std::move(open));
  }
  if (method == "fp8") return unknown_format(method, method, {"fp8", "mxfp4", "nvfp4"});
  return by_method(method, block);
}

const std::vector<FormatFile>& format_files() {
  static const std::vector<FormatFile> files{{"hf_quant_config.json", "", own_modelopt},
                                             {"quantize_config.json", "gptq", own_gptq},
                                             {"quant_config.json", "awq", own_awq}};
  return files;
}

}  // namespace assay
