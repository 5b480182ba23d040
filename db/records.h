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

// What the store takes and gives. Times are RFC 3339 in UTC with milliseconds.

namespace assay::db {

/// What a run heard from one source, by how the exchanges ended.
struct SourceHealth {
  std::string source;
  /// "200", "304", "503" … for responses, the outcome ("timeout") for failures, "stored" for good
  /// answers that were taken from the store instead of asked for, "stored 503" for others.
  std::vector<std::pair<std::string, std::uint64_t>> results;
};

/// The offers that a run read of one source, in whole documents that were new to it. A model that
/// is offered in two variants is two.
struct SourceOffers {
  std::string source;
  std::uint64_t read = 0;
  std::uint64_t joined = 0;  ///< of these, to entries, until the end of the run
};

/// One execution of the audit.
struct Run {
  std::int64_t id = 0;
  std::string status;  ///< "running" (its writer is alive), "complete", "interrupted"
  std::string started_at;
  std::string finished_at;  ///< empty while running and for interrupted runs
  Origin origin;          ///< of the answers that it judged
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

/// A span of time over which a label kept verdict, claim and observed value. It is open while its
/// label still has it.
struct Period {
  std::int64_t id = 0;
  Finding finding;             ///< with the newest reason and observations
  std::int64_t first_run = 0;  ///< that opened it
  std::int64_t last_run = 0;   ///< the newest that confirmed it
  bool open = true;
  std::string since;         ///< the moment when it was stored first
  std::string confirmed_at;  ///< time of its newest evidence; without any, of its last judgement
};

/// A label whose verdict or observed value became another, or whose finding appeared or went.
/// Faults (source_unreachable, verifier_unable) and unaudited labels are no facts: what comes back
/// from them is compared with what was known before, so a source that fails for a night and returns
/// changes nothing.
struct Change {
  struct Fact {
    Verdict verdict = Verdict::unaudited;
    nlohmann::json claimed;
    nlohmann::json observed;
    std::string reason;  ///< at the beginning of its period
  };
  std::int64_t id = 0;
  std::string at;  ///< when it was stored
  std::int64_t run = 0;
  std::string slug;
  std::string label;
  std::string auditor;
  std::optional<Fact> from;  ///< null when the finding is new
  std::optional<Fact> to;    ///< null when there is none any more
};

/// A span of time over which a document stated the same prices for an offer. It is open while it
/// does; an offer that has gone closes only when its document was read whole.
struct PricePeriod {
  std::int64_t id = 0;
  Offer offer;             ///< as it was seen first
  std::string document;    ///< URL that states it
  std::string first_seen;  ///< time of the first and of the last evidence that showed it
  std::string last_seen;
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
  bool body_stored = false;        ///< false when there is none, or when it was pruned
  std::vector<std::int64_t> runs;  ///< that used it, newest first; those of long ago left out
};

/// Counts of current verdicts of one entry.
struct EntrySummary {
  std::string slug;
  /// Start of the run since which every auditor with a finding has judged the entry again: the
  /// oldest of its parts, so that checking one label never freshens the others.
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

/// What Store::prune took out, or would.
struct PruneReport {
  std::uint64_t bodies = 0;
  std::uint64_t body_bytes = 0;  ///< as stored
  std::uint64_t evidence = 0;    ///< exchanges that nothing named any more
  std::uint64_t judgements = 0;  ///< nights that only confirmed what those around them confirm
  std::uint64_t free_bytes = 0;  ///< of the file
};

// Filters. Empty members do not narrow. `as_of` asks what was known at that moment: everything that
// was stored until then, and nothing that came later; empty means now.

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
  std::string verdict;  ///< that a label has since the change
  std::string since;    ///< changes at or after it
  std::string as_of;
  std::size_t limit = 100;
  std::int64_t before = 0;  ///< keyset: changes with a smaller id; 0 = from the newest
};

struct PriceFilter {
  std::string model;  ///< slug of an entry, or the source's own name or repository of the model
  std::string provider;
  std::string source;
  std::string since;  ///< periods that were first seen at or after it
  std::string as_of;
  bool current = false;   ///< only open ones
  bool unjoined = false;  ///< only offers that are of no entry's model
  std::size_t limit = 100;
  std::int64_t before = 0;  ///< keyset: periods with a smaller id; 0 = from the newest
};

}  // namespace assay::db
