#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/transport.h"
#include "auditors/finding.h"

namespace assay {

/// What to audit, what is known already, and who hears of it. Callbacks run on the calling thread,
/// in this order for each entry: its evidence as it arrives, then offers and findings at once. All
/// but the first three members may be empty.
struct AuditPlan {
  std::span<const Subject> subjects = {};
  std::span<const Auditor* const> auditors = {};
  const Config* config = nullptr;
  Transport transport = {};
  std::function<void(const Evidence&)> on_evidence = {};  ///< stored before it is judged
  /// What an auditor could not read of an entry; before its findings.
  std::function<void(const Subject&, const Unread&)> on_unread = {};
  std::function<void(const Subject&, const std::vector<Finding>&)> on_findings = {};

  /// The newest answer older than this one to the same URL that was reported to `on_offers` as a
  /// whole document by an earlier run; with its body. Asked for shared requests that succeeded.
  std::function<std::optional<Evidence>(const Evidence&)> last_good = {};
  /// What earlier runs saw of this entry's offers (joined by `on_joined`), in any order.
  std::function<std::vector<OfferPeriod>(const Subject&)> offer_history = {};
  /// The offers of one sound document: once per document and run, after its evidence was reported
  /// and before the first entry that it speaks of.
  std::function<void(const OfferDocument&)> on_offers = {};
  /// Which of these offers are of the entry's model; before its findings. What is never named here
  /// could be joined to no entry.
  std::function<void(const Subject&, std::span<const Offer* const>)> on_joined = {};
};

/// Runs every auditor over every subject: plan, fetch, judge. An entry is judged as soon as its own
/// evidence is complete. Claims that no auditor covers are findings `unaudited`; claims of auditors
/// that were not selected are omitted. Findings of an entry are in the order of its claims,
/// unlisted ones after them. Exceptions of the callbacks pass through.
void audit(const AuditPlan& plan);

}  // namespace assay
