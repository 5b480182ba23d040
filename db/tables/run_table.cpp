#include "db/tables/run_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "db/error.h"
#include "db/statement.h"
#include "db/tables/evidence_table.h"
#include "db/tables/price_table.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

constexpr const char* kRunColumns =
    "SELECT id, status, started_at, finished_at, origin, catalog_path, catalog_sha256, "
    "catalog_commit, version, auditors, sent, not_modified, retried, bytes, last_at FROM run ";

std::int64_t signed_count(std::uint64_t count) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(count, static_cast<std::uint64_t>(kMax)));
}

std::vector<std::string> strings(const nlohmann::json& list) {
  std::vector<std::string> texts;
  for (const nlohmann::json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<std::pair<std::string, std::uint64_t>> read_verdicts(SQLite::Database& connection,
                                                                 std::int64_t run, bool known) {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  Statement counted(connection, "SELECT count FROM run_verdict WHERE run = ? AND verdict = ?");
  for (const VerdictInfo& info : verdicts()) {
    const bool found = known && counted.bind(run, std::string(info.id)).step();
    counts.emplace_back(info.id, found ? static_cast<std::uint64_t>(counted.integer(0)) : 0);
  }
  return counts;
}

Run read_run(SQLite::Database& connection, const Statement& row, const View& view) {
  const auto count = [&](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
  Run run;
  run.id = row.integer(0);
  run.status = row.text(1);
  run.started_at = format_time(row.integer(2));
  const bool dead = view.dead != nullptr && view.dead->contains(run.id);
  const bool runs = run.status == "running" && !dead;
  // As of then its last change was still to come, and its counts at that moment are not known any
  // more.
  const bool under_way = !view.newest && (row.integer(14) > view.at || runs);
  if (under_way) {
    run.status = "running";
  } else if (run.status == "running" && dead) {
    run.status = "interrupted";
  }
  if (!under_way && !row.is_null(3)) run.finished_at = format_time(row.integer(3));
  run.origin = parse_origin(row.text(4));
  run.catalog_path = row.text(5);
  run.catalog_sha256 = digest_hex(row.text(6));
  run.catalog_commit = row.text(7);
  run.version = row.text(8);
  run.auditors = strings(json_value(row.text(9)));
  if (!under_way) run.requests = {count(10), count(11), count(12), count(13)};
  run.verdicts = read_verdicts(connection, run.id, !under_way);
  return run;
}

}  // namespace

std::int64_t newest_moment(SQLite::Database& connection) {
  Statement newest(connection, "SELECT last_at FROM run ORDER BY id DESC LIMIT 1");
  return newest.step() ? newest.integer(0) : 0;
}

std::int64_t insert_run(SQLite::Database& connection, const Run& run, std::int64_t at) {
  const std::optional<std::string> sha256 = digest_bytes(run.catalog_sha256);
  if (!sha256 && !run.catalog_sha256.empty()) {
    throw Error(fmt::format("the catalog's digest '{}' is not a SHA-256", run.catalog_sha256));
  }
  // This process holds the writer's lock, so whoever began them is dead.
  connection.exec("UPDATE run SET status = 'interrupted' WHERE status = 'running'");
  pack_reuse(connection);
  Statement insert(connection,
                   "INSERT INTO run (status, started_at, origin, catalog_path, catalog_sha256, "
                   "catalog_commit, version, auditors, last_at) "
                   "VALUES ('running', ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::int64_t started =
      run.started_at.empty() ? at : time_value(run.started_at, "the start of the run");
  std::optional<Blob> digest;
  if (sha256) digest = Blob{*sha256};
  insert.bind(started, to_text(run.origin), run.catalog_path, digest, run.catalog_commit,
              run.version, json_text(nlohmann::json(run.auditors)), at);
  insert.run();
  return connection.getLastInsertRowid();
}

void complete_run(SQLite::Database& connection, std::int64_t run, const RequestCounts& requests,
                  std::int64_t at) {
  Statement(connection,
            "UPDATE run SET status = 'complete', finished_at = max(started_at, ?), sent = ?, "
            "not_modified = ?, retried = ?, bytes = ? WHERE id = ?")
      .bind(at, signed_count(requests.sent), signed_count(requests.not_modified),
            signed_count(requests.retried), signed_count(requests.bytes), run)
      .run();
  pack_reuse(connection);
}

void touch_running(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                   const RequestCounts& so_far) {
  Statement(connection,
            "UPDATE run SET last_at = ?, sent = ?, not_modified = ?, retried = ?, bytes = ? "
            "WHERE id = ? AND status = 'running'")
      .bind(at, signed_count(so_far.sent), signed_count(so_far.not_modified),
            signed_count(so_far.retried), signed_count(so_far.bytes), run)
      .run();
  if (connection.getChanges() == 0) {
    throw Error(fmt::format("run {} is not under way; begin a run first", run));
  }
}

void count_verdicts(SQLite::Database& connection, std::int64_t run,
                    const std::vector<Finding>& findings) {
  std::array<std::int64_t, std::tuple_size_v<std::remove_cvref_t<decltype(verdicts())>>> counts{};
  for (const Finding& finding : findings) ++counts.at(static_cast<std::size_t>(finding.verdict));
  Statement add(connection,
                "INSERT INTO run_verdict (run, verdict, count) VALUES (?, ?, ?) "
                "ON CONFLICT (run, verdict) DO UPDATE SET count = count + excluded.count");
  for (const VerdictInfo& info : verdicts()) {
    const std::int64_t count = counts.at(static_cast<std::size_t>(info.verdict));
    if (count > 0) add.bind(run, std::string(info.id), count).run();
  }
}

std::optional<Run> select_run(SQLite::Database& connection, std::int64_t id, const View& view) {
  Statement row(connection,
                fmt::format("{} WHERE id = ? AND started_at <= ?", kRunColumns).c_str());
  if (!row.bind(id, view.newest ? kNoBound : view.at).step()) return std::nullopt;
  Run run = read_run(connection, row, view);
  if (view.newest || row.integer(14) <= view.at) {
    run.sources = select_health(connection, id);
    run.offers = count_offers(connection, id, row.integer(14));
  }
  return run;
}

std::vector<Run> select_runs(SQLite::Database& connection, std::size_t limit, std::int64_t before,
                             const View& view) {
  Statement row(connection, fmt::format("{} WHERE id < ? AND started_at <= ? "
                                        "ORDER BY id DESC LIMIT ?",
                                        kRunColumns)
                                .c_str());
  row.bind(before > 0 ? before : kNoBound, view.newest ? kNoBound : view.at, signed_count(limit));
  std::vector<Run> runs;
  while (row.step()) runs.push_back(read_run(connection, row, view));
  return runs;
}

}  // namespace assay::db
