#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/fetcher.h"
#include "auditors/finding.h"
#include "auditors/registry.h"

namespace assay {

/// What to audit, and who hears of it. Callbacks run on the calling thread, in this order for each
/// entry: its evidence as it arrives, then its findings at once.
struct AuditPlan {
  std::span<const Subject> subjects;
  std::span<const Auditor* const> auditors;
  const Config* config = nullptr;
  Transport transport;
  std::function<void(const Evidence&)> on_evidence;  ///< stored before it is judged
  std::function<void(const Subject&, const std::vector<Finding>&)> on_findings;
};

/// Runs every auditor over every subject: plan, fetch, judge. An entry is judged as soon as its own
/// evidence is complete. Claims that no auditor covers are findings `unaudited`; claims of auditors
/// that were not selected are left out. Findings of an entry are in the order of its claims,
/// unlisted ones after them. Exceptions of the callbacks pass through.
void audit(const AuditPlan& plan);

}  // namespace assay
