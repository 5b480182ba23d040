#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "auditors/specs/rulings.h"

// The kind of attention. How heads share keys and values is one half of it, which layers have what
// the other. Latent attention is looked for first: its configuration has as many KV heads as heads
// and looks like MHA.

namespace assay::specs {
namespace {

using Verdict::contradicted;
using Verdict::supported;
using Verdict::verifier_unable;

struct Sharing {
  std::string_view word;  ///< mha, gqa or mqa; empty when it cannot be told
  bool certain = false;   ///< both numbers are stated, or the count of parameters confirms them
  std::string text;
};

Sharing read_sharing(const ModelFacts& facts) {
  const Figure heads = facts.config.heads();
  const Figure kv = facts.config.kv_heads();
  if (!heads.stated || !kv.broken.empty() || facts.mix.has(LayerKind::skipped)) return {};
  const std::int64_t all = heads.stated->value;
  if (!kv.stated) {
    return {
        "mha", facts.explained,
        fmt::format("config.json {} = {}, and no number of KV heads", heads.stated->field, all)};
  }
  const std::int64_t groups = kv.stated->value;
  std::string text = fmt::format("config.json {} = {}, {} = {}", heads.stated->field, all,
                                 kv.stated->field, groups);
  if (groups > all) return {};
  if (groups == all) return {"mha", true, std::move(text)};
  return {groups == 1 ? "mqa" : "gqa", true, std::move(text)};
}

// Everything that the words speak of, read once.
struct Attention {
  explicit Attention(const ModelFacts& all)
      : facts(all),
        mix(all.mix),
        sharing(read_sharing(all)),
        latent(all.config.figure({"kv_lora_rank"}).stated),
        index(all.config.figure({"index_topk"}).stated) {}

  bool has(LayerKind kind) const { return mix.has(kind); }
  // Each layer's kind is stated, and known here.
  bool mix_known() const {
    return !mix.layers.empty() && !mix.share_unknown && !has(LayerKind::other);
  }
  bool gated_deltanet() const {
    return has(LayerKind::linear) && facts.config.find({"linear_num_value_heads"}) &&
           facts.config.find({"linear_key_head_dim"});
  }
  bool mamba2() const {
    return has(LayerKind::mamba) && has(LayerKind::full) &&
           (facts.config.find({"mamba_num_heads", "mamba_n_heads", "mamba_n_groups"}) ||
            has_word("mamba2"));
  }
  // More layers without attention to all words than with it.
  bool mostly_without_attention() const {
    const std::int64_t without = mix.count(LayerKind::linear) + mix.count(LayerKind::mamba);
    return without > 0 && without >= mix.count(LayerKind::full);
  }
  std::string latent_text() const {
    std::string text = fmt::format("config.json {} = {}", latent->field, latent->value);
    if (index) text += fmt::format(", {} = {}", index->field, index->value);
    return text;
  }

  const ModelFacts& facts;
  const LayerMix& mix;
  Sharing sharing;
  std::optional<Stated> latent;
  std::optional<Stated> index;

 private:
  bool has_word(std::string_view word) const {
    const ConfigField list = facts.config.find({"layer_types", "layers_block_type"});
    return list && list.value->is_array() &&
           std::find(list.value->begin(), list.value->end(), word) != list.value->end();
  }
};

// The catalog's word for all of it, and what shows it.
std::optional<Ruling> word_for(const Attention& seen) {
  const auto by_mix = [&](const char* word) {
    return Ruling{supported, word, "config.json " + seen.mix.text()};
  };
  if (seen.has(LayerKind::compressed)) return by_mix("hybrid-csa-hca");
  if (seen.has(LayerKind::skipped)) return by_mix("skip-attention");
  if (seen.has(LayerKind::other)) return std::nullopt;
  if (seen.has(LayerKind::mamba)) {
    if (!seen.mamba2()) return std::nullopt;
    return by_mix(seen.sharing.word == "gqa" ? "hybrid-mamba2-gqa" : "hybrid-mamba2-transformer");
  }
  if (seen.has(LayerKind::linear)) {
    return seen.gated_deltanet() ? std::optional(by_mix("hybrid-gated-deltanet")) : std::nullopt;
  }
  if (seen.latent) return Ruling{supported, seen.index ? "dsa" : "mla", seen.latent_text()};
  if (seen.sharing.word.empty() || !seen.sharing.certain) return std::nullopt;
  if (seen.has(LayerKind::sliding) || seen.has(LayerKind::chunked)) {
    const bool named =
        seen.has(LayerKind::sliding) && seen.has(LayerKind::full) && seen.sharing.word == "gqa";
    if (!named) return std::nullopt;
    return Ruling{supported, "hybrid-gqa-sliding",
                  fmt::format("{}; {}", seen.sharing.text, seen.mix.text())};
  }
  return Ruling{supported, std::string(seen.sharing.word), seen.sharing.text};
}

// Another kind is stated; without a word for it nothing is said against the claim.
Ruling other_kind(const Attention& seen, const std::string& claimed) {
  const std::optional<Ruling> word = word_for(seen);
  if (!word)
    return unable(
        "config.json shows another kind of attention, for which the vocabulary has no word");
  return {
      contradicted, word->observed,
      fmt::format("{}: {}, claimed {}", word->reason, word->observed.get<std::string>(), claimed)};
}

Ruling rule_plain(const Attention& seen, const std::string& claimed) {
  if (seen.has(LayerKind::compressed) || seen.has(LayerKind::other) ||
      seen.has(LayerKind::skipped)) {
    return unable("config.json " + seen.mix.text());
  }
  if (seen.latent || seen.mostly_without_attention()) return other_kind(seen, claimed);
  if (seen.sharing.word.empty()) return unable("config.json does not state heads and KV heads");
  std::string text = seen.sharing.text;
  if (!seen.mix.layers.empty()) text += "; " + seen.mix.text();
  if (seen.sharing.word == claimed) return {supported, claimed, text};
  if (!seen.sharing.certain) return unable(fmt::format("{}, claimed {}", text, claimed));
  return {contradicted, std::string(seen.sharing.word),
          fmt::format("{}: {}, claimed {}", text, seen.sharing.word, claimed)};
}

Ruling rule_latent(const Attention& seen, const std::string& claimed) {
  const bool sparse = claimed == "dsa";
  if (seen.has(LayerKind::compressed)) return unable("config.json " + seen.mix.text());
  if (seen.latent && seen.mostly_without_attention()) return other_kind(seen, claimed);
  if (seen.latent && (!sparse || seen.index)) return {supported, claimed, seen.latent_text()};
  if (seen.latent) return unable(seen.latent_text() + "; no index of sparse attention is stated");
  const bool grouped = seen.sharing.word == "gqa" && seen.sharing.certain;
  if (grouped || seen.facts.explained) return other_kind(seen, claimed);
  return unable("config.json states no kv_lora_rank");
}

Ruling rule_sliding(const Attention& seen, const std::string& claimed) {
  if (seen.latent) return other_kind(seen, claimed);
  if (seen.has(LayerKind::sliding) && seen.sharing.word == "gqa") {
    return {supported, claimed, fmt::format("{}; {}", seen.sharing.text, seen.mix.text())};
  }
  const bool window = seen.has(LayerKind::sliding) || seen.has(LayerKind::chunked);
  const bool denied =
      seen.facts.config.denies("sliding_window") || seen.facts.config.denies("use_sliding_window");
  if (!window && (seen.mix_known() || denied)) return other_kind(seen, claimed);
  return unable(window ? "config.json " + seen.mix.text() : "config.json states no window");
}

// Words that speak of one kind of layer.
Ruling rule_kind(const Attention& seen, const std::string& claimed, LayerKind kind, bool shown) {
  if (shown) return {supported, claimed, "config.json " + seen.mix.text()};
  if (seen.has(kind)) return unable("config.json " + seen.mix.text());
  if (seen.mix_known() || seen.facts.explained) return other_kind(seen, claimed);
  return unable(fmt::format("config.json does not show that it is {}", claimed));
}

}  // namespace

Ruling rule_attention(const ModelFacts& facts, const std::string& claimed) {
  const Attention seen(facts);
  if (claimed == "mha" || claimed == "gqa" || claimed == "mqa") return rule_plain(seen, claimed);
  if (claimed == "mla" || claimed == "dsa") return rule_latent(seen, claimed);
  if (claimed == "hybrid-gqa-sliding") return rule_sliding(seen, claimed);
  if (claimed == "hybrid-gated-deltanet") {
    return rule_kind(seen, claimed, LayerKind::linear, seen.gated_deltanet());
  }
  if (claimed == "hybrid-mamba2-transformer") {
    return rule_kind(seen, claimed, LayerKind::mamba, seen.mamba2());
  }
  if (claimed == "hybrid-mamba2-gqa") {
    return rule_kind(seen, claimed, LayerKind::mamba, seen.mamba2() && seen.sharing.word == "gqa");
  }
  if (claimed == "skip-attention") {
    return rule_kind(seen, claimed, LayerKind::skipped, seen.has(LayerKind::skipped));
  }
  if (claimed == "hybrid-csa-hca") {
    return rule_kind(seen, claimed, LayerKind::compressed, seen.has(LayerKind::compressed));
  }
  return unable(fmt::format("whether it is {} cannot be told from config.json", claimed));
}

std::optional<Ruling> stated_attention(const ModelFacts& facts) {
  return word_for(Attention(facts));
}

}  // namespace assay::specs
