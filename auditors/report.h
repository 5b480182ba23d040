#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/fetcher.h"
#include "auditors/finding.h"

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
  std::vector<Finding> findings;  ///< in catalog order

  std::size_t count(Verdict verdict) const;
};

/// The JSON of design section 11, with `origin` added to `run`.
std::string render_audit_json(const AuditReport& report);

/// For people: what needs attention, entry by entry, then a table of verdicts and what was spent.
/// Supported and unaudited labels are counted, not listed. Control characters are escaped.
std::string render_audit_human(const AuditReport& report, bool colour);

}  // namespace assay
