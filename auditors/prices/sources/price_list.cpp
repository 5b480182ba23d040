#include "auditors/prices/sources/price_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "validator/text/ascii.h"
#include "validator/text/dates.h"
#include "validator/text/printable.h"

namespace assay::prices {
namespace {

std::vector<const Offer*> found(const PriceList& list,
                                const std::unordered_multimap<std::string, std::size_t>& index,
                                const std::string& key) {
  std::vector<const Offer*> offers;
  const auto [begin, end] = index.equal_range(key);
  for (auto it = begin; it != end; ++it) offers.push_back(&list.offers[it->second]);
  std::sort(offers.begin(), offers.end());  // the order of the list, not of the hash
  return offers;
}

// Whether no discount is stated any more although they cannot all have ended: each price stands
// there as it was billed, or a list of many models had several.
bool lost_discounts(const PriceList& now, const PriceList& before) {
  constexpr std::size_t kSeveral = 3;
  const auto is_promotion = [](const Offer& offer) {
    return promoted_variant(offer.variant).has_value();
  };
  if (std::any_of(now.offers.begin(), now.offers.end(), is_promotion)) return false;
  const auto discounts = std::count_if(before.offers.begin(), before.offers.end(), is_promotion);
  if (before.about.empty() && static_cast<std::size_t>(discounts) >= kSeveral) return true;
  bool any = false;
  for (const Offer& was : before.offers) {
    const Offer* billed = before.promotion(was);
    if (billed == nullptr) continue;
    const auto is = std::lower_bound(now.offers.begin(), now.offers.end(), was, identity_before);
    if (is == now.offers.end() || !same_identity(*is, was)) continue;
    const bool as_billed = billed->input.state == OfferPrice::State::value &&
                           is->input.nominal == billed->input.nominal &&
                           is->output.nominal == billed->output.nominal;
    if (!as_billed) return false;
    any = true;
  }
  return any;
}

}  // namespace

std::string folded_name(std::string_view name) { return ascii::lower(visible(name)); }

bool same_identity(const Offer& a, const Offer& b) {
  return a.provider == b.provider && a.model == b.model && a.variant == b.variant;
}

bool identity_before(const Offer& a, const Offer& b) {
  return std::tie(a.provider, a.model, a.variant) < std::tie(b.provider, b.model, b.variant);
}

std::vector<const Offer*> PriceList::of_repository(std::string_view repository) const {
  return found(*this, by_repository, folded_name(repository));
}

std::vector<const Offer*> PriceList::of_model(std::string_view model) const {
  return found(*this, by_model, folded(model));
}

std::span<const Offer> PriceList::of_provider(std::string_view provider) const {
  const auto before = [](const Offer& offer, std::string_view id) { return offer.provider < id; };
  const auto after = [](std::string_view id, const Offer& offer) { return id < offer.provider; };
  const auto begin = std::lower_bound(offers.begin(), offers.end(), provider, before);
  const auto end = std::upper_bound(begin, offers.end(), provider, after);
  return {begin, end};
}

const Offer* PriceList::promotion(const Offer& offer) const {
  Offer promoted;
  promoted.provider = offer.provider;
  promoted.model = offer.model;
  promoted.variant = promotion_of(offer.variant);
  const auto found = std::lower_bound(offers.begin(), offers.end(), promoted, identity_before);
  return found != offers.end() && same_identity(*found, promoted) ? &*found : nullptr;
}

std::string PriceList::folded(std::string_view model) const {
  std::string name = folded_name(model);
  for (const std::string& prefix : model_prefixes) {
    if (name.size() > prefix.size() && name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

std::string failure_against(const PriceList& now, const Evidence& now_from, const PriceList& before,
                            const Evidence& before_from) {
  constexpr std::size_t kFew = 10;  // a list this short may change by any share
  constexpr std::int64_t kBelieved = std::int64_t{30} * 24 * 60 * 60 * 1000;  // a month
  constexpr std::size_t kCommon = 3;  // fewer prices in common show no pattern
  const std::int64_t age = parse_time(now_from.fetched_at) - parse_time(before_from.fetched_at);
  // Hosts of one model come and go.
  const bool is_list = before.about.empty();
  if (is_list && before.priced >= kFew && now.priced * 10 < before.priced * 7 && age < kBelieved) {
    return fmt::format("it has {} prices, its last good copy had {}", now.priced, before.priced);
  }
  if (age < kBelieved && lost_discounts(now, before)) {
    return "its last good copy states discounts that cannot all have ended, and it states none";
  }
  for (const auto& [which, name] :
       {std::pair{&Offer::input, "input"}, std::pair{&Offer::output, "output"}}) {
    std::map<int, std::size_t> moved;
    std::size_t common = 0;
    std::size_t emptied = 0;
    auto old = before.offers.begin();
    for (const Offer& offer : now.offers) {
      old = std::lower_bound(old, before.offers.end(), offer, identity_before);
      if (old == before.offers.end()) break;
      if (!same_identity(*old, offer) || promoted_variant(offer.variant)) continue;
      const OfferPrice& is = offer.*which;
      const OfferPrice& was = (*old).*which;
      if (is.state == OfferPrice::State::absent || was.state != OfferPrice::State::value) continue;
      ++common;
      if (is.state == OfferPrice::State::zero) {
        ++emptied;
        continue;
      }
      if (const auto power = is.nominal->power_of_ten_ratio(*was.nominal)) ++moved[*power];
    }
    if (common >= kCommon && emptied * 2 > common) {
      return fmt::format("{} of {} {} prices that had a value in its last good copy are 0", emptied,
                         common, name);
    }
    for (const auto& [power, count] : moved) {
      if (common >= kCommon && count * 2 > common) {
        return fmt::format("{} of {} {} prices are exactly 10^{} times those of its last good copy",
                           count, common, name, power);
      }
    }
  }
  return {};
}

}  // namespace assay::prices
