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
  std::string block;                   ///< label path: "cost", "cost[Together AI]"
  const Claim* input = nullptr;        ///< null when it does not state one
  const Claim* output = nullptr;       ///< likewise
  std::string vendor;                  ///< as written; empty when none is named
  const Provider* provider = nullptr;  ///< null when the vocabulary does not know the vendor
  std::string as_of;                   ///< YYYY-MM-DD; empty when undated
  bool via_artificial_analysis = false;
};

/// In the order of the entry.
std::vector<PriceClaim> price_claims(const Subject& subject, const Vocabulary& vocabulary);
bool is_price_label(std::string_view label);
/// Only an aggregate over providers could confirm it.
bool wants_aggregate(const PriceClaim& claim);

}  // namespace assay::prices
