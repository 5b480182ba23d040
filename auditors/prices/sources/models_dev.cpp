#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/source.h"

// models.dev: one object of providers by id, each with an object of models by the provider's own
// name. Unit: USD per million tokens, a number. `last_updated` is the model's date, not the
// price's. 0/0 are free tiers and subscriptions ("…-coding-plan" are providers of their own), no
// prices. `tiers` and `context_over_200k` are offers for long prompts.

namespace assay::prices {
namespace {

void read_costs(PriceListBuilder& builder, Offer& offer, const RawJson& cost,
                const std::string& at) {
  builder.read(offer, offer.input, cost, "input", at, 0);
  builder.read(offer, offer.output, cost, "output", at, 0);
}

void read_models_dev_tiers(PriceListBuilder& builder, const RawJson& cost, const Offer& named) {
  const RawJson* tiers = cost.get("tiers");
  if (tiers != nullptr && tiers->is_array()) {
    for (std::size_t i = 0; i < tiers->items.size(); ++i) {
      const RawJson& tier = tiers->items[i];
      const RawJson* limit = tier.get("tier");
      const RawJson* size = limit != nullptr ? limit->get("size") : nullptr;
      Offer offer = named;
      offer.pointer += "/cost/tiers" + pointer_step(i);
      offer.variant = "above_" + (size != nullptr ? size->text : std::to_string(i + 1));
      read_costs(builder, offer, tier, offer.pointer);
      builder.add(std::move(offer));
    }
    return;
  }
  Offer offer = named;
  const RawJson* above = builder.object(offer, cost, "context_over_200k");
  if (above == nullptr) return;
  offer.pointer += "/cost/context_over_200k";
  offer.variant = "above_200000";
  read_costs(builder, offer, *above, offer.pointer);
  builder.add(std::move(offer));
}

void read_models_dev_model(PriceListBuilder& builder, std::string_view provider,
                           const std::string& name, const RawJson& model, const std::string& at) {
  Offer named = builder.offer(provider, name, at);
  if (!model.is_object()) return builder.add_unreadable(named, "it is not an object");
  if (model.string("status") == "deprecated") builder.end(named, "marks it as deprecated");
  Offer base = named;
  const RawJson* cost = builder.object(base, model, "cost");
  if (cost != nullptr) {
    read_costs(builder, base, *cost, at + "/cost");
    builder.read_currency(base, *cost);
  }
  builder.doubt_zeros(base);
  builder.add(std::move(base));
  if (cost != nullptr) read_models_dev_tiers(builder, *cost, named);
}

PriceList read_models_dev(const Evidence& evidence, const Vocabulary& vocabulary) {
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  if (!root->is_object())
    return PriceListBuilder::no_list("the answer is not an object of providers");
  PriceListBuilder builder("models_dev", vocabulary);
  for (const auto& [id, provider] : root->members) {
    const RawJson* models = provider.get("models");
    if (models == nullptr || !models->is_object()) {
      builder.unreadable();
      continue;
    }
    const std::string at = pointer_step(id) + "/models";
    for (const auto& [name, model] : models->members) {
      read_models_dev_model(builder, id, name, model, at + pointer_step(name));
    }
  }
  return std::move(builder).finish();
}

}  // namespace

extern const PriceSource kModelsDev;
const PriceSource kModelsDev{
    .id = "models_dev",
    .name = "models.dev",
    .doubtful_zeros = true,
    .list_url = [](const SourceConfig& source) { return source.url; },
    .read_list = sound<read_models_dev>,
};

}  // namespace assay::prices
