#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/promotions.h"
#include "auditors/prices/sources/source.h"

// Together's own list: GET /v1/models with a key, a bare array. Unit: USD per million tokens, a
// number. Every model has every kind of price, so that 0 also means "not billed this way". Names of
// models are its own: …-Turbo is another, quantized offer.

namespace assay::prices {
namespace {

void read_together_row(PriceListBuilder& builder, const RawJson& row, const std::string& at,
                       const Evidence&) {
  const std::string_view model = row.string("id");
  const std::string_view type = row.string("type");
  if (model.empty()) return builder.unreadable();
  const bool tokens = type.empty() || type == "chat" || type == "language" || type == "code";
  if (!tokens) return builder.skip();
  Offer offer = builder.offer("together", model, at);
  const RawJson* pricing = builder.object(offer, row, "pricing");
  if (pricing == nullptr) return builder.add_unreadable(std::move(offer), "it has no `pricing`");
  builder.read(offer, offer.input, *pricing, "input", at + "/pricing", 0);
  builder.read(offer, offer.output, *pricing, "output", at + "/pricing", 0);
  builder.read_currency(offer, *pricing);
  doubt_modified(builder, offer, *pricing, false);
  builder.doubt_zeros(offer);
  builder.add(std::move(offer));
}

PriceList read_together(const Evidence& evidence, const Vocabulary& vocabulary) {
  return read_rows("together", evidence, vocabulary, read_together_row);
}

}  // namespace

extern const PriceSource kTogether;
const PriceSource kTogether{
    .id = "together",
    .name = "Together AI",
    .rank = PriceSource::Rank::primary,
    .own_list_of = "together",
    .doubtful_zeros = true,
    .list_url = [](const SourceConfig& source) { return source.url + "/v1/models"; },
    .read_list = sound<read_together>,
};

}  // namespace assay::prices
