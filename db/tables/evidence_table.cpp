#include "db/tables/evidence_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "auditors/evidence/digest.h"
#include "db/body.h"
#include "db/error.h"
#include "db/moment.h"
#include "db/packed.h"
#include "db/statement.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

// Null stands for the usual outcome, a response.
Outcome stored_outcome(const std::string& text) {
  if (text.empty()) return Outcome::response;
  if (const auto outcome = parse_outcome(text)) return *outcome;
  throw Error(fmt::format("stored evidence has an unknown outcome '{}'", text));
}

// Nearly all headers are the same in answer after answer, so each pair is stored once.
std::int64_t insert_headers(SQLite::Database& connection,
                            const std::map<std::string, std::string>& headers) {
  Statement find(connection, "SELECT id FROM header WHERE name = ? AND value = ?");
  Statement insert(connection, "INSERT INTO header (name, value) VALUES (?, ?)");
  std::string ids;
  for (const auto& [name, value] : headers) {
    std::int64_t id = 0;
    if (find.bind(name, value).step()) {
      id = find.integer(0);
    } else {
      insert.bind(name, value).run();
      id = connection.getLastInsertRowid();
    }
    ids += fmt::format("{}{}", ids.empty() ? "" : " ", id);
  }
  return intern(connection, ids);
}

std::map<std::string, std::string> select_headers(SQLite::Database& connection,
                                                  const std::string& ids) {
  std::map<std::string, std::string> headers;
  Statement find(connection, "SELECT name, value FROM header WHERE id = ?");
  const char* at = ids.data();
  const char* const end = at + ids.size();
  while (at != end) {
    std::int64_t id = 0;
    const auto [next, error] = std::from_chars(at, end, id);
    if (error != std::errc{} || !find.bind(id).step()) {
      throw Error("stored evidence refers to headers that are missing; the database was damaged");
    }
    headers.emplace(find.text(0), find.text(1));
    at = next != end && *next == ' ' ? next + 1 : next;
  }
  return headers;
}

std::int64_t insert_body(SQLite::Database& connection, const Evidence& evidence,
                         const std::string& digest) {
  Statement find(connection, "SELECT id, length(zstd) > 0 FROM body WHERE sha256 = ?");
  const bool known = find.bind(Blob{digest}).step();
  if (known && find.integer(1) != 0) return find.integer(0);
  if (sha256_hex(evidence.body) != evidence.body_sha256) {
    throw Error(fmt::format("the body of '{}' is not the one with SHA-256 {}", evidence.url,
                            evidence.body_sha256));
  }
  if (known) {  // it was pruned and is seen again
    Statement(connection, "UPDATE body SET zstd = ? WHERE id = ?")
        .bind(Blob{compress(evidence.body)}, find.integer(0))
        .run();
    return find.integer(0);
  }
  Statement(connection, "INSERT INTO body (sha256, size, zstd) VALUES (?, ?, ?)")
      .bind(Blob{digest}, static_cast<std::int64_t>(evidence.body.size()),
            Blob{compress(evidence.body)})
      .run();
  return connection.getLastInsertRowid();
}

std::string read_body(SQLite::Database& connection, std::int64_t id) {
  Statement row(connection, "SELECT sha256, size, zstd FROM body WHERE id = ?");
  if (!row.bind(id).step()) throw Error("a stored body is missing; the database was damaged");
  if (row.text(2).empty()) throw Error("the body was pruned; its digest and size are kept");
  std::string body = decompress(row.text(2), static_cast<std::uint64_t>(row.integer(1)));
  if (sha256_hex(body) != digest_hex(row.text(0))) {
    throw Error("a stored body does not have its digest; the database was damaged");
  }
  return body;
}

constexpr const char* kEvidenceColumns =
    "SELECT e.sha256, s.value, u.value, coalesce(f.value, u.value), e.fetched_at, e.outcome, "
    "e.status, h.value, b.sha256, e.error, b.id, b.size, e.id, e.run, length(b.zstd) > 0 "
    "FROM evidence e JOIN string s ON s.id = e.source JOIN string u ON u.id = e.url "
    "JOIN string h ON h.id = e.headers LEFT JOIN string f ON f.id = e.final_url "
    "LEFT JOIN body b ON b.id = e.body ";

enum class Body { left_out, included };

Evidence read_evidence(SQLite::Database& connection, const Statement& row, Body body) {
  Evidence evidence;
  evidence.id = digest_hex(row.text(0));
  evidence.source = row.text(1);
  evidence.url = row.text(2);
  evidence.final_url = row.text(3);
  evidence.fetched_at = format_time(row.integer(4));
  evidence.outcome = stored_outcome(row.text(5));
  evidence.status = static_cast<int>(row.integer(6));
  evidence.headers = select_headers(connection, row.text(7));
  evidence.body_sha256 = digest_hex(row.text(8));
  evidence.error = row.text(9);
  evidence.run = row.integer(13);
  if (body == Body::included && !row.is_null(10)) {
    evidence.body = read_body(connection, row.integer(10));
  }
  return evidence;
}

std::int64_t insert_new(SQLite::Database& connection, std::int64_t run, const Evidence& evidence) {
  const std::optional<std::string> id = digest_bytes(evidence.id);
  if (!id) throw Error(fmt::format("evidence of '{}' has no id; seal it first", evidence.url));
  std::optional<std::int64_t> body;
  if (!evidence.body_sha256.empty()) {
    const std::optional<std::string> digest = digest_bytes(evidence.body_sha256);
    if (!digest) {
      throw Error(fmt::format("the body of '{}' has no SHA-256; seal it first", evidence.url));
    }
    body = insert_body(connection, evidence, *digest);
  }
  std::optional<std::int64_t> final_url;
  if (evidence.final_url != evidence.url) final_url = intern(connection, evidence.final_url);
  std::optional<std::string> outcome;
  if (evidence.outcome != Outcome::response) outcome = to_string(evidence.outcome);
  Statement(connection,
            "INSERT INTO evidence (sha256, run, source, url, final_url, fetched_at, outcome, "
            "status, headers, body, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(Blob{*id}, run, intern(connection, evidence.source), intern(connection, evidence.url),
            final_url, time_value(evidence.fetched_at, "the time of evidence"), outcome,
            std::int64_t{evidence.status}, insert_headers(connection, evidence.headers), body,
            evidence.error)
      .run();
  return connection.getLastInsertRowid();
}

// Whether a run has already used the evidence, which it or an earlier run stored.
bool is_used(SQLite::Database& connection, std::int64_t run, std::int64_t row) {
  Statement find(connection,
                 "SELECT 1 FROM evidence WHERE id = ?2 AND run = ?1 "
                 "UNION ALL SELECT 1 FROM run_reuse WHERE run = ?1 AND evidence = ?2");
  return find.bind(run, row).step();
}

void count_exchange(SQLite::Database& connection, std::int64_t run, const std::string& source,
                    const std::string& result) {
  Statement(connection,
            "INSERT INTO run_exchange (run, source, result, count) VALUES (?, ?, ?, 1) "
            "ON CONFLICT (run, source, result) DO UPDATE SET count = count + 1")
      .bind(run, intern(connection, source), result)
      .run();
}

std::string result_of(const Evidence& evidence) {
  return evidence.outcome == Outcome::response ? std::to_string(evidence.status)
                                               : std::string(to_string(evidence.outcome));
}

// Evidence of earlier runs that a run used again, packed or not.
std::vector<std::int64_t> reused_by(SQLite::Database& connection, std::int64_t run) {
  Statement packed(connection,
                   "SELECT s.ids FROM run r JOIN evidence_set s ON s.id = r.reused WHERE r.id = ?");
  if (packed.bind(run).step()) return unpack_ids(packed.text(0));
  std::vector<std::int64_t> ids;
  Statement row(connection, "SELECT evidence FROM run_reuse WHERE run = ? ORDER BY evidence");
  row.bind(run);
  while (row.step()) ids.push_back(row.integer(0));
  return ids;
}

EvidenceKey read_key(const Statement& row) {
  return {row.integer(0), digest_hex(row.text(1)), row.integer(2)};
}

// Runs of long ago are omitted: evidence that cannot change is used night after night.
std::vector<std::int64_t> runs_using(SQLite::Database& connection, std::int64_t evidence,
                                     std::int64_t stored_by) {
  constexpr std::int64_t kLookedAt = 100;
  std::vector<std::int64_t> runs;
  Statement newest(connection, "SELECT id FROM run WHERE id > ? ORDER BY id DESC LIMIT ?");
  newest.bind(stored_by, kLookedAt);
  while (newest.step()) {
    const std::vector<std::int64_t> ids = reused_by(connection, newest.integer(0));
    if (std::binary_search(ids.begin(), ids.end(), evidence)) runs.push_back(newest.integer(0));
  }
  runs.push_back(stored_by);
  return runs;
}

}  // namespace

void insert_evidence(SQLite::Database& connection, std::int64_t run, const Evidence& evidence) {
  const std::optional<EvidenceKey> known = find_evidence(connection, evidence.id);
  if (!known) {
    insert_new(connection, run, evidence);
    count_exchange(connection, run, evidence.source, result_of(evidence));
  } else if (!is_used(connection, run, known->row)) {
    Statement(connection, "INSERT INTO run_reuse (run, evidence) VALUES (?, ?)")
        .bind(run, known->row)
        .run();
    count_exchange(connection, run, evidence.source,
                   evidence.ok() ? "stored" : "stored " + result_of(evidence));
  }
}

void pack_reuse(SQLite::Database& connection) {
  std::vector<std::int64_t> runs;
  Statement unpacked(connection,
                     "SELECT DISTINCT u.run FROM run_reuse u JOIN run r ON r.id = u.run "
                     "WHERE r.status <> 'running'");
  while (unpacked.step()) runs.push_back(unpacked.integer(0));
  Statement find(connection, "SELECT id FROM evidence_set WHERE sha256 = ?");
  Statement insert(connection, "INSERT INTO evidence_set (sha256, ids) VALUES (?, ?)");
  Statement set(connection, "UPDATE run SET reused = ? WHERE id = ?");
  Statement clear(connection, "DELETE FROM run_reuse WHERE run = ?");
  for (const std::int64_t run : runs) {
    const std::string ids = pack_ids(reused_by(connection, run));
    const std::string digest = *digest_bytes(sha256_hex(ids));
    std::int64_t id = 0;
    if (find.bind(Blob{digest}).step()) {
      id = find.integer(0);
    } else {
      insert.bind(Blob{digest}, Blob{ids}).run();
      id = connection.getLastInsertRowid();
    }
    set.bind(id, run).run();
    clear.bind(run).run();
  }
}

std::optional<EvidenceKey> find_evidence(SQLite::Database& connection, const std::string& id) {
  const std::optional<std::string> digest = digest_bytes(id);
  if (!digest) return std::nullopt;
  // Word for word the expression of the index evidence_by_digest.
  Statement find(connection,
                 "SELECT id, sha256, fetched_at FROM evidence "
                 "WHERE substr(sha256, 1, 6) = substr(?1, 1, 6) AND sha256 = ?1");
  if (!find.bind(Blob{*digest}).step()) return std::nullopt;
  return read_key(find);
}

std::optional<EvidenceKey> find_evidence(SQLite::Database& connection, std::int64_t row) {
  Statement find(connection, "SELECT id, sha256, fetched_at FROM evidence WHERE id = ?");
  if (!find.bind(row).step()) return std::nullopt;
  return read_key(find);
}

AnswerTally tally_answers(SQLite::Database& connection, std::int64_t run, std::int64_t url) {
  Statement row(connection,
                "SELECT outcome IS NULL AND status IN (200, 304) FROM evidence e WHERE url = ?2 "
                "AND (run = ?1 OR EXISTS (SELECT 1 FROM run_reuse u WHERE u.run = ?1 AND "
                "u.evidence = e.id))");
  row.bind(run, url);
  AnswerTally tally;
  while (row.step()) ++(row.integer(0) != 0 ? tally.good : tally.failed);
  return tally;
}

std::optional<Evidence> select_newest(SQLite::Database& connection, const std::string& url) {
  const std::optional<std::int64_t> known = interned(connection, url);
  if (!known) return std::nullopt;
  // By the order in which they were stored: a clock may have been ahead.
  Statement row(connection,
                fmt::format("{} WHERE e.url = ? AND e.outcome IS NULL AND "
                            "(e.status IN (200, 304) AND length(b.zstd) > 0 OR "
                            "e.status IN (401, 403) AND (b.id IS NULL OR length(b.zstd) > 0)) "
                            "ORDER BY e.status IN (200, 304) DESC, e.id DESC LIMIT 1",
                            kEvidenceColumns)
                    .c_str());
  if (!row.bind(*known).step()) return std::nullopt;
  return read_evidence(connection, row, Body::included);
}

Attempts select_attempts(SQLite::Database& connection, const std::string& url) {
  Attempts attempts;
  const std::optional<std::int64_t> known = interned(connection, url);
  if (!known) return attempts;
  Statement row(connection,
                "SELECT fetched_at, outcome, status FROM evidence WHERE url = ? "
                "ORDER BY id DESC LIMIT 16");
  row.bind(*known);
  while (row.step()) {
    const Outcome outcome = stored_outcome(row.text(1));
    // Nothing was asked.
    if (outcome == Outcome::budget_spent || outcome == Outcome::offline ||
        outcome == Outcome::not_recorded) {
      continue;
    }
    if (attempts.last == 0) attempts.last = row.integer(0);
    if (outcome == Outcome::response && (row.integer(2) == 200 || row.integer(2) == 304)) break;
    ++attempts.failures;
  }
  return attempts;
}

std::vector<Evidence> select_of_run(SQLite::Database& connection, std::int64_t run) {
  Statement pruned(connection, "SELECT pruned_at FROM run WHERE id = ? AND pruned_at IS NOT NULL");
  if (pruned.bind(run).step()) {
    throw Error(fmt::format("the evidence of run {} was pruned at {}; later runs still have theirs",
                            run, format_time(pruned.integer(0))));
  }
  std::vector<Evidence> all;
  Statement row(connection, fmt::format("{} WHERE e.id = ?", kEvidenceColumns).c_str());
  for (const std::int64_t id : reused_by(connection, run)) {
    if (row.bind(id).step()) all.push_back(read_evidence(connection, row, Body::included));
  }
  Statement own(connection,
                fmt::format("{} WHERE e.run = ? ORDER BY e.id", kEvidenceColumns).c_str());
  own.bind(run);
  while (own.step()) all.push_back(read_evidence(connection, own, Body::included));
  return all;
}

std::vector<SourceHealth> select_health(SQLite::Database& connection,
                                        std::optional<std::int64_t> run) {
  std::vector<SourceHealth> sources;
  Statement row(connection,
                fmt::format("SELECT s.value, x.result, sum(x.count) FROM run_exchange x JOIN "
                            "string s ON s.id = x.source WHERE {} "
                            "GROUP BY s.value, x.result ORDER BY s.value, x.result",
                            run ? "x.run = ?1" : "?1 IS NULL")
                    .c_str());
  row.bind(run);
  while (row.step()) {
    if (sources.empty() || sources.back().source != row.text(0)) {
      sources.push_back({row.text(0), {}});
    }
    sources.back().results.emplace_back(row.text(1), static_cast<std::uint64_t>(row.integer(2)));
  }
  return sources;
}

std::optional<EvidenceRecord> select_evidence(SQLite::Database& connection, const std::string& id) {
  const std::optional<EvidenceKey> known = find_evidence(connection, id);
  if (!known) return std::nullopt;
  Statement row(connection, fmt::format("{} WHERE e.id = ?", kEvidenceColumns).c_str());
  if (!row.bind(known->row).step()) return std::nullopt;
  EvidenceRecord record;
  record.evidence = read_evidence(connection, row, Body::left_out);
  record.body_size = row.is_null(11) ? 0 : static_cast<std::uint64_t>(row.integer(11));
  record.body_stored = !row.is_null(14) && row.integer(14) != 0;
  record.runs = runs_using(connection, known->row, row.integer(13));
  return record;
}

std::optional<Evidence> select_whole(SQLite::Database& connection, std::int64_t row) {
  Statement find(connection,
                 fmt::format("{} WHERE e.id = ? AND length(b.zstd) > 0", kEvidenceColumns).c_str());
  if (!find.bind(row).step()) return std::nullopt;
  return read_evidence(connection, find, Body::included);
}

std::optional<std::string> select_body(SQLite::Database& connection, const std::string& id) {
  const std::optional<std::string> digest = digest_bytes(id);
  if (!digest) return std::nullopt;
  Statement of_body(connection, "SELECT id FROM body WHERE sha256 = ? AND length(zstd) > 0");
  if (of_body.bind(Blob{*digest}).step()) return read_body(connection, of_body.integer(0));
  const std::optional<EvidenceKey> known = find_evidence(connection, id);
  if (!known) return std::nullopt;
  Statement of_evidence(connection,
                        "SELECT b.id FROM evidence e JOIN body b ON b.id = e.body WHERE e.id = ? "
                        "AND length(b.zstd) > 0");
  if (of_evidence.bind(known->row).step()) return read_body(connection, of_evidence.integer(0));
  return std::nullopt;
}

std::vector<std::string> select_body_sources(SQLite::Database& connection, const std::string& id) {
  std::vector<std::string> sources;
  const std::optional<std::string> digest = digest_bytes(id);
  if (!digest) return sources;
  const std::optional<EvidenceKey> known = find_evidence(connection, id);
  Statement rows(connection,
                 "SELECT DISTINCT s.value FROM evidence e JOIN string s ON s.id = e.source WHERE "
                 "e.body = (SELECT id FROM body WHERE sha256 = ?1) OR e.body = (SELECT body FROM "
                 "evidence WHERE id = ?2)");
  rows.bind(Blob{*digest}, known ? known->row : std::int64_t{0});
  while (rows.step()) sources.push_back(rows.text(0));
  return sources;
}

}  // namespace assay::db
