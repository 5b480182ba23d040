#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/credentials.h"
#include "auditors/evidence/origin.h"
#include "auditors/report/acknowledgements.h"
#include "auditors/report/report.h"
#include "cli/log.h"
#include "db/store.h"
#include "validator/document.h"
#include "validator/source.h"

namespace assay::cli {

/// What to audit, by whom, and from which answers.
struct AuditRequest {
  std::string catalog;       ///< path
  std::string db;            ///< path of the database; created when missing
  std::string acknowledged;  ///< path; empty: acknowledged.yaml beside the catalog, if it exists
  std::vector<const Auditor*> auditors;
  std::vector<std::string> models;       ///< slugs; empty: all entries
  Config config;                         ///< `offline` and `only_due` decide as well
  std::chrono::milliseconds max_age{0};  ///< stored answers younger than this are not asked again
  std::string replay;  ///< id of a run, or path of a recording, that is judged again; else empty
};

/// One audit: reads a catalog, begins a run, has the auditors judge what the sources answer, stores
/// evidence and findings as they come, ends the run.
class AuditRun {
 public:
  /// Reads the catalog, what is accepted of it and, for a replay, the answers; opens the database.
  /// Stores nothing yet. Throws std::runtime_error or db::Error.
  AuditRun(AuditRequest request, Environment environment, Log log);

  /// Where the answers come from.
  const Origin& origin() const { return answers_.origin; }
  /// The entries to audit, in catalog order, and where they stand; valid as long as this.
  const std::vector<Subject>& subjects() const { return subjects_; }
  const Source& catalog() const { return source_; }

  /// Hears after each entry how many requests were sent so far.
  using Progress = std::function<void(std::uint64_t requests)>;
  /// Audits and stores; to be called once. An exception, also one of `progress`, leaves a run that
  /// counts as interrupted; what was stored before it stays.
  AuditReport execute(const Progress& progress = {});

 private:
  struct Answers {
    Origin origin;
    std::vector<Evidence> recorded = {};  ///< of a replay
    std::string recorded_at = {};         ///< the time of what a recording does not hold
    bool replay() const { return origin.kind == Origin::Kind::replay || origin.is_recording(); }
    /// What an old run saw says nothing of today: it is judged again, but not made current.
    bool past() const { return origin.kind == Origin::Kind::replay; }
  };

  Answers find_answers() const;
  std::int64_t begin(const std::string& started_at);
  std::vector<Subject> in_turn() const;
  Transport transport(Transport network) const;
  Recall recall() const;

  AuditRequest request_;
  Environment environment_;
  Log log_;
  Source source_;
  Document document_;
  std::vector<Subject> all_;       ///< of the catalog
  std::vector<Subject> subjects_;  ///< of these, the ones to audit
  std::vector<Acknowledgement> accepted_;
  db::Store store_;
  Answers answers_;
};

}  // namespace assay::cli
