#include "db/migrations.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>
#include <sqlite3.h>

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

// Before this step a period kept only its newest reason and observations, and no moments: what was
// stored by then counts from the start of the run that opened it. Moments must grow from run to
// run, also where clocks went back.
constexpr const char* kMoments = R"sql(
ALTER TABLE run ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0; -- moment of its newest change
CREATE TABLE moment (run INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO moment SELECT id, max(started_at - id) OVER (ORDER BY id) + id FROM run;
UPDATE run SET last_at = (
  SELECT max(m.at, coalesce(max(r.finished_at), 0)) FROM moment m, run r
  WHERE m.run = run.id AND r.id <= run.id);

CREATE TABLE run_exchange (
  -- How many exchanges with a source ended how: a status, an outcome, or 'stored' for answers that
  -- were not asked for because they were stored
  run INTEGER NOT NULL REFERENCES run,
  source INTEGER NOT NULL REFERENCES string,
  result TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (run, source, result)
) STRICT, WITHOUT ROWID;

ALTER TABLE observation RENAME TO old_observation;
ALTER TABLE period RENAME TO old_period;
ALTER TABLE evidence RENAME TO old_evidence;
ALTER TABLE run_evidence RENAME TO old_run_evidence;
DROP INDEX evidence_usable;
DROP INDEX run_evidence_by_evidence;
DROP INDEX period_of_entry;
DROP INDEX period_open;
DROP INDEX period_open_by_id;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  run INTEGER NOT NULL REFERENCES run, -- that stored it
  source INTEGER NOT NULL REFERENCES string,
  url INTEGER NOT NULL REFERENCES string,
  final_url INTEGER REFERENCES string, -- null when equal to url
  fetched_at INTEGER NOT NULL,
  outcome TEXT, -- null for a response
  status INTEGER NOT NULL,
  headers INTEGER NOT NULL REFERENCES string, -- ids of header rows, separated by spaces
  body INTEGER REFERENCES body,
  error TEXT NOT NULL
) STRICT;
INSERT OR IGNORE INTO string (value) SELECT DISTINCT headers FROM old_evidence;
INSERT INTO evidence SELECT e.id, e.sha256,
  (SELECT min(u.run) FROM old_run_evidence u WHERE u.evidence = e.id), e.source, e.url,
  nullif(e.final_url, e.url), e.fetched_at, nullif(e.outcome, 'response'), e.status, h.id, e.body,
  e.error FROM old_evidence e JOIN string h ON h.value = e.headers;
-- Six bytes find a digest among millions; the whole one is compared in the row.
CREATE INDEX evidence_by_digest ON evidence (substr(sha256, 1, 6));
CREATE INDEX evidence_of_url ON evidence (url, fetched_at);
CREATE INDEX evidence_of_run ON evidence (run);

CREATE TABLE evidence_set (
  -- Evidence of earlier runs that runs used again: the same night after night, so stored once
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32), -- of ids
  ids BLOB NOT NULL -- packed
) STRICT;
ALTER TABLE run ADD COLUMN reused INTEGER REFERENCES evidence_set; -- null: see run_reuse
CREATE TABLE run_reuse (
  -- The same for a run under way; packed into a set when it is over
  run INTEGER NOT NULL REFERENCES run,
  evidence INTEGER NOT NULL REFERENCES evidence,
  PRIMARY KEY (run, evidence)
) STRICT, WITHOUT ROWID;
INSERT INTO run_reuse SELECT u.run, u.evidence FROM old_run_evidence u
  JOIN evidence e ON e.id = u.evidence WHERE e.run <> u.run;
INSERT INTO run_exchange
  SELECT run, source, coalesce(outcome, CAST(status AS TEXT)), count(*) FROM evidence
  GROUP BY 1, 2, 3;
INSERT INTO run_exchange SELECT u.run, e.source, 'stored', count(*) FROM run_reuse u
  JOIN evidence e ON e.id = u.evidence GROUP BY 1, 2;

CREATE TABLE period (
  -- A label kept its verdict, claimed and observed value from opened_at until before closed_at.
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES string,
  label TEXT NOT NULL,
  auditor INTEGER NOT NULL REFERENCES string,
  verdict TEXT NOT NULL,
  claimed TEXT NOT NULL, -- JSON
  observed TEXT NOT NULL, -- JSON
  opened_by INTEGER NOT NULL REFERENCES run,
  opened_at INTEGER NOT NULL,
  closed_by INTEGER REFERENCES run, -- null while open
  closed_at INTEGER,
  CHECK ((closed_by IS NULL) = (closed_at IS NULL))
) STRICT;
INSERT INTO period SELECT p.id, p.entry, p.label, p.auditor, p.verdict, p.claimed, p.observed,
  p.first_run, o.at, p.closed_by, c.at
  FROM old_period p JOIN moment o ON o.run = p.first_run LEFT JOIN moment c ON c.run = p.closed_by;
CREATE INDEX period_of_entry ON period (entry);
CREATE INDEX period_open_of_entry ON period (entry, auditor, verdict) WHERE closed_at IS NULL;
CREATE INDEX period_open_of_verdict ON period (verdict) WHERE closed_at IS NULL;
CREATE INDEX period_open_of_auditor ON period (auditor, verdict) WHERE closed_at IS NULL;

CREATE TABLE detail (
  -- How a period's verdict was reasoned since a moment of it
  period INTEGER NOT NULL REFERENCES period,
  since INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (period, since)
) STRICT, WITHOUT ROWID;
INSERT INTO detail SELECT p.id, m.at, p.reason FROM old_period p JOIN moment m ON m.run = p.first_run;

CREATE TABLE observation (
  -- Evidence is fresh every night while the observation stays the same: `cited` means the evidence
  -- of this URL in the judgement that confirmed the period. Else it is here, or there is none.
  period INTEGER NOT NULL,
  since INTEGER NOT NULL,
  position INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES string,
  url INTEGER NOT NULL REFERENCES string,
  value TEXT NOT NULL, -- JSON
  cited INTEGER NOT NULL,
  evidence INTEGER REFERENCES evidence,
  fetched_at INTEGER, -- null: that of the evidence
  PRIMARY KEY (period, since, position),
  FOREIGN KEY (period, since) REFERENCES detail
) STRICT, WITHOUT ROWID;
INSERT INTO observation SELECT o.period, d.since, o.position, o.source, o.url, o.value, 0,
  o.evidence, o.fetched_at FROM old_observation o JOIN detail d ON d.period = o.period;

CREATE TABLE judgement (
  -- An entry was judged: this confirmed every period of these auditors that was open then
  entry INTEGER NOT NULL REFERENCES string,
  at INTEGER NOT NULL,
  run INTEGER NOT NULL REFERENCES run,
  auditors INTEGER NOT NULL REFERENCES string, -- a list, taken apart in auditor_list
  evidence BLOB NOT NULL, -- packed: URL to the evidence that observations cite
  kept BLOB NOT NULL, -- packed: periods that stayed open without being confirmed
  PRIMARY KEY (entry, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE auditor_list (
  list INTEGER NOT NULL REFERENCES string,
  auditor INTEGER NOT NULL REFERENCES string,
  PRIMARY KEY (list, auditor)
) STRICT, WITHOUT ROWID;
CREATE TABLE judged (entry, auditor, run);
INSERT INTO judged
  SELECT entry, auditor, run FROM confirmation
  UNION SELECT entry, auditor, first_run FROM old_period
  UNION SELECT entry, auditor, last_run FROM old_period WHERE last_run IS NOT NULL;
CREATE TABLE judged_by (entry, run, list TEXT);
INSERT INTO judged_by SELECT entry, run, group_concat(auditor)
  FROM (SELECT * FROM judged ORDER BY auditor) GROUP BY entry, run;
INSERT OR IGNORE INTO string (value) SELECT DISTINCT list FROM judged_by;
INSERT OR IGNORE INTO auditor_list SELECT s.id, j.auditor
  FROM judged_by b JOIN string s ON s.value = b.list
  JOIN judged j ON j.entry = b.entry AND j.run = b.run;
INSERT INTO judgement SELECT b.entry, m.at, b.run, s.id, x'', x''
  FROM judged_by b JOIN string s ON s.value = b.list JOIN moment m ON m.run = b.run;

CREATE TABLE change (
  -- What stood before and what since; null where there was nothing. Written when it happens.
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  run INTEGER NOT NULL REFERENCES run,
  entry INTEGER NOT NULL REFERENCES string,
  before INTEGER REFERENCES period,
  after INTEGER REFERENCES period,
  CHECK (before IS NOT NULL OR after IS NOT NULL)
) STRICT;
CREATE INDEX change_of_entry ON change (entry);
CREATE INDEX change_at ON change (at);

DROP TABLE judged;
DROP TABLE judged_by;
DROP TABLE moment;
DROP TABLE confirmation;
DROP TABLE old_observation;
DROP TABLE old_period;
DROP TABLE old_run_evidence;
DROP TABLE old_evidence;
)sql";

constexpr const char* kPrices = R"sql(
CREATE TABLE offer (
  -- What a document offers: who sells which model in which variant, in the source's own words
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES string,
  provider INTEGER NOT NULL REFERENCES string,
  model INTEGER NOT NULL REFERENCES string,
  variant INTEGER NOT NULL REFERENCES string,
  document INTEGER NOT NULL REFERENCES string, -- its URL
  repository INTEGER NOT NULL REFERENCES string,
  provider_known INTEGER NOT NULL,
  UNIQUE (source, provider, model, variant, document)
) STRICT;
CREATE INDEX offer_of_document ON offer (document);

CREATE TABLE price (
  -- An offer kept its prices from opened_at until before closed_at. Prices are exact decimals as
  -- text; null where the source states none.
  id INTEGER PRIMARY KEY,
  offer INTEGER NOT NULL REFERENCES offer,
  opened_by INTEGER NOT NULL REFERENCES run,
  opened_at INTEGER NOT NULL,
  closed_by INTEGER REFERENCES run,
  closed_at INTEGER,
  evidence INTEGER NOT NULL REFERENCES evidence, -- that showed it first
  input TEXT,
  input_nominal TEXT, -- without noise; null when that is the same
  input_raw TEXT NOT NULL,
  input_pointer TEXT NOT NULL,
  output TEXT,
  output_nominal TEXT,
  output_raw TEXT NOT NULL,
  output_pointer TEXT NOT NULL,
  currency TEXT NOT NULL,
  pointer TEXT NOT NULL,
  caveat TEXT NOT NULL,
  CHECK ((closed_by IS NULL) = (closed_at IS NULL))
) STRICT;
CREATE INDEX price_of_offer ON price (offer);

CREATE TABLE price_reading (
  -- A document was read whole: this confirmed every price in it that was open then
  document INTEGER NOT NULL REFERENCES string,
  at INTEGER NOT NULL,
  run INTEGER NOT NULL REFERENCES run,
  evidence INTEGER NOT NULL REFERENCES evidence,
  PRIMARY KEY (document, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE offer_entry (
  -- The offer is of this entry's model
  entry INTEGER NOT NULL REFERENCES string,
  offer INTEGER NOT NULL REFERENCES offer,
  since INTEGER NOT NULL,
  PRIMARY KEY (entry, offer)
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_entry_of_offer ON offer_entry (offer);
)sql";

// Set when evidence that the run used may have gone.
constexpr const char* kPruned = "ALTER TABLE run ADD COLUMN pruned_at INTEGER;";

// Without a row, a reading confirms every price that is open in its document.
constexpr const char* kGaps = R"sql(
CREATE TABLE price_gap (
  -- What the reading of that moment showed for the price could not be read
  price INTEGER NOT NULL REFERENCES price,
  at INTEGER NOT NULL,
  PRIMARY KEY (price, at)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array<Migration, 6> kMigrations{{
    {"runs and the evidence they used", kRunsAndEvidence},
    {"verdict periods", kVerdictPeriods},
    {"moments, judgements, changes", kMoments},
    {"prices of offers", kPrices},
    {"old evidence can go", kPruned},
    {"readings with gaps", kGaps},
}};

// Tables that others refer to can only be rebuilt with foreign keys off; they are checked before
// the commit.
class ForeignKeysOff {
 public:
  explicit ForeignKeysOff(SQLite::Database& connection)
      : connection_(connection), were_on_(connection.execAndGet("PRAGMA foreign_keys").getInt()) {
    connection_.exec("PRAGMA foreign_keys = OFF");
  }
  ~ForeignKeysOff() {
    if (were_on_ != 0) connection_.tryExec("PRAGMA foreign_keys = ON");
  }
  ForeignKeysOff(const ForeignKeysOff&) = delete;
  ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;

 private:
  SQLite::Database& connection_;
  int were_on_;
};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

int schema_version(SQLite::Database& connection) {
  return connection.execAndGet("PRAGMA user_version").getInt();
}

void migrate(SQLite::Database& connection, std::span<const Migration> steps) {
  const ForeignKeysOff unchecked(connection);
  while (true) {
    // The version is read inside the transaction that raises it.
    SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = schema_version(connection);
    if (version < 0 || static_cast<std::size_t>(version) >= steps.size()) return;
    connection.exec(steps[static_cast<std::size_t>(version)].sql);
    connection.exec(fmt::format("PRAGMA user_version = {}", version + 1));
    if (SQLite::Statement(connection, "PRAGMA foreign_key_check").executeStep()) {
      throw SQLite::Exception("rows that belong together were parted", SQLITE_CONSTRAINT);
    }
    transaction.commit();
  }
}

}  // namespace assay::db
