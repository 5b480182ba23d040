#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/evidence.h"

namespace assay {

/// Puts the entries in the order in which a run should audit them: the longest not asked for first,
/// so that what one run had no time for is the next one's beginning. Entries that failed wait for
/// an hour, a day, then three days, and until then come last; after that every tenth place is
/// theirs. So those that fail every time do not crowd out the others, and one that has recovered is
/// noticed. Entries that were asked at the same time keep their order.
std::vector<Subject> in_fair_order(std::vector<Subject> entries,
                                   std::span<const Auditor* const> auditors, const Config& config,
                                   std::int64_t now,
                                   const std::function<Attempts(const std::string& url)>& attempts);

}  // namespace assay
