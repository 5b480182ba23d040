#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

void report_pair(const Rule& rule, const Entry& entry, RuleContext& context, std::string_view key,
                 std::string_view other, std::string message) {
  Diagnostic& problem = context.report(rule, entry, entry.node->get(key)->span(), std::string(key),
                                       std::move(message));
  problem.related.push_back({entry.node->get(other)->span(), fmt::format("value of `{}`", other)});
}

// A number of parameters; null for one that params-implausible reports.
std::optional<std::int64_t> size_of(const Entry& entry, std::string_view key) {
  const auto count = count_of(*entry.node, key);
  return count && is_plausible_model_size(*count) ? count : std::nullopt;
}

bool is_mixture(std::string_view architecture) {
  return architecture == "moe" || architecture.ends_with("-moe");
}

void active_exceeds_total(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto total = size_of(entry, "params_total");
  const auto active = size_of(entry, "params_active");
  if (!total || !active || *active <= *total) return;
  report_pair(rule, entry, context, "params_active", "params_total",
              fmt::format("{} active parameters are more than the total of {}", *active, *total));
}

void dense_active_differs(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto total = size_of(entry, "params_total");
  const auto active = size_of(entry, "params_active");
  if (!total || !active || *active >= *total) return;
  if (text_of(*entry.node, "architecture") != "dense") return;
  report_pair(rule, entry, context, "params_active", "params_total",
              fmt::format("a dense model uses all of its {} parameters, not {}", *total, *active));
}

void mixture_active_equals_total(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto total = size_of(entry, "params_total");
  const auto active = size_of(entry, "params_active");
  if (!total || !active || *active != *total) return;
  if (!is_mixture(text_of(*entry.node, "architecture"))) return;
  report_pair(rule, entry, context, "params_active", "params_total",
              "a mixture of experts uses only some of its parameters, not all");
}

void moe_without_experts(const Rule& rule, const Entry& entry, RuleContext& context) {
  const Node* architecture = entry.node->get("architecture");
  if (!is_mixture(text_of(*entry.node, "architecture"))) return;
  if (entry.node->get("experts") != nullptr) return;
  if (text_of(*entry.node, "openness") == "proprietary") return;  // not known outside
  // Without a difference the architecture is in doubt: moe-active-equals-total says so.
  const auto total = size_of(entry, "params_total");
  if (total && total == size_of(entry, "params_active")) return;
  context
      .report(rule, entry, architecture->span(), "experts",
              "mixture of experts without a number of experts")
      .help = "give `experts` and `experts_active` where a source states them";
}

void experts_on_dense(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto experts = count_of(*entry.node, "experts");
  if (!experts || *experts < 2 || text_of(*entry.node, "architecture") != "dense") return;
  // dense-active-differs reports that.
  const auto total = size_of(entry, "params_total");
  const auto active = size_of(entry, "params_active");
  if (total && active && *active < *total) return;
  report_pair(rule, entry, context, "experts", "architecture",
              fmt::format("a dense model does not have {} experts", *experts));
}

void experts_active_exceeds_experts(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto experts = count_of(*entry.node, "experts");
  const auto active = count_of(*entry.node, "experts_active");
  if (!experts || !active || *active <= *experts) return;
  report_pair(rule, entry, context, "experts_active", "experts",
              fmt::format("{} active experts are more than the {} there are", *active, *experts));
}

void kv_bytes_too_many(const Rule& rule, const Entry& entry, RuleContext& context) {
  const std::string_view attention = text_of(*entry.node, "attention_variant");
  const std::string_view architecture = text_of(*entry.node, "architecture");
  // Other kinds compress the cache, or keep none in some of the layers.
  if (attention != "mha" && attention != "gqa" && attention != "mqa") return;
  if (architecture != "dense" && architecture != "moe") return;
  const auto stated = count_of(*entry.node, "kv_bytes_per_token_fp16");
  const auto layers = count_of(*entry.node, "layers_count");
  const auto heads = count_of(*entry.node, "kv_heads");
  const auto width = count_of(*entry.node, "head_dim");
  if (!stated || !layers || !heads || !width) return;
  constexpr std::int64_t kMost = 1'000'000;  // beyond, the product would not fit and means nothing
  if (*layers > kMost || *heads > kMost || *width > kMost) return;
  const double expected = 4.0 * static_cast<double>(*layers) * static_cast<double>(*heads) *
                          static_cast<double>(*width);
  constexpr double kRounding = 1.05;  // figures are often given in round numbers
  // Fewer bytes may be right: some of the layers may look back over a short window only.
  if (static_cast<double>(*stated) <= kRounding * expected) return;
  context
      .report(
          rule, entry, entry.node->get("kv_bytes_per_token_fp16")->span(),
          "kv_bytes_per_token_fp16",
          fmt::format("{} layers with {} key-value heads of {} take at most {:.0f} bytes, not {}",
                      *layers, *heads, *width, expected, *stated))
      .help = "two bytes each for keys and values: 4 × layers_count × kv_heads × head_dim";
}

struct SizeInName {
  double count = 0;
  bool active = false;  // "A22B": of the parameters used for a token
};

// Numbers in a name that mean parameters: "8B", "0.5b", "A22B", "135M"; none when one has another
// meaning: "8x7B" (experts) or "E4B" (effective).
std::vector<SizeInName> sizes_in(std::string_view name) {
  std::vector<SizeInName> sizes;
  for (std::size_t at = 0; at < name.size();) {
    if (!ascii::is_digit(name[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < name.size() && (ascii::is_digit(name[end]) || name[end] == '.')) ++end;
    const char unit = end < name.size() ? static_cast<char>(name[end] | 0x20) : ' ';
    const bool word_ends = end + 1 >= name.size() || !ascii::is_letter(name[end + 1]);
    constexpr std::size_t kLongestNumber = 8;
    if ((unit == 'b' || unit == 'm') && word_ends && end - at <= kLongestNumber) {
      const char before = at == 0 ? ' ' : static_cast<char>(name[at - 1] | 0x20);
      if (before == 'x' || before == 'e') return {};
      const double number = std::strtod(std::string(name.substr(at, end - at)).c_str(), nullptr);
      // "1M" is a context window as often as a size.
      if (unit == 'b' || number > 10) {
        sizes.push_back({number * (unit == 'b' ? 1e9 : 1e6), before == 'a'});
      }
    }
    at = end;
  }
  return sizes;
}

void size_differs_from_name(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto total = size_of(entry, "params_total");
  if (!total) return;
  const auto active = size_of(entry, "params_active");
  bool names_total = false;
  for (const SizeInName& size : sizes_in(text_of(*entry.node, "display_name"))) {
    // Names are rounded and omit embeddings or encoders; a wrong figure is off by far more.
    const auto fits = [&](std::int64_t count) {
      const double ratio = static_cast<double>(count) / size.count;
      return ratio > 0.5 && ratio < 2;
    };
    if (fits(*total) || (active && fits(*active))) return;
    names_total = names_total || !size.active || active;
  }
  if (!names_total) return;
  report_pair(rule, entry, context, "params_total", "display_name",
              fmt::format("{} parameters do not fit the name {}", *total,
                          in_quotes(text_of(*entry.node, "display_name"))));
}

void proprietary_with_weights_date(const Rule& rule, const Entry& entry, RuleContext& context) {
  if (text_of(*entry.node, "openness") != "proprietary") return;
  if (text_of(*entry.node, "weights_released_date").empty()) return;
  report_pair(rule, entry, context, "weights_released_date", "openness",
              "a proprietary model has no weights release date");
}

void proprietary_with_quantizations(const Rule& rule, const Entry& entry, RuleContext& context) {
  if (text_of(*entry.node, "openness") != "proprietary") return;
  if (items_of(*entry.node, "quantizations_available").empty()) return;
  report_pair(rule, entry, context, "quantizations_available", "openness",
              "a proprietary model has no weights to quantize");
}

void missing_quantizations_source(const Rule& rule, const Entry& entry, RuleContext& context) {
  const Member* claimed = entry.node->member("quantizations_available");
  if (claimed == nullptr || claimed->value.sequence().empty()) return;
  if (entry.node->get("quantizations_source") != nullptr) return;
  if (text_of(*entry.node, "openness") == "proprietary") return;
  context
      .report(rule, entry, claimed->key.span(), "quantizations_source",
              "`quantizations_available` without `quantizations_source`")
      .help = "add the address of the base repository, https://huggingface.co/ORG/NAME";
}

constexpr std::array kMeaningRules{
    Rule{"active-exceeds-total", "meaning", Severity::error,
         "More parameters are active than the model has.",
         "The two figures were swapped, or one has a digit too many or too few.",
         "params_total: 37000000000\nparams_active: 671000000000",
         "params_total: 671000000000\nparams_active: 37000000000", active_exceeds_total},
    Rule{"dense-active-differs", "meaning", Severity::error,
         "A dense model claims fewer active parameters than it has.",
         "A dense model uses all of its parameters for every token, so either the architecture or "
         "one of the figures is wrong.",
         "architecture: dense\nparams_total: 70000000000\nparams_active: 7000000000",
         "architecture: dense\nparams_total: 70000000000\nparams_active: 70000000000",
         dense_active_differs},
    Rule{"moe-active-equals-total", "meaning", Severity::warning,
         "A mixture of experts claims to use all of its parameters.",
         "Only some experts are used for a token, so the active parameters are fewer.",
         "architecture: moe\nparams_total: 46700000000\nparams_active: 46700000000",
         "architecture: moe\nparams_total: 46700000000\nparams_active: 12900000000",
         mixture_active_equals_total},
    Rule{"moe-without-experts", "meaning", Severity::note,
         "A mixture of experts does not say how many experts it has.",
         "The number of experts is in the configuration file of nearly every open model; readers "
         "look for it.",
         "architecture: moe", "architecture: moe\nexperts: 8\nexperts_active: 2",
         moe_without_experts},
    Rule{"experts-on-dense", "meaning", Severity::warning, "A dense model claims to have experts.",
         "Either the architecture is moe, or the figure belongs to another model.",
         "architecture: dense\nexperts: 8", "architecture: moe\nexperts: 8", experts_on_dense},
    Rule{"experts-active-exceeds-experts", "meaning", Severity::error,
         "More experts are active than the model has.", "The two figures were swapped or mistyped.",
         "experts: 2\nexperts_active: 8", "experts: 8\nexperts_active: 2",
         experts_active_exceeds_experts},
    Rule{"kv-bytes-too-many", "meaning", Severity::warning,
         "The key-value cache is larger than layers and heads allow.",
         "For plain attention the size is a product of figures in the same entry, so one of them "
         "is wrong.",
         "attention_variant: gqa\nlayers_count: 32\nkv_heads: 8\nhead_dim: 128\n"
         "kv_bytes_per_token_fp16: 262144",
         "attention_variant: gqa\nlayers_count: 32\nkv_heads: 8\nhead_dim: 128\n"
         "kv_bytes_per_token_fp16: 131072",
         kv_bytes_too_many},
    Rule{"size-differs-from-name", "meaning", Severity::warning,
         "The parameters are less than half or more than twice what the name says.",
         "A model called 8B has about eight billion parameters; a figure that is far off usually "
         "belongs to another size of the family.",
         "display_name: Llama 3.1 8B Instruct\nparams_total: 70000000000",
         "display_name: Llama 3.1 8B Instruct\nparams_total: 8030261248", size_differs_from_name},
    Rule{"proprietary-with-weights-date", "meaning", Severity::error,
         "A proprietary model claims that its weights were released.",
         "Proprietary means that the weights are not available; one of the two labels is wrong.",
         "openness: proprietary\nweights_released_date: 2024-05-13", "openness: proprietary",
         proprietary_with_weights_date},
    Rule{"proprietary-with-quantizations", "meaning", Severity::error,
         "A proprietary model claims quantized weights.",
         "Nobody can quantize weights that were never published.",
         "openness: proprietary\nquantizations_available: [gguf]", "openness: proprietary",
         proprietary_with_quantizations},
    Rule{"missing-quantizations-source", "meaning", Severity::error,
         "Quantizations are claimed without their base repository.",
         "Which quantizations exist is looked up under the base repository; without it nobody can "
         "check the claim.",
         "quantizations_available: [gguf, awq]",
         "quantizations_available: [gguf, awq]\n"
         "quantizations_source: https://huggingface.co/meta-llama/Llama-3.2-3B-Instruct",
         missing_quantizations_source},
};

}  // namespace

std::span<const Rule> meaning_rules() { return kMeaningRules; }

}  // namespace assay
