#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/acknowledgements.h"
#include "auditors/fetcher.h"
#include "auditors/finding.h"
#include "auditors/offer_tally.h"

namespace assay {

/// One finished audit, as its command prints it.
struct AuditReport {
  std::int64_t run = 0;
  std::string status;
  std::string started_at;
  std::string finished_at;
  std::string catalog_sha256;
  /// Where the answers came from: "live", or what must be said of a recording.
  std::string origin;
  std::size_t entries = 0;
  RequestCounts requests;
  std::vector<Finding> findings;   ///< in catalog order
  std::vector<OfferCount> offers;  ///< per source of prices; empty when none was read
  Acknowledged acknowledged;       ///< indices are those of `findings`

  std::size_t count(Verdict verdict) const;
};

/// The JSON of design section 11. Added: `origin` in `run`; `offers`, what was read of each price
/// source and could be joined to no entry; `acknowledged` in silenced findings, and
/// `stale_acknowledgements`.
std::string render_audit_json(const AuditReport& report);

/// For people: what needs attention, entry by entry, then a table of verdicts and what was spent.
/// Supported, unaudited and acknowledged labels are counted, not listed. Control characters are
/// escaped.
std::string render_audit_human(const AuditReport& report, bool colour);

}  // namespace assay
