#include "auditors/report/offer_tally.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace assay {
namespace {

OfferCount::Key key_of(const Offer& offer) { return {offer.provider, offer.model, offer.variant}; }

}  // namespace

void OfferTally::listen(AuditPlan& plan) {
  plan.on_offers = [this, next = std::move(plan.on_offers)](const OfferDocument& document) {
    for (const Offer& offer : document.offers) {
      if (offer.use == Offer::Use::unreadable) continue;
      sources_[offer.source].read.insert(key_of(offer));
    }
    if (next) next(document);
  };
  plan.on_joined = [this, next = std::move(plan.on_joined)](const Subject& subject,
                                                            std::span<const Offer* const> offers) {
    for (const Offer* offer : offers) sources_[offer->source].joined.insert(key_of(*offer));
    if (next) next(subject, offers);
  };
}

std::vector<OfferCount> OfferTally::counts() const {
  std::vector<OfferCount> all;
  for (const auto& [source, seen] : sources_) {
    OfferCount& count = all.emplace_back();
    count.source = source;
    count.read = seen.read.size();
    count.joined = seen.joined.size();
    std::set_difference(seen.read.begin(), seen.read.end(), seen.joined.begin(), seen.joined.end(),
                        std::back_inserter(count.unjoined));
  }
  return all;
}

}  // namespace assay
