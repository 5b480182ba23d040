#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auditors/evidence/evidence_set.h"
#include "auditors/finding.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/panel.h"

namespace assay::prices {

/// What the sources say of the claims of one price block at a known provider (design section 6).
/// Primary sources decide where any of them states the price; a failed one that could have is
/// waited for. Otherwise secondary sources support or dispute. One finding per claimed price.
std::vector<Finding> judge_block(const PriceClaim& claim, const Panel& panel,
                                 const std::vector<OfferPeriod>& history);

/// The same finding for each claimed price of a block.
std::vector<Finding> block_findings(const PriceClaim& claim, Verdict verdict,
                                    const std::string& reason);

/// What a statement shows, as an observation; `which` is one of the offer's prices or null.
Observation observe_price(const PriceStatement& statement, OfferPrice Offer::*which);

/// "A", "A and B", "A, B and C".
std::string listing(const std::vector<std::string>& words);

}  // namespace assay::prices
