#include "db/prune.h"

#include <fmt/format.h>

#include <set>

#include "db/packed.h"
#include "db/statement.h"
#include "db/tables/evidence_table.h"

// Kept forever: periods with their verdicts, values and reasons; changes, prices and runs. Removed
// once they are old enough: bodies, exchanges that nothing refers to any longer, and judgements
// that only confirmed what the ones around them confirm.

namespace assay::db {
namespace {

// Evidence that is still needed, as temporary tables of ids: `whole` with its body, `named`
// without.
class Needed {
 public:
  explicit Needed(SQLite::Database& connection) : connection_(connection) {
    connection_.exec(
        "CREATE TEMP TABLE whole (id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE named (id INTEGER PRIMARY KEY)");
  }
  ~Needed() { connection_.tryExec("DROP TABLE temp.whole; DROP TABLE temp.named"); }
  Needed(const Needed&) = delete;
  Needed& operator=(const Needed&) = delete;

  // Recent evidence, evidence that recent runs used again, and the newest list of each price
  // source.
  void find_whole(std::int64_t cutoff) {
    Statement(connection_,
              "INSERT OR IGNORE INTO temp.whole SELECT e.id FROM evidence e JOIN run r ON "
              "r.id = e.run WHERE e.fetched_at >= ?1 OR r.started_at >= ?1")
        .bind(cutoff)
        .run();
    connection_.exec(
        "INSERT OR IGNORE INTO temp.whole SELECT x.evidence FROM price_reading x WHERE x.at = "
        "(SELECT max(at) FROM price_reading y WHERE y.document = x.document)");
    Statement sets(connection_,
                   "SELECT DISTINCT s.ids FROM run r JOIN evidence_set s ON s.id = r.reused "
                   "WHERE r.started_at >= ?");
    sets.bind(cutoff);
    Statement insert(connection_, "INSERT OR IGNORE INTO temp.whole VALUES (?)");
    while (sets.step()) {
      for (const std::int64_t id : unpack_ids(sets.text(0))) insert.bind(id).run();
    }
  }

  // Evidence that judgements, observations and prices refer to.
  void find_named() {
    connection_.exec(
        "INSERT OR IGNORE INTO temp.named SELECT id FROM temp.whole;"
        "INSERT OR IGNORE INTO temp.named SELECT evidence FROM observation "
        "WHERE evidence IS NOT NULL;"
        "INSERT OR IGNORE INTO temp.named SELECT evidence FROM price;"
        "INSERT OR IGNORE INTO temp.named SELECT evidence FROM price_reading;"
        "INSERT OR IGNORE INTO temp.named SELECT evidence FROM run_reuse");
    Statement judged(connection_, "SELECT evidence FROM judgement");
    Statement insert(connection_, "INSERT OR IGNORE INTO temp.named VALUES (?)");
    while (judged.step()) {
      for (const auto& [url, id] : unpack_map(judged.text(0))) insert.bind(id).run();
    }
  }

 private:
  SQLite::Database& connection_;
};

std::uint64_t changed(SQLite::Database& connection) {
  return static_cast<std::uint64_t>(connection.getChanges());
}

// Keeps every judgement that opened a period or was the last to confirm one, and those that kept a
// period without confirming it.
std::uint64_t thin_judgements(SQLite::Database& connection, std::int64_t cutoff) {
  Statement(connection,
            "DELETE FROM judgement AS j WHERE at < ?1 AND kept = x'' AND NOT EXISTS ("
            "SELECT 1 FROM period p WHERE p.entry = j.entry AND p.opened_at <= j.at AND "
            "(p.closed_at IS NULL OR p.closed_at > j.at) AND EXISTS (SELECT 1 FROM auditor_list l "
            "WHERE l.list = j.auditors AND l.auditor = p.auditor) AND (p.opened_at = j.at OR NOT "
            "EXISTS (SELECT 1 FROM judgement k JOIN auditor_list m ON m.list = k.auditors WHERE "
            "k.entry = j.entry AND k.at > j.at AND (p.closed_at IS NULL OR k.at < p.closed_at) AND "
            "k.kept = x'' AND m.auditor = p.auditor)))")
      .bind(cutoff)
      .run();
  return changed(connection);
}

// Likewise keeps readings that opened a price or were the last to confirm one.
std::uint64_t thin_readings(SQLite::Database& connection, std::int64_t cutoff) {
  Statement(
      connection,
      "DELETE FROM price_reading AS x WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM offer o "
      "JOIN price p ON p.offer = o.id WHERE o.document = x.document AND p.opened_at <= x.at "
      "AND (p.closed_at IS NULL OR p.closed_at > x.at) AND (p.opened_at = x.at OR (NOT EXISTS "
      "(SELECT 1 FROM price_gap g WHERE g.price = p.id AND g.at = x.at) AND NOT EXISTS "
      "(SELECT 1 FROM price_reading y WHERE y.document = x.document AND y.at > x.at AND "
      "(p.closed_at IS NULL OR y.at < p.closed_at) AND NOT EXISTS (SELECT 1 FROM price_gap g "
      "WHERE g.price = p.id AND g.at = y.at))))) AND EXISTS (SELECT 1 FROM price_reading y "
      "WHERE y.document = x.document AND y.at > x.at)")
      .bind(cutoff)
      .run();
  const std::uint64_t thinned = changed(connection);
  connection.exec(
      "DELETE FROM price_gap AS g WHERE NOT EXISTS (SELECT 1 FROM price p JOIN offer o ON "
      "o.id = p.offer JOIN price_reading x ON x.document = o.document AND x.at = g.at "
      "WHERE p.id = g.price)");
  return thinned;
}

void drop_bodies(SQLite::Database& connection, PruneReport& report) {
  {
    // The statement must end first: SQLite does not drop a table that a statement still reads.
    Statement gone(connection,
                   "SELECT count(*), coalesce(sum(length(zstd)), 0) FROM body b WHERE "
                   "length(zstd) > 0 AND NOT EXISTS (SELECT 1 FROM evidence e JOIN temp.whole w ON "
                   "w.id = e.id WHERE e.body = b.id)");
    if (gone.step()) {
      report.bodies = static_cast<std::uint64_t>(gone.integer(0));
      report.body_bytes = static_cast<std::uint64_t>(gone.integer(1));
    }
  }
  // A body keeps its digest and size while its exchange is still referred to.
  connection.exec(
      "CREATE TEMP TABLE used_body AS SELECT DISTINCT e.body AS id, max(w.id IS NOT NULL) AS whole "
      "FROM evidence e LEFT JOIN temp.whole w ON w.id = e.id WHERE e.body IS NOT NULL "
      "GROUP BY e.body;"
      "DELETE FROM body WHERE id NOT IN (SELECT id FROM temp.used_body);"
      "UPDATE body SET zstd = x'' WHERE length(zstd) > 0 AND id IN "
      "(SELECT id FROM temp.used_body WHERE NOT whole);"
      "DROP TABLE temp.used_body");
}

}  // namespace

PruneReport prune_evidence(SQLite::Database& connection, std::int64_t cutoff, std::int64_t at) {
  // This process holds the writer's lock, so runs without an end are dead.
  connection.exec("UPDATE run SET status = 'interrupted' WHERE status = 'running'");
  pack_reuse(connection);
  PruneReport report;
  Needed needed(connection);
  needed.find_whole(cutoff);
  report.judgements = thin_judgements(connection, cutoff) + thin_readings(connection, cutoff);
  needed.find_named();
  Statement(connection,
            "UPDATE run SET reused = NULL, pruned_at = coalesce(pruned_at, ?) WHERE started_at < ?")
      .bind(at, cutoff)
      .run();
  connection.exec(
      "DELETE FROM evidence_set WHERE id NOT IN (SELECT reused FROM run WHERE reused IS NOT NULL)");
  connection.exec("DELETE FROM evidence WHERE id NOT IN (SELECT id FROM temp.named)");
  report.evidence = changed(connection);
  drop_bodies(connection, report);
  const auto pages = connection.execAndGet("PRAGMA freelist_count").getInt64();
  report.free_bytes =
      static_cast<std::uint64_t>(pages * connection.execAndGet("PRAGMA page_size").getInt64());
  return report;
}

void vacuum(SQLite::Database& connection) {
  constexpr int kPages = 500;
  std::int64_t before = 0;
  std::int64_t left = connection.execAndGet("PRAGMA freelist_count").getInt64();
  while (left > 0 && left != before) {
    before = left;
    connection.exec(fmt::format("PRAGMA incremental_vacuum({})", kPages));
    left = connection.execAndGet("PRAGMA freelist_count").getInt64();
  }
  // Readers may prevent it; then the next writer does it.
  connection.tryExec("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace assay::db
