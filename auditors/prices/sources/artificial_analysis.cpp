#include <charconv>

#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/source.h"

// Artificial Analysis, the endpoint that replaces the deprecated one: GET
// /api/v2/language/models/free with a key, 200 rows a page, 100 requests a day. Unit: USD per
// million tokens, a number or null, rounded to two decimals. A price is an aggregate over hosts: it
// has no provider dimension, and a free key's answer names no model by an id that others use. Its
// terms allow internal use only: what it states is compared, never shown.

namespace assay::prices {
namespace {

constexpr std::string_view kPath = "/api/v2/language/models/free?page=";

void read_artificial_analysis_row(PriceListBuilder& builder, const RawJson& row,
                                  const std::string& at) {
  // Slug and name may change and are not exact keys.
  std::string_view model = row.string("openrouter_api_id");
  if (model.empty()) model = row.string("id");
  if (model.empty()) return builder.unreadable();
  Offer offer = builder.offer("", model, at);
  const RawJson* pricing = builder.object(offer, row, "pricing");
  if (pricing == nullptr) return builder.add_unreadable(std::move(offer), "it has no `pricing`");
  builder.read(offer, offer.input, *pricing, "price_1m_input_tokens", at + "/pricing", 0);
  builder.read(offer, offer.output, *pricing, "price_1m_output_tokens", at + "/pricing", 0);
  builder.doubt_zeros(offer);
  builder.add(std::move(offer));
}

PriceList read_artificial_analysis(const Evidence& evidence, const Vocabulary& vocabulary) {
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  const RawJson* rows = root->get("data");
  const RawJson* pages = root->get("pagination");
  if (rows == nullptr || !rows->is_array() || pages == nullptr || !pages->is_object()) {
    return PriceListBuilder::no_list("the answer has no page of models");
  }
  PriceListBuilder builder("artificial_analysis", vocabulary);
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    read_artificial_analysis_row(builder, rows->items[i], "/data" + pointer_step(i));
  }
  const RawJson* more = pages->get("has_more");
  const RawJson* page = pages->get("page");
  if (more != nullptr && more->text == "true") {
    int number = 0;
    if (page != nullptr) {
      std::from_chars(page->text.data(), page->text.data() + page->text.size(), number);
    }
    if (number < 1 || number > 1000) return PriceListBuilder::no_list("its pages are not numbered");
    builder.next("?page=" + std::to_string(number + 1));
  }
  return std::move(builder).finish();
}

}  // namespace

extern const PriceSource kArtificialAnalysis;
const PriceSource kArtificialAnalysis{
    .id = "artificial_analysis",
    .name = "Artificial Analysis",
    .rank = PriceSource::Rank::aggregate,
    .list_url = [](const SourceConfig& source) { return source.url + std::string(kPath) + "1"; },
    .read_list = sound<read_artificial_analysis>,
    .good_for = std::chrono::hours(24),
};

}  // namespace assay::prices
