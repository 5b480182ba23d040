#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "auditors/evidence/evidence.h"
#include "auditors/evidence/origin.h"
#include "auditors/finding.h"
#include "auditors/report/acknowledgements.h"
#include "auditors/report/offer_tally.h"
#include "validator/source.h"

namespace assay {

/// One finished audit, as its command prints it.
struct AuditReport {
  std::int64_t run = 0;
  std::string status;
  std::string started_at;
  std::string finished_at;
  std::string catalog_sha256;
  Origin origin;  ///< of the answers
  std::size_t entries = 0;
  RequestCounts requests;
  std::vector<Finding> findings;   ///< in catalog order
  std::vector<OfferCount> offers;  ///< per source of prices; empty when none was read
  Acknowledged acknowledged;       ///< indices are those of `findings`

  std::size_t count(Verdict verdict) const;
};

/// Where the catalog states what was judged.
struct CatalogPlaces {
  const Source& source;
  std::span<const Subject> subjects;
  std::string folder;  ///< paths below it are shown relative to it
};

/// SARIF 2.1.0 for programs: a result for each label but the unaudited ones, whose kind says
/// whether it passed, failed or stays open.
std::string render_audit_sarif(const AuditReport& report, const CatalogPlaces& places);

/// Annotations of GitHub's workflows, for what needs attention.
std::string render_audit_github(const AuditReport& report, const CatalogPlaces& places);

/// Markdown for a pull request, an issue or a workflow's summary: counts, then what needs attention
/// with what was seen, where and when. Nothing of it is read as markup.
std::string render_audit_markdown(const AuditReport& report);

/// The JSON of design section 11. Added: `origin` in `run`; `offers`, what was read of each price
/// source and could be joined to no entry; `acknowledged` in silenced findings, and
/// `stale_acknowledgements`.
std::string render_audit_json(const AuditReport& report);

/// What a reader must act on, or at least know: all but supported and unaudited labels.
bool is_noteworthy(Verdict verdict);

/// A URL without the long list of fields that a request asks for.
std::string short_url(std::string_view url);

/// For people: what needs attention, entry by entry, then a table of verdicts and what was spent.
/// Supported, unaudited and acknowledged labels are counted, not listed. Control characters are
/// escaped.
std::string render_audit_human(const AuditReport& report, bool colour);

}  // namespace assay
