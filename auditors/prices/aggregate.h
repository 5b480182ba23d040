#pragma once

#include <vector>

#include "auditors/finding.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/panel.h"

namespace assay::prices {

/// What can be said of a block without a vendor, which at most an aggregate over providers could
/// confirm. One finding per claimed price.
std::vector<Finding> judge_aggregate(const PriceClaim& claim, const Panel& panel);

}  // namespace assay::prices
