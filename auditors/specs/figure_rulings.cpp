#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "auditors/specs/rulings.h"

// Counts and sizes that config.json states as numbers.

namespace assay::specs {
namespace {

using Verdict::contradicted;
using Verdict::supported;
using Verdict::verifier_unable;

std::string said(const Stated& stated) {
  return fmt::format("config.json {} = {}", stated.field, stated.value);
}

Ruling exact(const Figure& figure, std::int64_t claimed) {
  if (!figure.broken.empty()) return unable("config.json " + figure.broken);
  for (const Stated& other : figure.others) {
    if (other.value == claimed) {
      return unable(fmt::format("{}, claimed {}, which is {}",
                                figure.stated ? said(*figure.stated) : "config.json is silent",
                                claimed, said(other)));
    }
  }
  if (!figure.stated) return unable("config.json does not state it");
  const bool same = figure.stated->value == claimed;
  return {
      same ? supported : contradicted, figure.stated->value,
      same ? said(*figure.stated) : fmt::format("{}, claimed {}", said(*figure.stated), claimed)};
}

bool latent(const ModelFacts& facts) { return bool(facts.config.find({"kv_lora_rank"})); }

Ruling rule_layers(const ModelFacts& facts, std::int64_t claimed) {
  Ruling ruling = exact(facts.config.layers(), claimed);
  const std::int64_t more = facts.config.prediction_layers();
  if (ruling.verdict == contradicted && more > 0 && ruling.observed == claimed - more) {
    return unable(
        fmt::format("{}: multi-token prediction layers may be included ({})", ruling.reason, more));
  }
  return ruling;
}

// Not stated, it is hidden_size / num_attention_heads for most models, but not for all.
std::optional<Stated> derived_head_dim(const ModelFacts& facts) {
  const Figure hidden = facts.config.hidden_size();
  const Figure heads = facts.config.heads();
  if (!hidden.stated || !heads.stated || hidden.stated->value % heads.stated->value != 0) return {};
  return Stated{hidden.stated->value / heads.stated->value,
                fmt::format("{} / {} = {} / {}", hidden.stated->field, heads.stated->field,
                            hidden.stated->value, heads.stated->value)};
}

Ruling rule_head_dim(const ModelFacts& facts, std::int64_t claimed) {
  const Figure figure = facts.config.head_dim();
  if (latent(facts)) {
    if (figure.stated && figure.stated->value == claimed) return exact(figure, claimed);
    return unable("latent attention (config.json kv_lora_rank) has heads of several sizes");
  }
  if (figure.stated || !figure.broken.empty()) return exact(figure, claimed);
  const std::optional<Stated> derived = derived_head_dim(facts);
  if (!derived) return exact(figure, claimed);
  if (derived->value == claimed) return {supported, claimed, said(*derived)};
  if (!facts.explained) {
    return unable(
        fmt::format("config.json states no head_dim, claimed {}; {}", claimed, said(*derived)));
  }
  return {contradicted, derived->value,
          fmt::format("{}, which the count of parameters confirms, claimed {}", said(*derived),
                      claimed)};
}

Ruling rule_kv_heads(const ModelFacts& facts, std::int64_t claimed) {
  const Figure figure = facts.config.kv_heads();
  const Figure heads = facts.config.heads();
  if (latent(facts) && !(figure.stated && figure.stated->value == claimed)) {
    return unable("latent attention (config.json kv_lora_rank) keeps no key and value heads");
  }
  if (figure.stated || !figure.broken.empty() || !heads.stated ||
      facts.mix.has(LayerKind::skipped)) {
    return exact(figure, claimed);
  }
  const std::string assumed = said(*heads.stated) + " and no number of KV heads: one for each";
  if (heads.stated->value == claimed) return {supported, claimed, assumed};
  if (!facts.explained)
    return unable(
        fmt::format("{}, unless the model's code says otherwise; "
                    "claimed {}",
                    assumed, claimed));
  return {contradicted, heads.stated->value,
          fmt::format("{}, which the count of parameters confirms; claimed {}", assumed, claimed)};
}

// The table of the vocabulary is padded: the tokenizer may have a few words less.
Ruling rule_vocab_size(const ModelFacts& facts, std::int64_t claimed) {
  Ruling ruling = exact(facts.config.vocab_size(), claimed);
  if (ruling.verdict != contradicted) return ruling;
  const auto size = ruling.observed.get<std::int64_t>();
  if (claimed < size && size - claimed <= size / 40) {
    return unable(ruling.reason + ": the table may be padded beyond the tokenizer's vocabulary");
  }
  return ruling;
}

Ruling rule_experts(const ModelFacts& facts, std::int64_t claimed) {
  const Figure figure = facts.config.experts();
  const std::int64_t shared = facts.config.shared_experts();
  const bool none = !figure.stated || figure.stated->value <= 1;
  if (none && figure.broken.empty()) {
    if (!facts.explained) return unable("config.json states no number of experts");
    return {
        contradicted, nullptr,
        fmt::format("config.json states no experts, and the shapes of a dense model account for "
                    "safetensors.total = {}; claimed {}",
                    *facts.total, claimed)};
  }
  Ruling ruling = exact(figure, claimed);
  if (ruling.verdict == contradicted && shared > 0 && ruling.observed == claimed - shared) {
    return unable(fmt::format("{}: shared experts may be included ({})", ruling.reason, shared));
  }
  return ruling;
}

Ruling rule_experts_active(const ModelFacts& facts, std::int64_t claimed) {
  const std::int64_t shared = facts.config.shared_experts();
  Ruling ruling = exact(facts.config.experts_active(), claimed);
  if (ruling.verdict == contradicted && shared > 0 && ruling.observed == claimed - shared) {
    return unable(fmt::format("{}: shared experts may be included ({})", ruling.reason, shared));
  }
  return ruling;
}

// What says that some layers keep no keys and values of their own but use those of another: Gemma
// 3n (num_kv_shared_layers), Hunyuan (use_cla), and others by the words in the names of their
// fields. Empty when nothing does.
std::string shared_caches(const ModelConfig& config) {
  if (config.is_true("use_cla")) return "use_cla";
  for (const std::string_view part :
       {"kv_shared", "shared_kv", "share_kv", "kv_share", "kv_sharing", "cross_layer", "kv_reuse",
        "reuse_kv", "yoco"}) {
    if (std::string field = config.field_with(part); !field.empty()) return field;
  }
  return {};
}

// Two bytes per number. With full attention in every layer there is a key and a value for each
// head; with latent attention one vector, which is what its authors count.
Ruling rule_kv_bytes(const ModelFacts& facts, std::int64_t claimed) {
  const Figure layers = facts.config.layers();
  const Figure rank = facts.config.figure({"kv_lora_rank"});
  const Figure rope = facts.config.figure({"qk_rope_head_dim"});
  const bool plain =
      facts.mix.layers.empty() || (facts.mix.layers.size() == 1 && facts.mix.has(LayerKind::full));
  if (latent(facts) && plain && layers.stated && rank.stated && rope.stated) {
    const std::int64_t bytes = 2 * layers.stated->value * (rank.stated->value + rope.stated->value);
    const std::string how = fmt::format(
        "config.json: 2 bytes x {} layers x ({} kv_lora_rank + {} qk_rope_head_dim) = {}",
        layers.stated->value, rank.stated->value, rope.stated->value, bytes);
    if (bytes == claimed) return {supported, bytes, how};
    return unable(fmt::format("{}, claimed {}: caches of latent attention differ", how, claimed));
  }
  if (const std::string field = shared_caches(facts.config); !field.empty()) {
    return unable(fmt::format("config.json {}: layers share their caches", field));
  }
  const Figure kv = facts.config.kv_heads();
  const Figure dim = facts.config.head_dim();
  const std::optional<Stated> derived = dim.stated ? dim.stated : derived_head_dim(facts);
  if (!plain || latent(facts) || !layers.stated || !kv.stated || !derived || !dim.others.empty() ||
      !kv.others.empty()) {
    return unable(
        "it does not follow from config.json: layers differ, or their shapes are not "
        "stated");
  }
  // A figure is at most 10^9, three of them do not fit.
  const double rough =
      4.0 * double(layers.stated->value) * double(kv.stated->value) * double(derived->value);
  if (rough > 1e15) return unable("the shapes in config.json are too large to be true");
  const std::int64_t bytes = 4 * layers.stated->value * kv.stated->value * derived->value;
  const std::string how =
      fmt::format("config.json: 2 bytes x 2 x {} layers x {} KV heads x {} head_dim = {}",
                  layers.stated->value, kv.stated->value, derived->value, bytes);
  if (bytes == claimed) return {supported, bytes, how};
  if (!dim.stated && !facts.explained) return unable(fmt::format("{}, claimed {}", how, claimed));
  return {contradicted, bytes, fmt::format("{}, claimed {}", how, claimed)};
}

Ruling rule_hidden_size(const ModelFacts& facts, std::int64_t claimed) {
  return exact(facts.config.hidden_size(), claimed);
}

struct Row {
  std::string_view label;
  Ruling (*rule)(const ModelFacts&, std::int64_t);
};
constexpr std::array<Row, 9> kRows{{
    {"layers_count", rule_layers},
    {"hidden_size", rule_hidden_size},
    {"head_dim", rule_head_dim},
    {"kv_heads", rule_kv_heads},
    {"vocab_size", rule_vocab_size},
    {"context_window", rule_context_window},
    {"experts", rule_experts},
    {"experts_active", rule_experts_active},
    {"kv_bytes_per_token_fp16", rule_kv_bytes},
}};

std::optional<Ruling> stated_figure(const Figure& figure) {
  if (!figure.stated || !figure.broken.empty() || !figure.others.empty()) return std::nullopt;
  return Ruling{supported, figure.stated->value, said(*figure.stated)};
}

}  // namespace

Ruling rule_figure(const ModelFacts& facts, std::string_view label, std::int64_t claimed) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [&](const Row& each) { return each.label == label; });
  return row == kRows.end() ? unable("not a figure of config.json") : row->rule(facts, claimed);
}

std::optional<Ruling> stated_value(const ModelFacts& facts, std::string_view label) {
  const ModelConfig& config = facts.config;
  if (label == "layers_count") return stated_figure(config.layers());
  if (label == "hidden_size") return stated_figure(config.hidden_size());
  if (label == "vocab_size") return stated_figure(config.vocab_size());
  if (label == "context_window") return stated_window(facts);
  if (label == "head_dim" && !latent(facts)) return stated_figure(config.head_dim());
  if (label == "kv_heads" && !latent(facts)) return stated_figure(config.kv_heads());
  if (label == "attention_variant") return stated_attention(facts);
  if (label == "position_encoding") return stated_position(facts);
  if (label == "params_total" && facts.total && !facts.packed) {
    return Ruling{supported, *facts.total,
                  fmt::format("{} = {}", facts.total_source, *facts.total)};
  }
  if (label == "experts" || label == "experts_active") {
    const Figure experts = config.experts();
    if (!experts.stated || experts.stated->value <= 1) return std::nullopt;
    return stated_figure(label == "experts" ? experts : config.experts_active());
  }
  return std::nullopt;
}

}  // namespace assay::specs
