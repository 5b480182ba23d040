#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "auditors/evidence.h"
#include "auditors/finding.h"

namespace assay::db {

/// The database cannot be opened, read or written; what() says what, where and what to do.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One execution of the audit.
struct Run {
  std::int64_t id = 0;
  std::string status;  ///< "running" (its writer is alive), "complete", "interrupted"
  std::string started_at;
  std::string finished_at;  ///< empty while running and for interrupted runs
  std::string origin;  ///< "live", "offline", "replay of run 3", "recording: … (constructed …)"
  std::string catalog_path;
  std::string catalog_sha256;
  std::string catalog_commit;  ///< git commit, empty when unknown
  std::string version;         ///< of assay
  std::vector<std::string> auditors;
  std::vector<std::pair<std::string, std::uint64_t>>
      verdicts;  ///< counts, in the order of verdicts()
  RequestCounts requests;
};

/// A span of runs over which a label kept verdict, claim and observed value. It is open while its
/// label still has it.
struct Period {
  std::int64_t id = 0;
  Finding finding;  ///< with the newest reason and observations
  std::int64_t first_run = 0;
  std::int64_t last_run = 0;  ///< the newest run that confirmed it
  bool open = true;
  std::string since;         ///< start of the first run
  std::string confirmed_at;  ///< time of its newest evidence; without any, start of last_run
};

struct EvidenceRecord {
  Evidence evidence;  ///< body empty unless asked for
  std::uint64_t body_size = 0;
  std::vector<std::int64_t> runs;  ///< that used it, newest first
};

/// Narrowing of findings; empty members do not narrow.
struct FindingFilter {
  std::string slug;
  std::string label_prefix;
  std::string auditor;
  std::string verdict;
  std::string since;  ///< RFC 3339; periods that began at or after it
  std::size_t limit = 100;
  std::int64_t after = 0;  ///< keyset: periods with a greater id
};

enum class Access { read_only, read_write };

/// Every question and every change that assay has for its database; all SQL is behind it.
/// One Store belongs to one thread; several may be open on one file. Methods throw db::Error.
class Store {
 public:
  /// Opens `path`; read_write creates and migrates it and takes the writer's lock (a second writer
  /// gets an Error that names the file and the process). read_only creates no database and changes
  /// nothing in one.
  Store(const std::string& path, Access access);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writing (Access::read_write only). Each call is one transaction, durable when it returns; one
  // that throws has changed nothing. Strings keep their bytes, whatever they are, except that
  // invalid UTF-8 inside of JSON values becomes U+FFFD. Times are kept in milliseconds.
  /// Marks runs that died as interrupted and begins a new one; returns its id. Of `run` counts what
  /// is known at the start: started_at (empty = now), origin, catalog, version and auditors.
  std::int64_t begin_run(const Run& run);
  /// Stores sealed evidence, once per id, as used by this run. A body is stored once per digest; it
  /// may be left out when the digest is known.
  void add_evidence(std::int64_t run, const Evidence& evidence);
  /// Stores what was judged of one entry: extends the open periods that are unchanged, closes the
  /// others, opens new ones. Periods of covered labels that are gone are closed. `auditors` names
  /// the auditors that ran ("" stands for unaudited labels).
  /// A label that is unaudited only because its auditor did not run keeps what that one found.
  /// Evidence that observations name must have been added before.
  void add_findings(std::int64_t run, const std::string& slug, const std::vector<Finding>& findings,
                    const std::vector<std::string>& auditors);
  /// Closes the open periods of all entries but these: the catalog does not have them any more.
  void close_other_entries(std::int64_t run, const std::vector<std::string>& slugs);
  /// Marks a running run as complete, now.
  void finish_run(std::int64_t run, const RequestCounts& requests);

  // Reading.
  /// The newest complete 200 (or 304 with its body) for a URL.
  std::optional<Evidence> newest_evidence(const std::string& url) const;
  /// All evidence that a run used, with bodies, in the order of its first use.
  std::vector<Evidence> evidence_of(std::int64_t run) const;
  std::optional<EvidenceRecord> evidence(const std::string& id) const;
  /// Body by its SHA-256, or by the id of evidence that has it.
  std::optional<std::string> body(const std::string& id) const;
  std::optional<Run> run(std::int64_t id) const;
  /// Newest first, with ids below `before` (0 = from the newest).
  std::vector<Run> runs(std::size_t limit, std::int64_t before = 0) const;
  /// Current periods, ordered by id.
  std::vector<Period> findings(const FindingFilter& filter) const;
  /// Periods of one entry, newest first; `label` (may be empty) narrows to a label path and what is
  /// below it. With ids below `before` (0 = from the newest).
  std::vector<Period> history(const std::string& slug, const std::string& label,
                              std::size_t limit = 10'000, std::int64_t before = 0) const;
  struct EntrySummary {
    std::string slug;
    /// Start of the run since which every auditor with a finding has judged the entry again: the
    /// oldest of its parts, so that checking one label never freshens the others.
    std::string last_audit;
    std::vector<std::pair<std::string, std::uint64_t>> verdicts;
  };
  /// Counts of current verdicts per entry, by slug.
  std::vector<EntrySummary> summaries() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::db
