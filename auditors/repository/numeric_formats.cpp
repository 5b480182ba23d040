#include "auditors/repository/numeric_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "validator/ascii.h"

namespace assay {
namespace {

using nlohmann::json;
using Families = std::vector<std::string_view>;

struct Group {
  std::string_view family;  // empty when its weights have no name here
  std::string label;        // "int4", "3-bit int"
  Families open;
};

Group group_of(const json& weights) {
  const json* bits = member(weights, "num_bits");
  const std::string type = lower_text(weights, "type");
  if (bits == nullptr || !bits->is_number_integer() || type.empty()) {
    return {.family = {}, .label = "unknown", .open = number_formats()};
  }
  const auto width = bits->get<std::int64_t>();
  if (width == 8 && type == "float") return {.family = "fp8", .label = "fp8", .open = {}};
  if (width == 8 && type == "int") return {.family = "int8", .label = "int8", .open = {}};
  if (width == 4 && type == "int") return {.family = "int4", .label = "int4", .open = {}};
  if (width == 4 && type == "float") {
    const json* size = member(weights, "group_size");
    if (size != nullptr && *size == 16) return {.family = "nvfp4", .label = "nvfp4", .open = {}};
    if (size != nullptr && *size == 32) return {.family = "mxfp4", .label = "mxfp4", .open = {}};
    return {.family = {}, .label = "4-bit float", .open = {"nvfp4", "mxfp4"}};
  }
  return {.family = {}, .label = fmt::format("{}-bit {}", width, type), .open = {}};
}

double width_of(std::string_view family) {
  if (family == "fp8" || family == "int8") return 8;
  return family == "int4" || family == "nvfp4" || family == "mxfp4" ? 4 : 0;
}

// All groups of one family make it that family; several leave open which one people mean.
QuantizationFormat by_groups(const json& groups, const std::string& detail) {
  std::set<std::string> labels;
  std::set<std::string_view> families;
  Families open;
  for (const auto& [name, group] : groups.items()) {
    const json* weights = member(group, "weights");
    if (weights == nullptr) continue;  // activations only
    const Group read = group_of(*weights);
    labels.insert(read.label);
    if (!read.family.empty()) families.insert(read.family);
    open.insert(open.end(), read.open.begin(), read.open.end());
  }
  if (labels.empty()) return unquantized_format(detail + ": no weights are quantized");
  if (labels.size() == 1 && families.size() == 1) {
    return known_format(*families.begin(), fmt::format("{}, {} weights", detail, *labels.begin()),
                        width_of(*families.begin()));
  }
  open.insert(open.end(), families.begin(), families.end());
  return unknown_format("compressed-tensors",
                        fmt::format("{}, weights of {}", detail, fmt::join(labels, " and ")),
                        std::move(open));
}

}  // namespace

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

QuantizationFormat known_format(std::string_view family, std::string detail, double bits) {
  QuantizationFormat format;
  format.kind = QuantizationFormat::Kind::known;
  format.family = family;
  format.label = family;
  format.detail = std::move(detail);
  format.bits = bits;
  return format;
}

QuantizationFormat unknown_format(std::string label, std::string detail, Families open) {
  QuantizationFormat format;
  format.kind = QuantizationFormat::Kind::unknown;
  format.label = std::move(label);
  format.detail = std::move(detail);
  format.open = std::move(open);
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

const Families& number_formats() {
  static const Families all{"fp8", "int4", "int8", "mxfp4", "nvfp4"};
  return all;
}

QuantizationFormat compressed_tensors(const json& block) {
  const std::string format = lower_text(block, "format");
  const std::string detail =
      fmt::format("compressed-tensors {}", format.empty() ? "without format" : format);
  if (format == "dense" || format == "fakequant" || format.starts_with("sparse")) {
    return unquantized_format(detail + ": weights are not compressed");
  }
  const json* groups = member(block, "config_groups");
  if (groups != nullptr && groups->is_object() && !groups->empty() && format == "mixed-precision")
    return by_groups(*groups, detail);
  if (format.starts_with("nvfp4-pack")) return known_format("nvfp4", detail, 4);
  if (format.starts_with("mxfp4-pack")) return known_format("mxfp4", detail, 4);
  if (groups == nullptr || !groups->is_object() || groups->empty()) {
    if (member(block, "kv_cache_scheme") != nullptr) {
      return unquantized_format("compressed-tensors: only the KV cache is quantized");
    }
    return unknown_format("compressed-tensors", detail + " and without config_groups",
                          number_formats());
  }
  return by_groups(*groups, detail);
}

Families modelopt_families(std::string_view algorithm) {
  if (algorithm.starts_with("fp8")) return {"fp8"};
  if (algorithm.starts_with("nvfp4")) return {"nvfp4"};
  for (const std::string_view id : {"w4a16_nvfp4", "w4a8_nvfp4_fp8"}) {
    if (algorithm == id) return {"nvfp4"};
  }
  if (algorithm == "w4a8_mxfp4_fp8") return {"mxfp4"};
  if (algorithm == "w8a16" || algorithm == "w8a8_sq_per_channel") return {"int8"};
  if (algorithm == "w4a16_awq" || algorithm == "w4a8_awq") return {"int4", "awq"};
  if (algorithm == "mxfp8") return {"fp8", "mxfp8"};
  return {};
}

// quant_algo, in config.json or hf_quant_config.json.
QuantizationFormat modelopt(const json& block, std::string_view where) {
  const std::string algorithm = lower_text(block, "quant_algo");
  if (!block.contains("quant_algo")) {
    return unknown_format("modelopt", fmt::format("modelopt without quant_algo in {}", where),
                          number_formats());
  }
  const std::string detail =
      fmt::format("modelopt quant_algo {} in {}", algorithm.empty() ? "null" : algorithm, where);
  if (algorithm.empty()) return unquantized_format(detail + ": at most the KV cache is quantized");
  if (const Families one = modelopt_families(algorithm); !one.empty()) {
    return one.size() == 1 ? known_format(one.front(), detail, width_of(one.front()))
                           : unknown_format("modelopt " + algorithm, detail, one);
  }
  std::set<std::string_view> families;
  bool nameless = false;
  if (const json* layers = member(block, "quantized_layers");
      layers != nullptr && layers->is_object()) {
    for (const auto& [name, layer] : layers->items()) {
      const Families one = modelopt_families(lower_text(layer, "quant_algo"));
      families.insert(one.begin(), one.end());
      nameless = nameless || one.size() != 1;
    }
  }
  if (families.size() == 1 && !nameless) {
    return known_format(*families.begin(), detail, width_of(*families.begin()));
  }
  const bool tells = !families.empty() && !nameless;
  return unknown_format("modelopt " + algorithm, detail,
                        tells ? Families(families.begin(), families.end()) : number_formats());
}

}  // namespace assay
