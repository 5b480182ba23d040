#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "auditors/evidence/offer.h"
#include "validator/vocabulary.h"

namespace assay::prices {

/// One price block of an entry: `cost`, or an item of a list of them.
struct PriceClaim {
  std::string block;              ///< label path: "cost", "cost[Together AI]"
  const Claim* input = nullptr;   ///< null when it does not state one
  const Claim* output = nullptr;  ///< likewise
  std::string vendor;             ///< as written; empty when none is named
  /// Whom the vendor may mean; more than one where its sources mean different ones by the name and
  /// the page that it cites does not say which. Empty when the vocabulary does not know it.
  std::vector<const Provider*> providers;
  const Provider* provider = nullptr;  ///< the only one, or the one that is judged; else null
  std::string as_of;                   ///< YYYY-MM-DD; empty when undated
  bool via_artificial_analysis = false;
};

/// In the order of the entry.
std::vector<PriceClaim> price_claims(const Subject& subject, const Vocabulary& vocabulary);
bool is_price_label(std::string_view label);
/// Only an aggregate over providers could confirm it.
bool wants_aggregate(const PriceClaim& claim);

}  // namespace assay::prices
