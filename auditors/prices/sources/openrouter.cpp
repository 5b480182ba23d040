#include <fmt/format.h>

#include <charconv>

#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/promotions.h"
#include "auditors/prices/sources/source.h"
#include "validator/text/dates.h"

// OpenRouter. Unit: USD per token, decimal strings. /api/v1/models states its own headline (about
// the cheapest route), which is not a host's price; /api/v1/models/ORG/NAME/endpoints states the
// price of each host. Both are what is billed; of a promotion only the latter tells
// (`discount`). ":free", ":batch" and the like are offers of their own, "~…-latest" is an
// alias, -1 a price that depends on the request. `hugging_face_id` is the id on the Hub, where one
// is stated.

namespace assay::prices {
namespace {

constexpr int kOpenrouterPerToken = 6;

void read_prices(PriceListBuilder& builder, Offer& offer, const RawJson& pricing,
                 const std::string& at) {
  builder.read(offer, offer.input, pricing, "prompt", at, kOpenrouterPerToken);
  builder.read(offer, offer.output, pricing, "completion", at, kOpenrouterPerToken);
  builder.read_currency(offer, pricing);
  doubt_modified(builder, offer, pricing, true);
}

// Prices of long prompts: [{"min_prompt_tokens": 272000, "prompt": "0.0000002"}]
void read_overrides(PriceListBuilder& builder, const Offer& named, const RawJson& pricing,
                    const Discount& discount, const std::string& at) {
  const RawJson* overrides = pricing.get("overrides");
  if (overrides == nullptr || !overrides->is_array()) return;
  for (std::size_t i = 0; i < overrides->items.size(); ++i) {
    const RawJson& tier = overrides->items[i];
    const RawJson* start = tier.get("min_prompt_tokens");
    Offer offer = named;
    offer.pointer = at + "/overrides" + pointer_step(i);
    offer.variant += (offer.variant.empty() ? "above_" : " above_") +
                     (start != nullptr ? start->text : std::to_string(i + 1));
    read_prices(builder, offer, tier, offer.pointer);
    add_discounted(builder, std::move(offer), discount, Writes::billed_price);
  }
}

// "org/name:free" -> "free"
std::string openrouter_variant(std::string_view id) {
  if (id.starts_with('~')) return "alias";
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? std::string{} : std::string(id.substr(colon + 1));
}

void read_openrouter_row(PriceListBuilder& builder, const RawJson& row, const std::string& at,
                         const Evidence& evidence) {
  const std::string_view id = row.string("id");
  if (id.empty()) return builder.unreadable();
  Offer named = builder.offer("OpenRouter", id, at);
  named.repository = row.string("hugging_face_id");
  named.variant = openrouter_variant(id);
  builder.end_on(named, parse_midnight(row.string("expiration_date")), evidence);
  const RawJson* pricing = builder.object(named, row, "pricing");
  if (pricing == nullptr) return builder.add_unreadable(std::move(named), "it has no `pricing`");
  Offer offer = named;
  read_prices(builder, offer, *pricing, at + "/pricing");
  const Discount discount = discount_of(pricing, row, evidence);
  add_discounted(builder, std::move(offer), discount, Writes::billed_price);
  read_overrides(builder, named, *pricing, discount, at + "/pricing");
}

PriceList read_list(const Evidence& evidence, const Vocabulary& vocabulary) {
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  const RawJson* rows = root->get("data");
  if (rows == nullptr || !rows->is_array()) {
    return PriceListBuilder::no_list("the answer has no list of models");
  }
  PriceListBuilder builder("openrouter", vocabulary);
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    read_openrouter_row(builder, rows->items[i], "/data" + pointer_step(i), evidence);
  }
  const RawJson* links = root->get("links");
  if (links != nullptr) builder.next(std::string(links->string("next")));
  const RawJson* total = root->get("total_count");
  if (total != nullptr && (links == nullptr || links->string("next").empty())) {
    std::size_t stated = 0;
    std::from_chars(total->text.data(), total->text.data() + total->text.size(), stated);
    if (rows->items.size() < stated) {
      builder.doubt(fmt::format("it counts {} models and lists {}", stated, rows->items.size()));
    }
  }
  return std::move(builder).finish();
}

// "deepinfra/fp8" -> {"deepinfra", "fp8"}
std::pair<std::string_view, std::string_view> split_tag(std::string_view tag) {
  const std::size_t slash = tag.find('/');
  if (slash == std::string_view::npos) return {tag, {}};
  return {tag.substr(0, slash), tag.substr(slash + 1)};
}

void read_endpoint(PriceListBuilder& builder, const RawJson& row, std::string_view model,
                   const std::string& at, const Evidence& evidence) {
  const auto [host, detail] = split_tag(row.string("tag"));
  const std::string_view name = row.string("provider_name");
  if (host.empty() && name.empty()) return builder.unreadable();
  Offer offer = builder.offer(name, model, at);
  if (!offer.provider_known && !host.empty()) offer = builder.offer(host, model, at);
  offer.variant = detail;
  const RawJson* pricing = builder.object(offer, row, "pricing");
  if (pricing == nullptr) return builder.add_unreadable(std::move(offer), "it has no `pricing`");
  const Offer named = offer;
  read_prices(builder, offer, *pricing, at + "/pricing");
  const Discount discount = discount_of(pricing, row, evidence);
  add_discounted(builder, std::move(offer), discount, Writes::billed_price);
  read_overrides(builder, named, *pricing, discount, at + "/pricing");
}

PriceList read_endpoints(const Evidence& evidence, const Vocabulary& vocabulary) {
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  const RawJson* data = root->get("data");
  const RawJson* rows = data != nullptr ? data->get("endpoints") : nullptr;
  if (rows == nullptr || !rows->is_array() || data->string("id").empty()) {
    return PriceListBuilder::no_list("the answer has no list of endpoints");
  }
  PriceListBuilder builder("openrouter", vocabulary);
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    read_endpoint(builder, rows->items[i], data->string("id"), "/data/endpoints" + pointer_step(i),
                  evidence);
  }
  return std::move(builder).finish_model(std::string(data->string("id")));
}

}  // namespace

extern const PriceSource kOpenRouter;
const PriceSource kOpenRouter{
    .id = "openrouter",
    .name = "OpenRouter",
    .rank = PriceSource::Rank::primary,
    .own_list_of = "openrouter",
    .list_url = [](const SourceConfig& source) { return source.url + "/api/v1/models"; },
    .read_list = sound<read_list>,
    .model_url =
        [](const SourceConfig& source, std::string_view model) {
          return fmt::format("{}/api/v1/models/{}/endpoints", source.url, model);
        },
    .read_model = sound<read_endpoints>,
};

}  // namespace assay::prices
