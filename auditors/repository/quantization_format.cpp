#include "auditors/repository/quantization_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
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

// "bits" is fractional for exl2; AutoAWQ's own file calls it "w_bit", HQQ "nbits" further inside.
double bits_of(const json& block) {
  if (const json* inner = member(block, "quant_config"); inner != nullptr) {
    if (const json* weights = member(*inner, "weight_quant_params"); weights != nullptr)
      return bits_of(*weights);
  }
  for (const std::string_view key : {"bits", "w_bit", "nbits"}) {
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

Group unknown_group(const Families& families) {
  return {.family = {}, .label = "unknown", .open = number_formats(families)};
}

Group group_of(const json& weights, const Families& families) {
  const json* bits = member(weights, "num_bits");
  const std::string type = lower_text(weights, "type");
  if (bits == nullptr || !bits->is_number_integer() || type.empty()) return unknown_group(families);
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

// The name of one of compressed-tensors' presets, in place of numbers.
Group preset_group(std::string_view name, const Families& families) {
  const std::string preset = ascii::lower(name);
  for (const QuantizationFamily& family : families) {
    if (lists(family.presets, preset)) return {.family = family.id, .label = family.id, .open = {}};
  }
  return unknown_group(families);
}

// A group is an object with its weights' numbers, or stands for a preset: the list of its modules
// under the preset's name, or the preset's name itself. Nothing where no weights are quantized.
std::optional<Group> read_group(std::string_view name, const json& group,
                                const Families& families) {
  if (group.is_string()) return preset_group(group.get_ref<const std::string&>(), families);
  if (!group.is_object()) {
    if (ascii::lower(name) == "unquantized") return std::nullopt;
    return preset_group(name, families);
  }
  const json* weights = member(group, "weights");
  if (weights == nullptr) return std::nullopt;  // activations only
  return group_of(*weights, families);
}

// Weights of several families are on disk together; the narrowest is what people call it by.
QuantizationFormat mixture(const std::set<std::string_view>& families, std::string label,
                           std::string detail, const Families& all, Ids open = {}) {
  const std::string_view narrowest = *std::min_element(
      families.begin(), families.end(),
      [&](std::string_view a, std::string_view b) { return width_of(all, a) < width_of(all, b); });
  QuantizationFormat format =
      known_format(narrowest, std::move(detail),
                   families.size() == 1 && open.empty() ? width_of(all, narrowest) : 0);
  format.label = std::move(label);
  for (const std::string_view id : families) {
    if (id != narrowest) format.also.push_back(id);
  }
  format.open = std::move(open);
  return format;
}

// Each group that can be read tells a family that is on disk; the others leave open what they are.
QuantizationFormat by_groups(const json& groups, const std::string& detail, const Families& all) {
  std::set<std::string> labels;
  std::set<std::string_view> families;
  Ids open;
  for (const auto& [name, group] : groups.items()) {
    const std::optional<Group> read = read_group(name, group, all);
    if (!read) continue;
    labels.insert(read->label);
    if (!read->family.empty()) families.insert(read->family);
    open.insert(open.end(), read->open.begin(), read->open.end());
  }
  if (labels.empty()) return unquantized_format(detail + ": no weights are quantized");
  if (labels.size() == 1 && families.size() == 1) {
    return known_format(*families.begin(), fmt::format("{}, {} weights", detail, *labels.begin()),
                        width_of(all, *families.begin()));
  }
  std::string text = fmt::format("{}, weights of {}", detail, fmt::join(labels, " and "));
  if (families.empty()) return unknown_format("compressed-tensors", std::move(text), open);
  return mixture(families, "compressed-tensors", std::move(text), all, std::move(open));
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
  const bool grouped = groups != nullptr && groups->is_structured() && !groups->empty();
  if (grouped && format == "mixed-precision") return by_groups(*groups, detail, families);
  for (const QuantizationFamily& family : families) {
    if (family.numbers && format.starts_with(family.id + "-pack")) {
      return known_format(family.id, detail, width_of(family));
    }
  }
  if (!grouped) {
    if (groups == nullptr && format.empty() && member(block, "kv_cache_scheme") != nullptr) {
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
  if (families.empty()) return unknown_format("modelopt " + algorithm, detail, number_formats(all));
  if (families.size() == 1 && !nameless) return known(*families.begin());
  // An algorithm that may be one of several leaves open which of them.
  if (nameless) return unknown_format("modelopt " + algorithm, detail, number_formats(all));
  QuantizationFormat format =
      mixture(families, "modelopt " + algorithm,
              fmt::format("{}, layers of {}", detail, fmt::join(families, " and ")), all);
  format.names_file = true;
  return format;
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

// Released in FP8, with a part quantized again by ModelOpt: that part is as ModelOpt says; whether
// anything of the FP8 is left nobody says.
QuantizationFormat fp8_and_modelopt(const json& block, const std::string& detail,
                                    const Families& families) {
  QuantizationFormat part = modelopt(block, "config.json", families);
  part.detail = detail + " and " + part.detail;
  part.label = "fp8 and modelopt";
  part.names_file = true;
  if (part.kind == QuantizationFormat::Kind::unquantized) {
    return unknown_format(part.label, part.detail, {"fp8"});
  }
  part.bits = 0;
  if (!part.holds("fp8")) part.open.push_back("fp8");
  return part;
}

// FP8, whose experts may be in numbers of their own (DeepSeek-V4: expert_dtype fp4).
QuantizationFormat fp8(const std::string& method, std::string detail,
                       const std::string& expert_dtype, const Families& families) {
  constexpr std::array<std::string_view, 4> kPlain{"bf16", "bfloat16", "fp16", "float16"};
  QuantizationFormat format = known_format("fp8", std::move(detail), width_of(families, "fp8"));
  if (expert_dtype.empty()) {
    if (method.starts_with("deepseek_v4")) format.open.push_back("mxfp4");
    return format;
  }
  format.detail += ", expert_dtype " + expert_dtype;
  for (const QuantizationFamily& family : families) {
    if (!lists(family.expert_dtypes, expert_dtype)) continue;
    if (family.id != "fp8") {
      format.also.push_back(family.id);
      format.bits = 0;
    }
    return format;
  }
  if (std::find(kPlain.begin(), kPlain.end(), expert_dtype) == kPlain.end()) {
    format.open = number_formats(families);
    format.bits = 0;
  }
  return format;
}

// AutoRound's container. Its numbers are whole ones in the packing of AutoGPTQ or AutoAWQ, or those
// of a family of their own (data_type "mx_fp", "nv_fp", "fp8").
QuantizationFormat autoround(const json& block, std::string detail, const Families& families) {
  const std::string type = lower_text(block, "data_type");
  const std::string packing = lower_text(block, "packing_format");
  for (const std::string* text : {&type, &packing}) {
    if (!text->empty()) detail += ", " + *text;
  }
  QuantizationFormat format = known_format("autoround", std::move(detail), bits_of(block));
  const auto says = [&](std::string_view word) {
    return type.find(word) != std::string::npos || packing.find(word) != std::string::npos;
  };
  const bool micro = type.starts_with("mx") || says(":mx");
  const bool nvidia = type.starts_with("nv") || says(":nv");
  if (micro || nvidia || type.starts_with("fp") || type.starts_with("float") || says(":fp8")) {
    const double bits = format.bits > 0 ? format.bits : says("8") ? 8 : 4;
    const std::string wanted = fmt::format("{}{:g}", micro ? "mxfp" : nvidia ? "nvfp" : "fp", bits);
    for (const QuantizationFamily& family : families) {
      if (family.id == wanted) format.also.push_back(family.id);
    }
    if (format.also.empty()) format.open = number_formats(families, "float");
    return format;
  }
  if (says("gptq")) format.open.push_back("gptq");
  if (says("awq")) format.open.push_back("awq");
  if (!type.empty() && !type.starts_with("int")) format.open = number_formats(families);
  return format;
}

// `expert_dtype`: of the configuration, lower case; empty when it states none.
QuantizationFormat by_method(const std::string& method, const json& block,
                             const std::string& expert_dtype, const Families& families) {
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
  if (named->id == "fp8") {
    if (!lower_text(block, "quant_algo").empty()) return fp8_and_modelopt(block, detail, families);
    return fp8(method, detail + bits_text(bits), expert_dtype, families);
  }
  if (named->id == "autoround") return autoround(block, detail + bits_text(bits), families);
  QuantizationFormat format =
      known_format(named->id, detail + bits_text(bits), named->numbers ? width_of(*named) : bits);
  // Its numbers may be FP8 as well; the container is torchao's or Quanto's.
  if (method == "torchao" || method == "quanto") {
    const json* type = member(block, method == "torchao" ? "quant_type" : "weights");
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

// MLX's block beside one that names a method: MLX converts what is quantized already, and left the
// original's block in place. The types of the tensors tell which of the two is true.
QuantizationFormat beside_mlx(const json* plain, const json& block, QuantizationFormat stated,
                              const Families& families) {
  const bool own = plain != nullptr && plain->is_object() && !plain->contains("quant_algo") &&
                   plain->contains("bits") && plain->contains("group_size") && *plain != block;
  if (!own) return stated;
  QuantizationFormat format = mlx(*plain, nullptr);
  format.detail += " beside " + stated.detail;
  format.old_mlx = false;
  format.contested = true;
  for (const QuantizationFamily& family : families) {
    if (stated.may_be(family.id)) format.open.push_back(family.id);
  }
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

// The same key with something that no writer writes there; {} is nothing to the Hub, too.
bool has_odd_block(const json& config) {
  for (const std::string_view key : {"quantization_config", "compression_config", "quantization"}) {
    const json* block = member(config, key);
    if (block != nullptr && !(block->is_object() && block->empty()) && *block != false) return true;
  }
  return false;
}

std::string expert_dtype_of(const json& config, const json& block) {
  for (const json* from : {&block, &config}) {
    if (std::string type = lower_text(*from, "expert_dtype"); !type.empty()) return type;
  }
  for (const std::string_view part : kParts) {
    const json* inner = member(config, part);
    if (inner == nullptr) continue;
    if (std::string type = lower_text(*inner, "expert_dtype"); !type.empty()) return type;
  }
  return {};
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
  const json& block = inner != nullptr && inner->is_object() ? *inner : file;
  if (!block.contains("quant_algo")) return {};
  return modelopt(block, "hf_quant_config.json", families);
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

bool QuantizationFormat::holds(std::string_view id) const {
  return family == id || std::find(also.begin(), also.end(), id) != also.end();
}

std::vector<std::string_view> QuantizationFormat::held() const {
  std::vector<std::string_view> all{family};
  all.insert(all.end(), also.begin(), also.end());
  return all;
}

bool QuantizationFormat::may_be(std::string_view id) const {
  return holds(id) || may_be_any || std::find(open.begin(), open.end(), id) != open.end();
}

QuantizationFormat classify(const json& config, const Families& families) {
  if (member(config, "dfloat11_config") != nullptr) {
    // Packed without loss: another container of the same 16-bit numbers.
    QuantizationFormat format = unquantized_format("config.json states DFloat11");
    format.label = "dfloat11";
    return format;
  }
  const json* block = quantization_block(config);
  const json* plain = member(config, "quantization");
  if (block != nullptr) {
    std::string method = lower_text(*block, "quant_method");
    if (method.empty() && member(*block, "config_groups") != nullptr) method = "compressed-tensors";
    if (!method.empty()) {
      QuantizationFormat format =
          by_method(method, *block, expert_dtype_of(config, *block), families);
      return beside_mlx(plain, *block, std::move(format), families);
    }
  }
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
  if (has_odd_block(config)) {
    QuantizationFormat format = unknown_format(
        "unknown", "its config.json states a quantization in a way assay cannot read");
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
  QuantizationFormat format = by_method(method, block, {}, families);
  if (format.family == "autoround") {
    format.open = number_formats(families, "float");
    format.open.insert(format.open.end(), {"gptq", "awq"});
  }
  return format;
}

std::span<const std::string_view> families_in_code() {
  static constexpr std::array<std::string_view, 9> kIds{"awq",  "bnb", "exl3",  "fp8",  "gguf",
                                                        "gptq", "mlx", "mxfp4", "nvfp4"};
  return kIds;
}

const std::vector<FormatFile>& format_files() {
  static const std::vector<FormatFile> files{
      {"hf_quant_config.json", "modelopt", false, own_modelopt},
      {"quantize_config.json", "gptq", true, own_gptq},
      {"quant_config.json", "awq", true, own_awq}};
  return files;
}

}  // namespace assay
