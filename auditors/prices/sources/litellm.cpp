#include <array>
#include <map>

#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/source.h"
#include "validator/text/dates.h"

// LiteLLM's price file: one object of records by call string. Unit: USD per token, numbers in
// scientific notation. The provider is `litellm_provider`, never the key's prefix alone; the
// model's name is the key without that prefix. `sample_spec` is documentation. Suffixes of the
// price fields (`_batches`, `_above_200k_tokens`, …) are other offers. Pseudo models by size
// ("together-ai-up-to-4b") are offers of that name, which nothing joins.

namespace assay::prices {
namespace {

constexpr int kLitellmPerToken = 6;
constexpr std::string_view kInput = "input_cost_per_token";
constexpr std::string_view kOutput = "output_cost_per_token";

// The key without "provider/", where the prefix means the record's provider.
std::string_view model_of(const PriceListBuilder& builder, std::string_view key,
                          std::string_view provider) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return key;
  const std::string_view prefix = key.substr(0, slash);
  const Provider* owner = builder.provider(prefix);
  const bool same = prefix == provider || (owner != nullptr && owner == builder.provider(provider));
  return same ? key.substr(slash + 1) : key;
}

// Whether a record without prices per token would be expected to have some.
bool sells_tokens(const RawJson& record) {
  const std::string_view mode = record.string("mode");
  return mode.empty() || mode == "chat" || mode == "completion" || mode == "responses";
}

// "_above_200k_tokens_priority" -> "above_200k_priority"; empty for what is not a variant.
std::string litellm_variant(std::string_view suffix) {
  constexpr std::string_view kTokens = "_tokens";
  if (!suffix.starts_with('_') || suffix == "_cache_hit") return {};
  std::string variant(suffix.substr(1));
  if (const std::size_t at = variant.find(kTokens); at != std::string::npos) {
    variant.erase(at, kTokens.size());
  }
  return variant == "batches" ? "batch" : variant;
}

void read_variants(PriceListBuilder& builder, const RawJson& record, const Offer& base) {
  std::map<std::string, Offer> variants;
  for (const auto& [key, value] : record.members) {
    for (const std::string_view stem : {kInput, kOutput}) {
      if (!std::string_view(key).starts_with(stem)) continue;
      const std::string variant = litellm_variant(std::string_view(key).substr(stem.size()));
      if (variant.empty()) continue;
      Offer& offer = variants.try_emplace(variant, base).first->second;
      offer.variant = variant;
      builder.read(offer, stem == kInput ? offer.input : offer.output, record, key, base.pointer,
                   kLitellmPerToken);
    }
  }
  for (auto& [variant, offer] : variants) builder.add(std::move(offer));
}

// tiered_pricing: [{"input_cost_per_token", "output_cost_per_token", "range": [from, to]}]
void read_litellm_tiers(PriceListBuilder& builder, const RawJson& tiers, const Offer& base) {
  for (std::size_t i = 0; i < tiers.items.size(); ++i) {
    const RawJson& tier = tiers.items[i];
    const RawJson* range = tier.get("range");
    Offer offer = base;
    offer.pointer += "/tiered_pricing" + pointer_step(i);
    offer.variant = "tier " + std::to_string(i + 1);
    if (range != nullptr && range->items.size() == 2) {
      offer.variant = range->items[0].text + "-" + range->items[1].text + " tokens";
    }
    builder.read(offer, offer.input, tier, kInput, offer.pointer, kLitellmPerToken);
    builder.read(offer, offer.output, tier, kOutput, offer.pointer, kLitellmPerToken);
    builder.add(std::move(offer));
  }
}

void read_record(PriceListBuilder& builder, const std::string& key, const RawJson& record,
                 const Evidence& evidence) {
  const std::string_view provider = record.string("litellm_provider");
  if (provider.empty()) return builder.skip();
  Offer named = builder.offer(provider, model_of(builder, key, provider), pointer_step(key));
  builder.end_on(named, parse_midnight(record.string("deprecation_date")), evidence);
  Offer base = named;
  builder.read(base, base.input, record, kInput, base.pointer, kLitellmPerToken);
  builder.read(base, base.output, record, kOutput, base.pointer, kLitellmPerToken);
  builder.read_currency(base, record);
  const bool priced = !base.input.raw.empty() || !base.output.raw.empty();
  const RawJson* tiers = record.get("tiered_pricing");
  if (!priced) {
    if (tiers != nullptr) {
      builder.set_aside(base, "its price depends on the length of the prompt");
    } else if (record.get("input_dbu_cost_per_token") != nullptr) {
      base.currency = "DBU";
      builder.set_aside(base, "its prices are in Databricks units");
    } else if (!sells_tokens(record)) {
      return builder.skip();
    }
  }
  builder.doubt_zeros(base);
  builder.add(std::move(base));
  read_variants(builder, record, named);
  if (tiers != nullptr) read_litellm_tiers(builder, *tiers, named);
}

PriceList read_litellm(const Evidence& evidence, const Vocabulary& vocabulary) {
  // Keys that are not call strings.
  constexpr std::array<std::string_view, 3> kReserved{"sample_spec", "fallback_generalizations",
                                                      "last_updated"};
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  if (!root->is_object())
    return PriceListBuilder::no_list("the answer is not an object of records");
  PriceListBuilder builder("litellm", vocabulary);
  for (const auto& [key, record] : root->members) {
    if (std::find(kReserved.begin(), kReserved.end(), key) != kReserved.end()) continue;
    if (record.is_object()) {
      read_record(builder, key, record, evidence);
    } else {
      builder.unreadable();
    }
  }
  return std::move(builder).finish();
}

}  // namespace

extern const PriceSource kLiteLlm;
const PriceSource kLiteLlm{
    .id = "litellm",
    .name = "LiteLLM",
    .doubtful_zeros = true,
    .list_url = [](const SourceConfig& source) { return source.url; },
    .read_list = sound<read_litellm>,
};

}  // namespace assay::prices
