#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/offer.h"
#include "auditors/evidence/origin.h"
#include "auditors/finding.h"

// What the store takes and returns. Times are RFC 3339 in UTC with milliseconds.

namespace assay::db {

/// How a run's exchanges with one source ended.
struct SourceHealth {
  std::string source;
  /// "200", "304", "503" … for responses, the outcome ("timeout") for failures, "stored" for good
  /// answers that came from the store instead of the source, "stored 503" for others.
  std::vector<std::pair<std::string, std::uint64_t>> results;
};

/// The offers that a run read from one source, in whole documents that were new to it. A model
/// offered in two variants counts as two.
struct SourceOffers {
  std::string source;
  std::uint64_t read = 0;
  std::uint64_t joined = 0;  ///< of these, joined to entries by the end of the run
};

/// One execution of the audit.
struct Run {
  std::int64_t id = 0;
  std::string status;  ///< "running" (its writer is alive), "complete", "interrupted"
  std::string started_at;
  std::string finished_at;  ///< empty while running, and for interrupted runs
  Origin origin;            ///< of the answers that it judged
  std::string catalog_path;
  std::string catalog_sha256;
  std::string catalog_commit;  ///< git commit, empty when unknown
  std::string version;         ///< of assay
  std::vector<std::string> auditors;
  std::vector<std::pair<std::string, std::uint64_t>>
      verdicts;  ///< counts, in the order of verdicts()
  RequestCounts requests;
  std::vector<SourceHealth> sources;  ///< of Store::run() only, by name
  std::vector<SourceOffers> offers;   ///< of Store::run() only, by source
};

/// A span of time over which a label kept its verdict, claim and observed value. It is open while
/// they still hold.
struct Period {
  std::int64_t id = 0;
  Finding finding;             ///< with its newest reason and observations
  std::int64_t first_run = 0;  ///< opened it
  std::int64_t last_run = 0;   ///< the newest to confirm it
  bool open = true;
  std::string since;         ///< the moment at which it was first stored
  std::string confirmed_at;  ///< time of its newest evidence, or of its last judgement
};

/// A label whose verdict or observed value changed, or whose finding appeared or disappeared.
/// Faults (source_unreachable, verifier_unable) and unaudited labels are not facts: the fact that
/// follows them is compared with the one before them, so a source that fails for a night and comes
/// back changes nothing.
struct Change {
  struct Fact {
    Verdict verdict = Verdict::unaudited;
    nlohmann::json claimed;
    nlohmann::json observed;
    std::string reason;  ///< at the start of its period
  };
  std::int64_t id = 0;
  std::string at;  ///< when it was stored
  std::int64_t run = 0;
  std::string slug;
  std::string label;
  std::string auditor;
  std::optional<Fact> from;  ///< null when the finding is new
  std::optional<Fact> to;    ///< null when there no longer is one
};

/// A span of time over which a document stated the same prices for an offer. It is open while the
/// document still does; an offer that is gone closes only when its document was read whole.
struct PricePeriod {
  std::int64_t id = 0;
  Offer offer;             ///< as first seen
  std::string document;    ///< URL that states it
  std::string first_seen;  ///< time of the first evidence that showed it
  std::string last_seen;   ///< and of the last
  std::int64_t first_run = 0;
  std::int64_t last_run = 0;
  bool open = true;
  std::string first_evidence;  ///< ids
  std::string last_evidence;
  std::vector<std::string> slugs;  ///< entries whose model it is, in order
};

struct EvidenceRecord {
  Evidence evidence;  ///< body empty unless asked for
  std::uint64_t body_size = 0;
  bool body_stored = false;        ///< false when there is none or it was pruned
  std::vector<std::int64_t> runs;  ///< that used it, newest first; those of long ago omitted
};

/// Counts of current verdicts of one entry.
struct EntrySummary {
  std::string slug;
  /// Start of the oldest run among the newest that each auditor with a finding judged the entry in,
  /// so that checking one label never makes the others look fresh.
  std::string last_audit;
  std::vector<std::pair<std::string, std::uint64_t>> verdicts;
};

/// Sums over the whole store, for monitoring.
struct Totals {
  struct Findings {
    std::string auditor;  ///< empty for unaudited labels
    std::string verdict;
    std::uint64_t count = 0;
  };
  std::vector<Findings> findings;     ///< current ones
  std::vector<SourceHealth> sources;  ///< of all runs, by name
};

/// What Store::prune removed, or would remove.
struct PruneReport {
  std::uint64_t bodies = 0;
  std::uint64_t body_bytes = 0;  ///< as stored
  std::uint64_t evidence = 0;    ///< exchanges that nothing referred to any longer
  std::uint64_t judgements = 0;  ///< only confirmed what the ones around them confirm
  std::uint64_t free_bytes = 0;  ///< of the file
};

// Filters. Empty members do not narrow. `as_of` asks what was known at that moment, that is, what
// had been stored by then; empty means now.

struct FindingFilter {
  std::string slug;
  std::string label_prefix;
  std::string auditor;
  std::string verdict;
  std::string since;  ///< periods that began at or after it
  std::string as_of;
  std::size_t limit = 100;
  std::int64_t after = 0;  ///< keyset: periods with a greater id
};

struct ChangeFilter {
  std::string slug;
  std::string label_prefix;
  std::string auditor;
  std::string verdict;  ///< of the label since the change
  std::string since;    ///< changes at or after it
  std::string as_of;
  std::size_t limit = 100;
  std::int64_t before = 0;  ///< keyset: changes with a smaller id; 0 = from the newest
};

struct PriceFilter {
  std::string model;  ///< slug of an entry, or the source's own name or repository of the model
  std::string provider;
  std::string source;
  std::string since;  ///< periods first seen at or after it
  std::string as_of;
  bool current = false;   ///< only open ones
  bool unjoined = false;  ///< only offers that belong to no entry
  std::size_t limit = 100;
  std::int64_t before = 0;  ///< keyset: periods with a smaller id; 0 = from the newest
};

}  // namespace assay::db
