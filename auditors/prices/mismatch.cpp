#include "auditors/prices/mismatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "validator/text/dates.h"

namespace assay::prices {
namespace {

using Price = OfferPrice Offer::*;

constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;

Price other(Price which) { return which == &Offer::input ? &Offer::output : &Offer::input; }

const PriceSource* source_of(const Offer& offer) {
  const auto found =
      std::find_if(sources().begin(), sources().end(),
                   [&](const PriceSource& source) { return source.id == offer.source; });
  return found == sources().end() ? nullptr : &*found;
}

bool is_primary(const Offer& offer) {
  const PriceSource* source = source_of(offer);
  return source != nullptr && source->rank == PriceSource::Rank::primary;
}

// Only for offers of a known source.
std::string_view teller(const OfferPeriod& period) { return source_of(period.offer)->name; }

// What primary sources stated within a day of the claim's date.
struct Then {
  const OfferPeriod* same = nullptr;
  const OfferPeriod* different = nullptr;
};

Then stated_then(const PriceClaim& claim, Price which, const Decimal& claimed,
                 const std::vector<OfferPeriod>& history) {
  Then then;
  const std::int64_t day = parse_midnight(claim.as_of);
  if (day < 0) return then;
  for (const OfferPeriod& period : history) {
    const Offer& offer = period.offer;
    const std::optional<Decimal>& price = (offer.*which).nominal;
    const bool speaks = offer.provider == claim.provider->id &&
                        offer.use == Offer::Use::comparable && price && is_primary(offer);
    // The date is a whole day, and a day on either side counts.
    const bool covers = parse_time(period.first_seen) < day + 2 * kDay &&
                        parse_time(period.last_seen) >= day - kDay;
    if (!speaks || !covers) continue;
    if (*price == claimed) {
      then.same = &period;
    } else if (offer.variant.empty()) {
      then.different = &period;
    }
  }
  return then;
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

// Another offer of the same model that has the claimed price.
std::string looks_like(const Difference& d) {
  const Offer& seen = *d.seen.offer;
  const auto has_claimed = [&](const Offer& offer) {
    const std::optional<Decimal>& price = (offer.*d.which).nominal;
    return price && *price == d.claimed;
  };
  for (const Offer* offer : d.panel.offers().joined) {
    if (offer->provider == seen.provider && !offer->variant.empty() &&
        offer->variant != seen.variant && has_claimed(*offer)) {
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
  const Then then = stated_then(d.claim, d.which, d.claimed, d.history);
  const std::string moved = seen.percent_from(d.claimed).value_or("");
  const std::string change = moved.empty() ? std::string{} : fmt::format(" ({})", moved);
  if (then.same != nullptr) {
    return {Verdict::outdated,
            fmt::format(" as of {}, which {} stated then; it has changed since{}", d.claim.as_of,
                        teller(*then.same), change)};
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

std::optional<Mismatch> delisted(const PriceClaim& claim, Price which, const Decimal& claimed,
                                 const std::vector<OfferPeriod>& history) {
  const Then then = stated_then(claim, which, claimed, history);
  const OfferPeriod* period = then.same != nullptr ? then.same : then.different;
  if (period == nullptr) return std::nullopt;
  const std::string_view source = teller(*period);
  const std::string until = period->last_seen.substr(0, 10);
  if (then.same != nullptr) {
    return Mismatch{
        Verdict::outdated,
        fmt::format("delisted: {} stated it on {} and no longer lists the offer", source, until)};
  }
  return Mismatch{
      Verdict::contradicted,
      fmt::format("{} stated {} as of {}, not {}; the offer has been delisted since", source,
                  (period->offer.*which).nominal->text(), claim.as_of, claimed.text())};
}

std::string last_stated(const PriceClaim& claim, Price which,
                        const std::vector<const PriceStatement*>& silent,
                        const std::vector<OfferPeriod>& history) {
  const auto is_silent = [&](const Offer& offer) {
    return std::any_of(silent.begin(), silent.end(), [&](const PriceStatement* statement) {
      return statement->source->id == offer.source;
    });
  };
  const OfferPeriod* last = nullptr;
  for (const OfferPeriod& period : history) {
    const Offer& offer = period.offer;
    const bool speaks = offer.provider == claim.provider->id && offer.variant.empty() &&
                        offer.use == Offer::Use::comparable && (offer.*which).nominal &&
                        is_silent(offer);
    if (speaks && (last == nullptr || last->last_seen < period.last_seen)) last = &period;
  }
  if (last == nullptr) return {};
  return fmt::format("delisted: {} stated {} until {}", teller(*last),
                     (last->offer.*which).nominal->text(), last->last_seen.substr(0, 10));
}

}  // namespace assay::prices
