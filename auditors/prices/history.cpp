#include "auditors/prices/history.h"

#include <algorithm>
#include <optional>

namespace assay::prices {
namespace {

bool overlap(const OfferPeriod& a, const OfferPeriod& b) {
  return a.first_seen <= b.last_seen && b.first_seen <= a.last_seen;
}

// Whether the period's offer was the base offer while it lasted.
bool was_base(const OfferPeriod& period, const std::vector<const OfferPeriod*>& of_source,
              const ModelNames& names, bool of_host) {
  std::vector<const Offer*> beside;
  for (const OfferPeriod* other : of_source) {
    // Of an offer that had several prices meanwhile, the one that is asked about.
    const bool itself = other != &period && same_identity(other->offer, period.offer);
    if (!itself && overlap(*other, period)) beside.push_back(&other->offer);
  }
  const Match match = base_among(beside, names, of_host);
  return match.kind == Match::Kind::offer &&
         std::find(match.alike.begin(), match.alike.end(), &period.offer) != match.alike.end();
}

}  // namespace

std::vector<const OfferPeriod*> base_periods(const std::vector<OfferPeriod>& history,
                                             std::string_view provider, const ModelNames& names) {
  std::vector<const OfferPeriod*> periods;
  for (const PriceSource& source : sources()) {
    std::vector<const OfferPeriod*> of_source;
    for (const OfferPeriod& period : history) {
      if (period.offer.source == source.id && period.offer.provider == provider) {
        of_source.push_back(&period);
      }
    }
    const bool of_host = source.read_model != nullptr && source.own_list_of != provider;
    std::vector<const OfferPeriod*> base;
    for (const OfferPeriod* period : of_source) {
      if (was_base(*period, of_source, names, of_host)) base.push_back(period);
    }
    for (const OfferPeriod* period : of_source) {
      const std::optional<std::string> promoted = promoted_variant(period->offer.variant);
      const bool of_base = std::any_of(base.begin(), base.end(), [&](const OfferPeriod* listed) {
        const bool same = listed == period || (promoted && listed->offer.variant == *promoted &&
                                               listed->offer.model == period->offer.model);
        return same && overlap(*listed, *period);
      });
      if (of_base && period->offer.use == Offer::Use::comparable) periods.push_back(period);
    }
  }
  return periods;
}

const PriceSource* source_named(std::string_view id) {
  const auto found = std::find_if(sources().begin(), sources().end(),
                                  [&](const PriceSource& source) { return source.id == id; });
  return found == sources().end() ? nullptr : &*found;
}

}  // namespace assay::prices
