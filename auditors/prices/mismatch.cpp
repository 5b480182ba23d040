#include "auditors/prices/mismatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "auditors/prices/history.h"
#include "validator/text/dates.h"

namespace assay::prices {
namespace {

using Price = OfferPrice Offer::*;

constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;

Price other(Price which) { return which == &Offer::input ? &Offer::output : &Offer::input; }

// What primary sources stated within a day of the claim's date.
struct Then {
  const OfferPeriod* same = nullptr;
  const OfferPeriod* different = nullptr;
};

Then stated_then(const Difference& d) {
  Then then;
  const std::int64_t day = parse_midnight(d.claim.as_of);
  if (day < 0) return then;
  for (const OfferPeriod* period : base_periods(d.history, d.claim.provider->id, d.panel.names())) {
    const std::optional<Decimal>& price = (period->offer.*d.which).nominal;
    const PriceSource* source = source_named(period->offer.source);
    if (!price || source->rank != PriceSource::Rank::primary) continue;
    // The date is a whole day, and a day on either side counts.
    const bool covers = parse_time(period->first_seen) < day + 2 * kDay &&
                        parse_time(period->last_seen) >= day - kDay;
    if (!covers) continue;
    const bool billed = promoted_variant(period->offer.variant).has_value();
    // OpenRouter's headline may have been that of a promotion, which it does not say.
    const bool unmarked =
        source->read_model != nullptr && source->own_list_of == d.claim.provider->id;
    if (*price == d.claimed) {
      then.same = period;
    } else if (!billed && !unmarked) {
      then.different = period;
    }
  }
  return then;
}

// Only for offers of a known source.
std::string_view teller(const OfferPeriod& period) {
  return source_named(period.offer.source)->name;
}

const Claim* claim_of(const PriceClaim& claim, Price which) {
  return which == &Offer::input ? claim.input : claim.output;
}

bool is_swapped(const Difference& d) {
  const Claim* opposite = claim_of(d.claim, other(d.which));
  if (opposite == nullptr) return false;
  const std::optional<Decimal> claimed = Decimal::parse(opposite->value);
  const std::optional<Decimal>& here = ((*d.seen.offer).*d.which).nominal;
  const std::optional<Decimal>& there = ((*d.seen.offer).*other(d.which)).nominal;
  return claimed && here && there && *here != *there && *claimed == *here && d.claimed == *there;
}

bool stated_by_one_of(const std::vector<const PriceStatement*>& statements,
                      const OfferPeriod& period) {
  return std::any_of(statements.begin(), statements.end(), [&](const PriceStatement* statement) {
    return statement->source->id == period.offer.source;
  });
}

// Another offer of the same model that has the claimed price.
std::string looks_like(const Difference& d) {
  const Offer& seen = *d.seen.offer;
  const auto has_claimed = [&](const Offer& offer) {
    const std::optional<Decimal>& price = (offer.*d.which).nominal;
    return price && *price == d.claimed;
  };
  for (const Offer* offer : d.panel.offers().joined) {
    if (offer->provider == seen.provider && !offer->variant.empty() &&
        !promoted_variant(offer->variant) && offer->variant != seen.variant &&
        has_claimed(*offer)) {
      return offer->variant == "free"
                 ? "; 0 is the price of its free variant, which is a different offer"
                 : fmt::format("; that is the price of its variant {}, which is a different offer",
                               offer->variant);
    }
  }
  const Offer* headline = d.panel.headline();
  if (headline != nullptr && seen.provider != "openrouter" && has_claimed(*headline)) {
    return "; that is OpenRouter's headline price, not the price of any one host";
  }
  return {};
}

}  // namespace

std::string unit_or_swap(const Difference& d) {
  const Decimal& seen = *((*d.seen.offer).*d.which).nominal;
  if (seen == d.claimed) return {};
  if (is_swapped(d)) return "input and output are transposed";
  if (d.claimed.is_zero()) {
    return "zero versus priced: 0 is not the same as free or unknown";
  }
  if (seen.is_zero()) return "priced versus zero: the source states 0";
  if (const auto power = d.claimed.power_of_ten_ratio(seen)) {
    return fmt::format("unit error, the entry's figure is exactly 10^{} times that", *power);
  }
  return {};
}

Mismatch explain_mismatch(const Difference& d) {
  const Decimal& seen = *((*d.seen.offer).*d.which).nominal;
  const std::string mistake = unit_or_swap(d);
  const Then then = stated_then(d);
  const std::string moved = seen.percent_from(d.claimed).value_or("");
  const std::string change = moved.empty() ? std::string{} : fmt::format(" ({})", moved);
  if (then.same != nullptr) {
    return {Verdict::outdated,
            fmt::format(
                " as of {}, which {} {} then; it has changed since{}", d.claim.as_of,
                teller(*then.same),
                promoted_variant(then.same->offer.variant) ? "billed under a promotion" : "stated",
                change)};
  }
  const std::string alike = looks_like(d);
  if (!mistake.empty()) return {Verdict::contradicted, ": " + mistake + alike};
  if (then.different != nullptr) {
    return {
        Verdict::contradicted,
        fmt::format(" as of {}, but {} stated {} then{}", d.claim.as_of, teller(*then.different),
                    (then.different->offer.*d.which).nominal->text(), alike)};
  }
  const std::int64_t day = parse_midnight(d.claim.as_of);
  const bool past = day >= 0 && parse_time(d.seen.evidence->fetched_at) >= day + 2 * kDay;
  if (!past) return {Verdict::contradicted, change + alike};
  return {Verdict::outdated, fmt::format(" as of {}{}{}", d.claim.as_of, change, alike)};
}

std::string delisted(const PriceClaim& claim, Price which, const Decimal& claimed,
                     const std::vector<const PriceStatement*>& silent, const ModelNames& names,
                     const std::vector<OfferPeriod>& history) {
  if (parse_midnight(claim.as_of) < 0) return {};
  const OfferPeriod* last = nullptr;
  for (const OfferPeriod* period : base_periods(history, claim.provider->id, names)) {
    if (!stated_by_one_of(silent, *period) || (period->offer.*which).nominal != claimed) continue;
    if (last == nullptr || last->last_seen < period->last_seen) last = period;
  }
  if (last == nullptr) return {};
  return fmt::format("delisted: {} stated it on {} and no longer lists the offer", teller(*last),
                     last->last_seen.substr(0, 10));
}

std::string last_stated(const PriceClaim& claim, Price which,
                        const std::vector<const PriceStatement*>& silent, const ModelNames& names,
                        const std::vector<OfferPeriod>& history) {
  const OfferPeriod* last = nullptr;
  for (const OfferPeriod* period : base_periods(history, claim.provider->id, names)) {
    const bool speaks = stated_by_one_of(silent, *period) && (period->offer.*which).nominal &&
                        !promoted_variant(period->offer.variant);
    if (speaks && (last == nullptr || last->last_seen < period->last_seen)) last = period;
  }
  if (last == nullptr) return {};
  return fmt::format("delisted: {} stated {} until {}", teller(*last),
                     (last->offer.*which).nominal->text(), last->last_seen.substr(0, 10));
}

}  // namespace assay::prices
