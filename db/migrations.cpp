#include "db/migrations.h"

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <array>

namespace assay::db {
namespace {

// Times are milliseconds since 1970 in UTC, digests are 32 bytes.

constexpr const char* kRunsAndEvidence = R"sql(
CREATE TABLE string (
  -- URLs, slugs and names: whatever would otherwise be repeated by every run
  id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE header (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (name, value)
) STRICT;

CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  size INTEGER NOT NULL,
  zstd BLOB NOT NULL
) STRICT;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  source INTEGER NOT NULL REFERENCES string,
  url INTEGER NOT NULL REFERENCES string,
  final_url INTEGER NOT NULL REFERENCES string,
  fetched_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL, -- ids of header rows, separated by spaces
  body INTEGER REFERENCES body,
  error TEXT NOT NULL
) STRICT;
-- The newest usable answer to a URL.
CREATE INDEX evidence_usable ON evidence (url, fetched_at)
  WHERE body IS NOT NULL AND status IN (200, 304);

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'interrupted')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  origin TEXT NOT NULL,
  catalog_path TEXT NOT NULL,
  catalog_sha256 BLOB CHECK (length(catalog_sha256) = 32),
  catalog_commit TEXT NOT NULL,
  version TEXT NOT NULL,
  auditors TEXT NOT NULL, -- JSON list of ids
  sent INTEGER NOT NULL DEFAULT 0,
  not_modified INTEGER NOT NULL DEFAULT 0,
  retried INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  CHECK ((status = 'complete') = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX run_running ON run (status) WHERE status = 'running';

CREATE TABLE run_evidence (
  run INTEGER NOT NULL REFERENCES run,
  evidence INTEGER NOT NULL REFERENCES evidence,
  PRIMARY KEY (run, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_evidence_by_evidence ON run_evidence (evidence, run);
)sql";

constexpr const char* kVerdictPeriods = R"sql(
CREATE TABLE run_verdict (
  run INTEGER NOT NULL REFERENCES run,
  verdict TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (run, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE period (
  -- A label kept its verdict, claimed and observed value from first_run to last_run.
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES string,
  label TEXT NOT NULL,
  auditor INTEGER NOT NULL REFERENCES string,
  verdict TEXT NOT NULL,
  claimed TEXT NOT NULL, -- JSON
  observed TEXT NOT NULL, -- JSON
  reason TEXT NOT NULL,
  first_run INTEGER NOT NULL REFERENCES run,
  last_run INTEGER REFERENCES run, -- null while open: then the confirmation's
  closed_by INTEGER REFERENCES run, -- the run that saw the change; null while open
  CHECK ((last_run IS NULL) = (closed_by IS NULL))
) STRICT;
CREATE INDEX period_of_entry ON period (entry);
CREATE INDEX period_open ON period (entry, verdict) WHERE last_run IS NULL;
CREATE INDEX period_open_by_id ON period (id) WHERE last_run IS NULL;

CREATE TABLE observation (
  period INTEGER NOT NULL REFERENCES period,
  position INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES string,
  url INTEGER NOT NULL REFERENCES string,
  fetched_at INTEGER,
  evidence INTEGER REFERENCES evidence,
  value TEXT NOT NULL, -- JSON
  PRIMARY KEY (period, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE confirmation (
  -- The newest run in which an auditor judged an entry. It confirmed every period of the two that
  -- is still open, so an unchanged audit writes one row here instead of one per label.
  entry INTEGER NOT NULL REFERENCES string,
  auditor INTEGER NOT NULL REFERENCES string,
  run INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (entry, auditor)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array<Migration, 2> kMigrations{{
    {"runs and the evidence they used", kRunsAndEvidence},
    {"verdict periods", kVerdictPeriods},
}};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

int schema_version(SQLite::Database& connection) {
  return connection.execAndGet("PRAGMA user_version").getInt();
}

void migrate(SQLite::Database& connection, std::span<const Migration> steps) {
  while (true) {
    // The version is read inside of the transaction that raises it.
    SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = schema_version(connection);
    if (version < 0 || static_cast<std::size_t>(version) >= steps.size()) return;
    connection.exec(steps[static_cast<std::size_t>(version)].sql);
    connection.exec(fmt::format("PRAGMA user_version = {}", version + 1));
    transaction.commit();
  }
}

}  // namespace assay::db
