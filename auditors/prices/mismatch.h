#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auditors/evidence/offer.h"
#include "auditors/finding.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/panel.h"

namespace assay::prices {

/// A claimed price and a statement that differs from it.
struct Difference {
  const PriceClaim& claim;
  OfferPrice Offer::*which;
  const Decimal& claimed;
  const PriceStatement& seen;
  const Panel& panel;
  const std::vector<OfferPeriod>& history;
};

struct Mismatch {
  Verdict verdict = Verdict::contradicted;
  std::string why = {};  ///< continues a sentence: ": unit error, …", " as of …"
};

/// What a difference to a primary source means. A mistake of writing (another unit, input and
/// output swapped, 0 for a price) is `contradicted`; otherwise a dated claim is `outdated`, unless
/// our own records show what was stated within a day of its date: the claimed value makes it
/// `outdated` in any case, another one `contradicted`.
Mismatch explain_mismatch(const Difference& difference);

/// Only the mistake of writing, as a clause; empty when it is none.
std::string unit_or_swap(const Difference& difference);

/// For an offer that no source lists now: which of the silent ones stated the claimed price before,
/// whenever that was, as a sentence; empty when none did, or the claim has no date.
std::string delisted(const PriceClaim& claim, OfferPrice Offer::*which, const Decimal& claimed,
                     const std::vector<const PriceStatement*>& silent, const ModelNames& names,
                     const std::vector<OfferPeriod>& history);

/// The newest price that one of the silent sources stated for the offer before, as a clause; empty
/// when none did.
std::string last_stated(const PriceClaim& claim, OfferPrice Offer::*which,
                        const std::vector<const PriceStatement*>& silent, const ModelNames& names,
                        const std::vector<OfferPeriod>& history);

}  // namespace assay::prices
