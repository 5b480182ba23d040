#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/promotions.h"
#include "auditors/prices/sources/source.h"

// The Hugging Face router: GET /v1/models, no key. Unit: USD per million tokens, a number. Ids of
// models are ids of repositories on the Hub; providers have the Hub's names. A provider may have no
// price (fireworks-ai, featherless-ai), and 0 is written for prices that are not known.

namespace assay::prices {
namespace {

void read_provider(PriceListBuilder& builder, const RawJson& row, std::string_view model,
                   const std::string& at) {
  const std::string_view provider = row.string("provider");
  if (provider.empty()) return builder.unreadable();
  Offer offer = builder.offer(provider, model, at);
  offer.repository = model;
  if (const RawJson* pricing = builder.object(offer, row, "pricing"); pricing != nullptr) {
    builder.read(offer, offer.input, *pricing, "input", at + "/pricing", 0);
    builder.read(offer, offer.output, *pricing, "output", at + "/pricing", 0);
    builder.read_currency(offer, *pricing);
    doubt_modified(builder, offer, *pricing, false);
  }
  builder.read_currency(offer, row);
  const RawJson* free = row.get("is_free");
  if (free == nullptr || free->text != "true") builder.doubt_zeros(offer);
  builder.add(std::move(offer));
}

void read_hf_router_row(PriceListBuilder& builder, const RawJson& row, const std::string& at,
                        const Evidence&) {
  const std::string_view model = row.string("id");
  const RawJson* providers = row.get("providers");
  if (model.empty() || providers == nullptr || !providers->is_array()) return builder.unreadable();
  for (std::size_t i = 0; i < providers->items.size(); ++i) {
    read_provider(builder, providers->items[i], model, at + "/providers" + pointer_step(i));
  }
}

PriceList read_hf_router(const Evidence& evidence, const Vocabulary& vocabulary) {
  return read_rows("hf_router", evidence, vocabulary, read_hf_router_row);
}

}  // namespace

extern const PriceSource kHfRouter;
const PriceSource kHfRouter{
    .id = "hf_router",
    .name = "the Hugging Face router",
    .rank = PriceSource::Rank::primary,
    .doubtful_zeros = true,
    .list_url = [](const SourceConfig& source) { return source.url + "/v1/models"; },
    .read_list = sound<read_hf_router>,
};

}  // namespace assay::prices
