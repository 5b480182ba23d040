#include "auditors/prices/sources/price_list_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "validator/text/ascii.h"
#include "validator/text/dates.h"

namespace assay::prices {
namespace {

using Use = Offer::Use;

// Families that every list of open models names as long as it is whole.
constexpr std::array<std::string_view, 8> kWellKnown{"llama", "qwen", "deepseek", "mistral",
                                                     "gemma", "gpt-", "claude",   "glm"};

void spoil(Offer& offer, Use use, std::string caveat) {
  if (offer.use >= use) return;
  offer.use = use;
  offer.caveat = std::move(caveat);
}

// Above 1000 USD or below 0.0005 USD per million tokens somebody took one unit for another.
bool plausible(const Decimal& price) {
  static const Decimal kMost = *Decimal::parse("1000");
  static const Decimal kLeast = *Decimal::parse("0.0005");
  if (price.is_zero()) return true;
  const int exponent = price.leading_exponent();
  if (exponent > -4 && exponent < 3) return true;
  return price <= kMost && price >= kLeast;
}

bool has_price(const Offer& offer) {
  return offer.input.state != OfferPrice::State::absent ||
         offer.output.state != OfferPrice::State::absent;
}

// So many models cannot all be free: their list has lost its prices.
constexpr std::size_t kMany = 3;

struct Seen {
  std::size_t prices = 0;  ///< 0 among them
  std::size_t values = 0;
  void add(const OfferPrice& price) {
    prices += price.state != OfferPrice::State::absent ? 1 : 0;
    values += price.state == OfferPrice::State::value ? 1 : 0;
  }
};

bool is_well_known(const Offer& offer) {
  const std::string name = ascii::lower(offer.model) + " " + ascii::lower(offer.repository);
  return std::any_of(kWellKnown.begin(), kWellKnown.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

Offer PriceListBuilder::offer(std::string_view provider, std::string_view model,
                              std::string pointer) const {
  Offer offer;
  offer.source = source_;
  const Provider* known = this->provider(provider);
  offer.provider_known = known != nullptr;
  offer.provider = known != nullptr ? known->id : std::string(provider);
  offer.model = model;
  offer.pointer = std::move(pointer);
  return offer;
}

void PriceListBuilder::read(Offer& offer, OfferPrice& price, const RawJson& holder,
                            std::string_view key, const std::string& at, int power) {
  if (holder.contradicts_itself(key)) {
    spoil(offer, Use::unreadable, fmt::format("`{}` appears twice with different values", key));
    return;
  }
  const RawJson* value = holder.get(key);
  if (value == nullptr || value->kind == RawJson::Kind::null) return;
  price.pointer = at + pointer_step(key);
  price.raw = value->text;
  const bool token = value->kind == RawJson::Kind::number || value->is_string();
  const std::optional<Decimal> number = token ? Decimal::parse(value->text) : std::nullopt;
  if (!number) {
    spoil(offer, Use::unreadable, fmt::format("`{}` is not a number", key));
  } else if (number->is_negative()) {
    const bool sentinel = number->text() == "-1";
    spoil(offer, sentinel ? Use::set_aside : Use::unreadable,
          sentinel ? "-1 stands for a price that depends on the request" : "a price is negative");
  } else {
    price.exact = number->scaled_by_ten_to(power);
    price.nominal = price.exact->without_noise();
    price.state = number->is_zero() ? OfferPrice::State::zero : OfferPrice::State::value;
  }
}

void PriceListBuilder::read_currency(Offer& offer, const RawJson& holder) {
  const std::string_view currency = holder.string("currency");
  if (currency.empty() || ascii::lower(currency) == "usd") return;
  offer.currency = currency;
  spoil(offer, Use::set_aside, fmt::format("its prices are in {}", currency));
}

const RawJson* PriceListBuilder::object(Offer& offer, const RawJson& holder, std::string_view key) {
  if (holder.contradicts_itself(key)) {
    spoil(offer, Use::unreadable, fmt::format("`{}` appears twice with different values", key));
  }
  const RawJson* member = holder.get(key);
  return member != nullptr && member->is_object() ? member : nullptr;
}

void PriceListBuilder::end(Offer& offer, std::string caveat) {
  spoil(offer, Use::ended, std::move(caveat));
}

void PriceListBuilder::end_on(Offer& offer, std::int64_t when, const Evidence& evidence) {
  if (when < 0 || when > parse_time(evidence.fetched_at)) return;
  end(offer, fmt::format("marks it as deprecated since {}", format_time(when).substr(0, 10)));
}

void PriceListBuilder::set_aside(Offer& offer, std::string caveat) {
  spoil(offer, Use::set_aside, std::move(caveat));
}

void PriceListBuilder::doubt_zeros(Offer& offer) {
  const bool zero =
      offer.input.state == OfferPrice::State::zero || offer.output.state == OfferPrice::State::zero;
  const bool value = offer.input.state == OfferPrice::State::value ||
                     offer.output.state == OfferPrice::State::value;
  if (zero && !value) {
    spoil(offer, Use::set_aside, "0 may mean free, unknown or a subscription there");
  }
}

void PriceListBuilder::add(Offer offer) {
  // What a promotion bills belongs to the record of its offer.
  list_.records += promoted_variant(offer.variant) ? 0 : 1;
  for (const OfferPrice* price : {&offer.input, &offer.output}) {
    if (price->exact && !plausible(*price->nominal)) {
      spoil(offer, Use::set_aside,
            fmt::format("{} USD per million tokens is not a plausible price",
                        price->nominal->text()));
    }
  }
  if (offer.use == Use::unreadable) ++unreadable_;
  list_.offers.push_back(std::move(offer));
}

void PriceListBuilder::add_unreadable(Offer offer, std::string why) {
  spoil(offer, Use::unreadable, std::move(why));
  add(std::move(offer));
}

// One identity twice: harmless when it says the same, otherwise neither is what the source states.
void PriceListBuilder::merge_duplicates() {
  std::vector<Offer>& offers = list_.offers;
  std::stable_sort(offers.begin(), offers.end(), identity_before);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (kept > 0 && same_identity(offers[kept - 1], offers[i])) {
      Offer& first = offers[kept - 1];
      const bool same = first.input.nominal == offers[i].input.nominal &&
                        first.output.nominal == offers[i].output.nominal &&
                        first.use == offers[i].use;
      if (!same) spoil(first, Use::unreadable, "it appears twice with different prices");
      continue;
    }
    if (kept != i) offers[kept] = std::move(offers[i]);
    ++kept;
  }
  offers.resize(kept);
}

// Typical failures of a source: a renamed key empties all prices, another kind of file has none,
// another unit moves them all.
void PriceListBuilder::check_shape(bool whole_list) {
  Seen inputs;
  Seen outputs;
  std::vector<int> magnitudes;
  bool canary = false;
  for (const Offer& offer : list_.offers) {
    if (offer.use == Use::unreadable) continue;
    // In a list only base offers tell: variants may keep their prices where those are lost.
    const bool tells = !whole_list || offer.variant.empty();
    if (tells) inputs.add(offer.input);
    if (tells) outputs.add(offer.output);
    const bool counts = has_price(offer) && !promoted_variant(offer.variant);
    list_.priced += counts ? 1 : 0;
    canary = canary || (tells && has_price(offer) && is_well_known(offer));
    if (offer.input.state == OfferPrice::State::value) {
      magnitudes.push_back(offer.input.nominal->leading_exponent());
    }
  }
  const auto fail = [this](std::string why) { list_.problem = std::move(why); };
  if (list_.records == 0) {
    if (whole_list) fail("the list is empty");
    return;  // a model that nobody serves
  }
  if (unreadable_ * 5 > list_.records) {
    return fail(fmt::format("{} of its {} records cannot be read", unreadable_, list_.records));
  }
  for (const auto& [seen, name] : {std::pair{inputs, "input"}, std::pair{outputs, "output"}}) {
    if (seen.prices == 0) {
      return fail(fmt::format("none of its {} records has an {} price where it should be",
                              list_.records, name));
    }
    if (whole_list && seen.prices >= kMany && seen.values == 0) {
      return fail(fmt::format("all of its {} {} prices are 0", seen.prices, name));
    }
  }
  if (!magnitudes.empty()) {
    const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() / 2);
    std::nth_element(magnitudes.begin(), middle, magnitudes.end());
    if (*middle > 2 || *middle < -3) {
      return fail("most of its prices are implausible for tokens, as if in another unit");
    }
  }
  if (nameless_ > 0 && list_.doubt.empty()) {
    list_.doubt = fmt::format("{} of its records name no model", nameless_);
  }
  if (whole_list && !canary && list_.doubt.empty()) {
    list_.doubt = kNoCanary;
  }
}

PriceList PriceListBuilder::finish() && { return finish(true); }

PriceList PriceListBuilder::finish(bool whole_list) {
  merge_duplicates();
  check_shape(whole_list);
  if (!list_.problem.empty()) return no_list(std::move(list_.problem));
  for (std::size_t i = 0; i < list_.offers.size(); ++i) {
    const Offer& offer = list_.offers[i];
    list_.by_model.emplace(list_.folded(offer.model), i);
    if (!offer.repository.empty()) list_.by_repository.emplace(folded_name(offer.repository), i);
  }
  return std::move(list_);
}

PriceList PriceListBuilder::finish_model(std::string about) && {
  PriceList list = finish(false);
  list.about = std::move(about);
  return list;
}

PriceList PriceListBuilder::no_list(std::string problem) {
  PriceList list;
  list.problem = std::move(problem);
  return list;
}

PriceList read_rows(std::string_view source, const Evidence& evidence, const Vocabulary& vocabulary,
                    ReadRow read) {
  const std::optional<RawJson> root = parse_raw_json(evidence.body);
  if (!root) return PriceListBuilder::no_list("the answer is not JSON");
  const bool bare = root->is_array();
  const RawJson* rows = bare ? &*root : root->get("data");
  if (rows == nullptr || !rows->is_array()) {
    return PriceListBuilder::no_list("the answer has no list of models");
  }
  PriceListBuilder builder(source, vocabulary);
  for (std::size_t i = 0; i < rows->items.size(); ++i) {
    read(builder, rows->items[i], (bare ? "" : "/data") + pointer_step(i), evidence);
  }
  return std::move(builder).finish();
}

}  // namespace assay::prices
