#include "auditors/prices/sources/promotions.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "validator/text/dates.h"

namespace assay::prices {
namespace {

// Discounts and prices are written with few digits; a quotient that needs more than this was made
// from a rounded one.
constexpr std::size_t kWrittenDigits = 9;
constexpr std::size_t kSureDigits = 12;

// A Unix time in seconds or milliseconds, or a text of RFC 3339; -1 for anything else.
std::int64_t time_of(const RawJson& value) {
  if (value.is_string()) return parse_time_or_date(value.text);
  if (value.kind != RawJson::Kind::number) return -1;
  constexpr std::int64_t kLatestSecond = 100'000'000'000;  // in the year 5138
  std::int64_t number = 0;
  std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  if (number <= 0 || number >= kLatestSecond * 1000) return -1;
  return number < kLatestSecond ? number * 1000 : number;
}

bool is_stated(const RawJson* value) {
  return value != nullptr && value->kind != RawJson::Kind::null;
}

// The price before a discount of which `keep` is billed; null when it cannot be told to the digit.
std::optional<Decimal> list_price(const Decimal& billed, const Decimal& keep) {
  if (billed.is_zero()) return keep.is_zero() ? std::nullopt : std::optional(billed);
  const std::optional<Decimal> quotient = billed.divided_by(keep);
  if (!quotient) return std::nullopt;
  Decimal rounded = quotient->rounded_to(kSureDigits);
  if (rounded.significant_digits() > kWrittenDigits) return std::nullopt;
  return rounded;
}

void become(OfferPrice& price, const Decimal& value) {
  price.exact = value;
  price.nominal = value;
  price.calculated = true;
  price.state = value.is_zero() ? OfferPrice::State::zero : OfferPrice::State::value;
}

std::string terms_of(const Decimal& share, const std::string& until) {
  std::string percent = share.scaled_by_ten_to(2).text();
  const bool adds = share.is_negative();
  if (adds) percent.erase(0, 1);
  return fmt::format("{} % {}{}", percent, adds ? "on top" : "off",
                     until.empty() ? "" : " until " + until);
}

}  // namespace

Discount discount_of(const RawJson* pricing, const RawJson& row, const Evidence& evidence) {
  Discount discount;
  for (const RawJson* holder : {pricing, &row}) {
    if (holder == nullptr) continue;
    discount.twice = discount.twice || holder->contradicts_itself("discount");
    const RawJson* share = holder->get("discount");
    if (is_stated(share)) {
      discount.twice = discount.twice || (discount.share != nullptr && *discount.share != *share);
      discount.share = share;
    }
    const RawJson* end = holder->get("discount_ends_at");
    const std::int64_t when = is_stated(end) ? time_of(*end) : -1;
    if (when < 0) continue;
    discount.until = format_time(when).substr(0, 10);
    discount.over = when <= parse_time(evidence.fetched_at);
  }
  return discount;
}

void doubt_modified(PriceListBuilder& builder, Offer& offer, const RawJson& pricing,
                    bool discount_is_known) {
  for (const auto& [key, value] : pricing.members) {
    const std::string_view name = key;
    const bool modifies = name.starts_with("surge") || name.starts_with("minimum") ||
                          (name == "discount" && !discount_is_known);
    if (!modifies || !is_stated(&value)) continue;
    const std::optional<Decimal> number = Decimal::parse(value.text);
    if (value.text == "false" || (number && number->is_zero())) continue;
    builder.set_aside(offer, fmt::format("its `{}` changes the price", name));
  }
}

void add_discounted(PriceListBuilder& builder, Offer offer, const Discount& discount,
                    Writes writes) {
  if (discount.twice) {
    return builder.add_unreadable(std::move(offer), "it states two different discounts");
  }
  const bool priced = offer.input.nominal || offer.output.nominal;
  if (discount.share == nullptr || !priced || offer.use == Offer::Use::unreadable) {
    return builder.add(std::move(offer));
  }
  const RawJson& stated = *discount.share;
  const bool token = stated.kind == RawJson::Kind::number || stated.is_string();
  std::optional<Decimal> share = token ? Decimal::parse(stated.text) : std::nullopt;
  static const Decimal kAll = *Decimal::parse("1");
  static const Decimal kDouble = *Decimal::parse("-1");
  if (!share || *share > kAll || *share < kDouble) {
    return builder.add_unreadable(
        std::move(offer), fmt::format("its discount `{}` is no share of a price", stated.text));
  }
  share = share->without_noise();
  const bool is_net = writes == Writes::billed_price;
  // A promotion that is over bills what is listed; where only the billed price is written, the
  // source did not say that it has ended.
  if (share->is_zero() || (discount.over && !is_net)) return builder.add(std::move(offer));
  const Decimal keep = share->complement();
  Offer billed = offer;
  billed.variant = promotion_of(offer.variant);
  billed.terms = terms_of(*share, discount.over ? std::string{} : discount.until);
  bool known = true;
  for (OfferPrice Offer::*which : {&Offer::input, &Offer::output}) {
    OfferPrice& written = (is_net ? billed : offer).*which;
    OfferPrice& other = (is_net ? offer : billed).*which;
    if (!written.nominal) continue;
    const std::optional<Decimal> value =
        is_net ? list_price(*written.nominal, keep) : written.nominal->times(keep);
    known = known && value.has_value();
    if (value) become(other, *value);
  }
  if (!known) {
    builder.set_aside(
        is_net ? offer : billed,
        fmt::format("its price without {} cannot be told from what is billed", billed.terms));
  }
  builder.add(std::move(billed));
  builder.add(std::move(offer));
}

}  // namespace assay::prices
