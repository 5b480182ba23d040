#include "db/run_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "db/statement.h"

namespace assay::db {
namespace {

constexpr const char* kColumns =
    "SELECT id, status, started_at, finished_at, origin, catalog_path, catalog_sha256, "
    "catalog_commit, version, auditors, sent, not_modified, retried, bytes FROM run ";

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

Run read_run(SQLite::Database& connection, const Statement& row) {
  const auto count = [&](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
  Run run;
  run.id = row.integer(0);
  run.status = row.text(1);
  run.started_at = format_time(row.integer(2));
  if (!row.is_null(3)) run.finished_at = format_time(row.integer(3));
  run.origin = row.text(4);
  run.catalog_path = row.text(5);
  run.catalog_sha256 = digest_hex(row.text(6));
  run.catalog_commit = row.text(7);
  run.version = row.text(8);
  run.auditors = strings(json_value(row.text(9)));
  run.requests = {count(10), count(11), count(12), count(13)};
  Statement counted(connection, "SELECT count FROM run_verdict WHERE run = ? AND verdict = ?");
  for (const VerdictInfo& info : verdicts()) {
    const bool found = counted.bind(run.id, std::string(info.id)).step();
    const std::uint64_t findings = found ? static_cast<std::uint64_t>(counted.integer(0)) : 0;
    run.verdicts.emplace_back(info.id, findings);
  }
  return run;
}

}  // namespace

std::int64_t insert_run(SQLite::Database& connection, const Run& run, std::int64_t now) {
  const std::optional<std::string> sha256 = digest_bytes(run.catalog_sha256);
  if (!sha256 && !run.catalog_sha256.empty()) {
    throw Error(fmt::format("the catalog's digest '{}' is not a SHA-256", run.catalog_sha256));
  }
  // This process has the writer's lock, so whoever began them is dead.
  connection.exec("UPDATE run SET status = 'interrupted' WHERE status = 'running'");
  Statement insert(connection,
                   "INSERT INTO run (status, started_at, origin, catalog_path, catalog_sha256, "
                   "catalog_commit, version, auditors) VALUES ('running', ?, ?, ?, ?, ?, ?, ?)");
  const std::int64_t started =
      run.started_at.empty() ? now : time_value(run.started_at, "the start of the run");
  std::optional<Blob> digest;
  if (sha256) digest = Blob{*sha256};
  insert.bind(started, run.origin, run.catalog_path, digest, run.catalog_commit, run.version,
              json_text(nlohmann::json(run.auditors)));
  insert.run();
  return connection.getLastInsertRowid();
}

void complete_run(SQLite::Database& connection, std::int64_t run, const RequestCounts& requests,
                  std::int64_t now) {
  Statement(connection,
            "UPDATE run SET status = 'complete', finished_at = max(started_at, ?), sent = ?, "
            "not_modified = ?, retried = ?, bytes = ? WHERE id = ?")
      .bind(now, signed_count(requests.sent), signed_count(requests.not_modified),
            signed_count(requests.retried), signed_count(requests.bytes), run)
      .run();
}

void require_running(SQLite::Database& connection, std::int64_t run) {
  Statement find(connection, "SELECT 1 FROM run WHERE id = ? AND status = 'running'");
  if (!find.bind(run).step()) {
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

std::optional<Run> select_run(SQLite::Database& connection, std::int64_t id) {
  Statement row(connection, fmt::format("{} WHERE id = ?", kColumns).c_str());
  if (!row.bind(id).step()) return std::nullopt;
  return read_run(connection, row);
}

std::vector<Run> select_runs(SQLite::Database& connection, std::size_t limit, std::int64_t before) {
  constexpr auto kNoBound = std::numeric_limits<std::int64_t>::max();
  Statement row(connection,
                fmt::format("{} WHERE id < ? ORDER BY id DESC LIMIT ?", kColumns).c_str());
  row.bind(before > 0 ? before : kNoBound, signed_count(limit));
  std::vector<Run> runs;
  while (row.step()) runs.push_back(read_run(connection, row));
  return runs;
}

}  // namespace assay::db
