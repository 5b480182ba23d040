#include <charconv>

#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/promotions.h"
#include "auditors/prices/sources/source.h"
#include "validator/text/dates.h"

// DeepInfra's own list: GET /models/list, no key, a bare array. Unit: US cents per token, a number
// with noise (3e-05 cents per token = 0.3 USD per million). Names of models are mostly ids of
// repositories on the Hub, but the list does not say so. Only `pricing.type` "tokens" is
// comparable. Prices are those before `discount`.

namespace assay::prices {
namespace {

constexpr int kCentsPerToken = 4;  // 10^6 tokens, 10^-2 USD

// `deprecated` is null or the Unix time of the end, in milliseconds here; -1 for null.
std::int64_t end_of(const RawJson& row) {
  const RawJson* end = row.get("deprecated");
  if (end == nullptr || end->kind != RawJson::Kind::number) return -1;
  std::int64_t seconds = 0;
  std::from_chars(end->text.data(), end->text.data() + end->text.size(), seconds);
  constexpr std::int64_t kLatest = 100'000'000'000;  // in the year 5138
  return seconds > 0 && seconds < kLatest ? seconds * 1000 : -1;
}

void read_deepinfra_row(PriceListBuilder& builder, const RawJson& row, const std::string& at,
                        const Evidence& evidence) {
  const std::string_view model = row.string("model_name");
  if (model.empty()) return builder.unreadable();
  Offer offer = builder.offer("deepinfra", model, at);
  const RawJson* pricing = builder.object(offer, row, "pricing");
  if (pricing == nullptr) return builder.add_unreadable(std::move(offer), "it has no `pricing`");
  if (pricing->string("type") != "tokens") return builder.skip();
  builder.read(offer, offer.input, *pricing, "cents_per_input_token", at + "/pricing",
               kCentsPerToken);
  builder.read(offer, offer.output, *pricing, "cents_per_output_token", at + "/pricing",
               kCentsPerToken);
  builder.read_currency(offer, *pricing);
  doubt_modified(builder, offer, *pricing, true);
  builder.end_on(offer, end_of(row), evidence);
  add_discounted(builder, std::move(offer), discount_of(pricing, row, evidence),
                 Writes::list_price);
}

PriceList read_deepinfra(const Evidence& evidence, const Vocabulary& vocabulary) {
  return read_rows("deepinfra", evidence, vocabulary, read_deepinfra_row);
}

}  // namespace

extern const PriceSource kDeepInfra;
const PriceSource kDeepInfra{
    .id = "deepinfra",
    .name = "DeepInfra",
    .rank = PriceSource::Rank::primary,
    .own_list_of = "deepinfra",
    .list_url = [](const SourceConfig& source) { return source.url + "/models/list"; },
    .read_list = sound<read_deepinfra>,
};

}  // namespace assay::prices
