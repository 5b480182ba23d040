#include "auditors/repository/quantization_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "validator/text/ascii.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

using nlohmann::json;
using Families = QuantizationFamilies;
using Ids = std::vector<std::string_view>;

// ---- words of all blocks ------------------------------------------------------------------------

const json* member(const json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string lower_text(const json& object, std::string_view key) {
  const json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return {};
  return ascii::lower(value->get_ref<const std::string&>());
}

bool lists(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

QuantizationFormat known_format(std::string_view family, std::string detail, double bits = 0) {
  QuantizationFormat format;
  format.kind = QuantizationFormat::Kind::known;
  format.family = family;
  format.label = family;
  format.detail = std::move(detail);
  format.bits = bits;
  return format;
}

QuantizationFormat unquantized_format(std::string detail) {
  QuantizationFormat format;
  format.kind = QuantizationFormat::Kind::unquantized;
  format.label = "not quantized";
  format.detail = std::move(detail);
  format.stated = true;
  return format;
}

// The families that are number formats, of one type or of any.
Ids number_formats(const Families& families, std::string_view type = {}) {
  Ids ids;
  for (const QuantizationFamily& family : families) {
    if (family.numbers && (type.empty() || family.numbers->type == type)) ids.push_back(family.id);
  }
  return ids;
}

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

// ---- blocks that tell by their numbers: compressed-tensors and ModelOpt -------------------------

struct Group {
  std::string_view family;  // empty when its weights have no name here
  std::string label;        // "int4", "3-bit int"
  Ids open;
};

Group group_of(const json& weights, const Families& families) {
  const json* bits = member(weights, "num_bits");
  const std::string type = lower_text(weights, "type");
  if (bits == nullptr || !bits->is_number_integer() || type.empty()) {
    return {.family = {}, .label = "unknown", .open = number_formats(families)};
  }
  const auto width = bits->get<std::int64_t>();
  const json* size = member(weights, "group_size");
  Ids fitting;
  for (const QuantizationFamily& family : families) {
    if (!family.numbers || family.numbers->type != type || family.numbers->bits != width) continue;
    const int group = family.numbers->group_size;
    if (group == 0 || (size != nullptr && *size == group)) {
      return {.family = family.id, .label = family.id, .open = {}};
    }
    fitting.push_back(family.id);
  }
  return {.family = {}, .label = fmt::format("{}-bit {}", width, type), .open = std::move(fitting)};
}

// Bits per weight where the family says how many; else 0.
double width_of(const QuantizationFamily& family) {
  return family.numbers ? family.numbers->bits : 0;
}
double width_of(const Families& families, std::string_view id) {
  const auto found = std::find_if(families.begin(), families.end(),
                                  [&](const QuantizationFamily& one) { return one.id == id; });
  return found == families.end() ? 0 : width_of(*found);
}

// All groups of one family make it that family; several leave open which one people mean.
QuantizationFormat by_groups(const json& groups, const std::string& detail, const Families& all) {
  std::set<std::string> labels;
  std::set<std::string_view> families;
  Ids open;
  for (const auto& [name, group] : groups.items()) {
    const json* weights = member(group, "weights");
    if (weights == nullptr) continue;  // activations only
    const Group read = group_of(*weights, all);
    labels.insert(read.label);
    if (!read.family.empty()) families.insert(read.family);
    open.insert(open.end(), read.open.begin(), read.open.end());
  }
  if (labels.empty()) return unquantized_format(detail + ": no weights are quantized");
  if (labels.size() == 1 && families.size() == 1) {
    return known_format(*families.begin(), fmt::format("{}, {} weights", detail, *labels.begin()),
                        width_of(all, *families.begin()));
  }
  open.insert(open.end(), families.begin(), families.end());
  return unknown_format("compressed-tensors",
                        fmt::format("{}, weights of {}", detail, fmt::join(labels, " and ")),
                        std::move(open));
}

// compressed-tensors: by format and config_groups.
QuantizationFormat compressed_tensors(const json& block, const Families& families) {
  const std::string format = lower_text(block, "format");
  const std::string detail =
      fmt::format("compressed-tensors {}", format.empty() ? "without format" : format);
  if (format == "dense" || format == "fakequant" || format.starts_with("sparse")) {
    return unquantized_format(detail + ": weights are not compressed");
  }
  const json* groups = member(block, "config_groups");
  if (groups != nullptr && groups->is_object() && !groups->empty() && format == "mixed-precision")
    return by_groups(*groups, detail, families);
  for (const QuantizationFamily& family : families) {
    if (family.numbers && format.starts_with(family.id + "-pack")) {
      return known_format(family.id, detail, width_of(family));
    }
  }
  if (groups == nullptr || !groups->is_object() || groups->empty()) {
    if (member(block, "kv_cache_scheme") != nullptr) {
      return unquantized_format("compressed-tensors: only the KV cache is quantized");
    }
    return unknown_format("compressed-tensors", detail + " and without config_groups",
                          number_formats(families));
  }
  return by_groups(*groups, detail, families);
}

// The families that a ModelOpt quant_algo (lower case) may be.
struct Algorithm {
  Ids families;          // none for an algorithm that is not known
  bool settled = false;  // it is the one in `families`
};

bool fits_algorithm(const std::vector<std::string>& patterns, std::string_view algorithm) {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) return algorithm == pattern;
    return algorithm.starts_with(pattern.substr(0, pattern.size() - 1));
  });
}

Algorithm algorithm_of(std::string_view name, const Families& families) {
  Algorithm algorithm;
  bool near = false;
  for (const QuantizationFamily& family : families) {
    const bool is = fits_algorithm(family.modelopt, name);
    if (is || fits_algorithm(family.near_modelopt, name)) algorithm.families.push_back(family.id);
    near = near || (!is && fits_algorithm(family.near_modelopt, name));
  }
  algorithm.settled = algorithm.families.size() == 1 && !near;
  return algorithm;
}

// quant_algo, in config.json or hf_quant_config.json.
QuantizationFormat modelopt(const json& block, std::string_view where, const Families& all) {
  const std::string algorithm = lower_text(block, "quant_algo");
  if (!block.contains("quant_algo")) {
    return unknown_format("modelopt", fmt::format("modelopt without quant_algo in {}", where),
                          number_formats(all));
  }
  const std::string detail =
      fmt::format("modelopt quant_algo {} in {}", algorithm.empty() ? "null" : algorithm, where);
  if (algorithm.empty()) return unquantized_format(detail + ": at most the KV cache is quantized");
  const auto known = [&](std::string_view family) {
    QuantizationFormat format = known_format(family, detail, width_of(all, family));
    format.names_file = true;
    return format;
  };
  if (const Algorithm one = algorithm_of(algorithm, all); !one.families.empty()) {
    return one.settled ? known(one.families.front())
                       : unknown_format("modelopt " + algorithm, detail, one.families);
  }
  std::set<std::string_view> families;
  bool nameless = false;
  if (const json* layers = member(block, "quantized_layers");
      layers != nullptr && layers->is_object()) {
    for (const auto& [name, layer] : layers->items()) {
      const Algorithm one = algorithm_of(lower_text(layer, "quant_algo"), all);
      families.insert(one.families.begin(), one.families.end());
      nameless = nameless || !one.settled;
    }
  }
  if (families.size() == 1 && !nameless) return known(*families.begin());
  const bool tells = !families.empty() && !nameless;
  return unknown_format("modelopt " + algorithm, detail,
                        tells ? Ids(families.begin(), families.end()) : number_formats(all));
}

// ---- blocks that tell by their method -----------------------------------------------------------

// GPTQModel writes formats of others too, and says so beside the method.
QuantizationFormat gptq(const json& block, std::string detail) {
  std::string format = lower_text(block, "checkpoint_format");
  if (format.empty()) format = lower_text(block, "format");
  for (const std::string_view own :
       {"", "gptq", "gptq_v2", "gptq_p", "marlin", "bitblas", "pt", "safetensors"}) {
    if (format == own) return known_format("gptq", std::move(detail), bits_of(block));
  }
  Ids open{"gptq"};
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

QuantizationFormat by_method(const std::string& method, const json& block,
                             const Families& families) {
  if (method == "compressed-tensors" || method == "compressed_tensors")
    return compressed_tensors(block, families);
  if (method.starts_with("modelopt")) return modelopt(block, "config.json", families);
  const std::string detail = fmt::format("quant_method {}", method);
  if (method == "bitsandbytes") return bitsandbytes(block, detail);
  const double bits = bits_of(block);
  if (method == "gptq") return gptq(block, detail + bits_text(bits));
  Ids near;
  const QuantizationFamily* named = nullptr;
  for (const QuantizationFamily& family : families) {
    if (lists(family.near_methods, method)) near.push_back(family.id);
    if (named == nullptr && lists(family.quant_methods, method)) named = &family;
  }
  if (!near.empty() || named == nullptr) {
    return unknown_format(method, detail + bits_text(bits), std::move(near));
  }
  // Released in FP8, with a part quantized again by ModelOpt.
  if (named->id == "fp8" && !lower_text(block, "quant_algo").empty()) {
    QuantizationFormat part = modelopt(block, "config.json", families);
    Ids open = part.kind == QuantizationFormat::Kind::known
                   ? Ids{part.family == "nvfp4" ? "nvfp4" : "fp8"}
                   : std::move(part.open);
    open.push_back("fp8");
    return unknown_format("fp8 and modelopt", detail + " and " + part.detail, std::move(open));
  }
  QuantizationFormat format =
      known_format(named->id, detail + bits_text(bits), named->numbers ? width_of(*named) : bits);
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

QuantizationFormat own_modelopt(const json& file, const Families& families) {
  const json* inner = member(file, "quantization");
  if (inner == nullptr || !inner->is_object()) return {};
  return modelopt(*inner, "hf_quant_config.json", families);
}

// AutoGPTQ's quantize_config.json, AutoAWQ's quant_config.json.
QuantizationFormat own_gptq(const json& file, const Families&) {
  const bool marked = file.contains("desc_act") || lower_text(file, "quant_method") == "gptq";
  if (!marked || bits_of(file) == 0) return {};
  QuantizationFormat format =
      gptq(file, fmt::format("quantize_config.json of AutoGPTQ{}", bits_text(bits_of(file))));
  format.names_file = true;
  return format;
}
QuantizationFormat own_awq(const json& file, const Families&) {
  if (!file.contains("zero_point") || bits_of(file) == 0) return {};
  QuantizationFormat format =
      known_format("awq", fmt::format("quant_config.json of AutoAWQ{}", bits_text(bits_of(file))),
                   bits_of(file));
  format.names_file = true;
  return format;
}

}  // namespace

QuantizationFormat unknown_format(std::string label, std::string detail, Ids open) {
  QuantizationFormat format;
  format.kind = QuantizationFormat::Kind::unknown;
  format.label = std::move(label);
  format.detail = std::move(detail);
  format.open = std::move(open);
  return format;
}

bool QuantizationFormat::may_be(std::string_view id) const {
  return family == id || may_be_any || std::find(open.begin(), open.end(), id) != open.end();
}

QuantizationFormat classify(const json& config, const Families& families) {
  const json* block = quantization_block(config);
  if (block != nullptr) {
    if (const std::string method = lower_text(*block, "quant_method"); !method.empty()) {
      return by_method(method, *block, families);
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
                                  algorithm_of(algorithm, families).families);
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

QuantizationFormat classify_listed(const json& block, const Families& families) {
  const std::string method = lower_text(block, "quant_method");
  if (method.empty()) return block.is_object() ? old_bitsandbytes(block) : QuantizationFormat{};
  // Their other keys are not shown, and decide.
  if (method.starts_with("compressed")) {
    return unknown_format(method, method, number_formats(families));
  }
  if (method.starts_with("modelopt")) {
    Ids open;
    for (const QuantizationFamily& family : families) {
      if (family.numbers || !family.modelopt.empty()) open.push_back(family.id);
    }
    return unknown_format(method, method, std::move(open));
  }
  if (method == "fp8") return unknown_format(method, method, number_formats(families, "float"));
  return by_method(method, block, families);
}

std::span<const std::string_view> families_in_code() {
  static constexpr std::array<std::string_view, 9> kIds{"awq",  "bnb", "exl3",  "fp8",  "gguf",
                                                        "gptq", "mlx", "mxfp4", "nvfp4"};
  return kIds;
}

const std::vector<FormatFile>& format_files() {
  static const std::vector<FormatFile> files{{"hf_quant_config.json", "modelopt", own_modelopt},
                                             {"quantize_config.json", "gptq", own_gptq},
                                             {"quant_config.json", "awq", own_awq}};
  return files;
}

}  // namespace assay
