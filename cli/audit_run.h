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

/// What to audit, with which auditors, and from which answers.
struct AuditRequest {
  std::string catalog;       ///< path
  std::string db;            ///< path of the database; created when missing
  std::string acknowledged;  ///< path; empty: acknowledged.yaml beside the catalog, if it exists
  std::vector<const Auditor*> auditors;
  std::vector<std::string> models;       ///< slugs; empty: all entries
  Config config;                         ///< `offline` and `only_due` also decide what is asked
  std::chrono::milliseconds max_age{0};  ///< younger stored answers are used as they are
  std::string replay;  ///< a run's id or a recording's path, judged again; else empty
};

/// One audit: it reads a catalog, begins a run, has the auditors judge what the sources answer,
/// stores evidence and findings as they arrive, and finishes the run.
class AuditRun {
 public:
  /// Reads the catalog, the accepted deviations and, for a replay, the answers; opens the database.
  /// Stores nothing yet. Throws std::runtime_error, also as db::Error.
  AuditRun(AuditRequest request, Environment environment, Log log);

  /// Where the answers come from.
  const Origin& origin() const { return answers_.origin; }
  /// The entries to audit, in catalog order, and the text they come from; valid as long as this.
  const std::vector<Subject>& subjects() const { return subjects_; }
  const Source& catalog() const { return source_; }

  /// Called after each entry with the number of requests sent so far.
  using Progress = std::function<void(std::uint64_t requests)>;
  /// Audits and stores; call it once. An exception, also one from `progress`, leaves an interrupted
  /// run; what was stored before stays.
  AuditReport execute(const Progress& progress = {});

 private:
  struct Answers {
    Origin origin;
    std::vector<Evidence> recorded = {};  ///< of a replay
    std::string recorded_at = {};         ///< time of requests that a recording does not answer
    bool replay() const { return origin.kind == Origin::Kind::replay || origin.is_recording(); }
    /// An old run's evidence says nothing about today: its findings are shown, not made current.
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
