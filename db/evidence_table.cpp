#include "db/evidence_table.h"

#include <fmt/format.h>

#include <charconv>

#include "auditors/digest.h"
#include "db/body.h"
#include "db/statement.h"

namespace assay::db {
namespace {

constexpr int kOutcomes = static_cast<int>(Outcome::not_recorded) + 1;

Outcome parse_outcome(const std::string& text) {
  for (int value = 0; value < kOutcomes; ++value) {
    if (to_string(static_cast<Outcome>(value)) == text) return static_cast<Outcome>(value);
  }
  throw Error(fmt::format("stored evidence has an unknown outcome '{}'", text));
}

// Headers are the same in answer after answer but for one or two, so each pair is stored once.
std::string insert_headers(SQLite::Database& connection,
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
  return ids;
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
      throw Error("stored evidence names headers that are not there; the database was damaged");
    }
    headers.emplace(find.text(0), find.text(1));
    at = next != end && *next == ' ' ? next + 1 : next;
  }
  return headers;
}

std::int64_t insert_body(SQLite::Database& connection, const Evidence& evidence,
                         const std::string& digest) {
  Statement find(connection, "SELECT id FROM body WHERE sha256 = ?");
  if (find.bind(Blob{digest}).step()) return find.integer(0);
  if (sha256_hex(evidence.body) != evidence.body_sha256) {
    throw Error(fmt::format("the body of '{}' is not the one with SHA-256 {}", evidence.url,
                            evidence.body_sha256));
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
  std::string body = decompress(row.text(2), static_cast<std::uint64_t>(row.integer(1)));
  if (sha256_hex(body) != digest_hex(row.text(0))) {
    throw Error("a stored body does not have its digest; the database was damaged");
  }
  return body;
}

constexpr const char* kColumns =
    "SELECT e.sha256, s.value, u.value, f.value, e.fetched_at, e.outcome, e.status, e.headers, "
    "b.sha256, e.error, b.id, b.size, e.id FROM evidence e "
    "JOIN string s ON s.id = e.source JOIN string u ON u.id = e.url "
    "JOIN string f ON f.id = e.final_url LEFT JOIN body b ON b.id = e.body ";

enum class Body { left_out, included };

Evidence read_evidence(SQLite::Database& connection, const Statement& row, Body body) {
  Evidence evidence;
  evidence.id = digest_hex(row.text(0));
  evidence.source = row.text(1);
  evidence.url = row.text(2);
  evidence.final_url = row.text(3);
  evidence.fetched_at = format_time(row.integer(4));
  evidence.outcome = parse_outcome(row.text(5));
  evidence.status = static_cast<int>(row.integer(6));
  evidence.headers = select_headers(connection, row.text(7));
  evidence.body_sha256 = digest_hex(row.text(8));
  evidence.error = row.text(9);
  if (body == Body::included && !row.is_null(10)) {
    evidence.body = read_body(connection, row.integer(10));
  }
  return evidence;
}

}  // namespace

void insert_evidence(SQLite::Database& connection, std::int64_t run, const Evidence& evidence) {
  const std::optional<std::string> id = digest_bytes(evidence.id);
  if (!id) throw Error(fmt::format("evidence of '{}' has no id; seal it first", evidence.url));
  std::optional<std::int64_t> row = evidence_row(connection, evidence.id);
  if (!row) {
    std::optional<std::int64_t> body;
    if (!evidence.body_sha256.empty()) {
      const std::optional<std::string> digest = digest_bytes(evidence.body_sha256);
      if (!digest) {
        throw Error(fmt::format("the body of '{}' has no SHA-256; seal it first", evidence.url));
      }
      body = insert_body(connection, evidence, *digest);
    }
    Statement insert(connection,
                     "INSERT INTO evidence (sha256, source, url, final_url, fetched_at, outcome, "
                     "status, headers, body, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(Blob{*id}, intern(connection, evidence.source), intern(connection, evidence.url),
                intern(connection, evidence.final_url),
                time_value(evidence.fetched_at, "the time of evidence"),
                std::string(to_string(evidence.outcome)), std::int64_t{evidence.status},
                insert_headers(connection, evidence.headers), body, evidence.error);
    insert.run();
    row = connection.getLastInsertRowid();
  }
  Statement(connection, "INSERT OR IGNORE INTO run_evidence (run, evidence) VALUES (?, ?)")
      .bind(run, *row)
      .run();
}

std::optional<std::int64_t> evidence_row(SQLite::Database& connection, const std::string& id) {
  const std::optional<std::string> digest = digest_bytes(id);
  if (!digest) return std::nullopt;
  Statement find(connection, "SELECT id FROM evidence WHERE sha256 = ?");
  if (!find.bind(Blob{*digest}).step()) return std::nullopt;
  return find.integer(0);
}

std::optional<Evidence> select_newest(SQLite::Database& connection, const std::string& url) {
  const std::optional<std::int64_t> known = interned(connection, url);
  if (!known) return std::nullopt;
  // The conditions of the index evidence_usable, word for word, and the one it lacks.
  Statement row(connection, fmt::format("{} WHERE e.url = ? AND e.body IS NOT NULL AND e.status IN "
                                        "(200, 304) AND e.outcome = 'response' "
                                        "ORDER BY e.fetched_at DESC, e.id DESC LIMIT 1",
                                        kColumns)
                                .c_str());
  if (!row.bind(*known).step()) return std::nullopt;
  return read_evidence(connection, row, Body::included);
}

std::vector<Evidence> select_of_run(SQLite::Database& connection, std::int64_t run) {
  Statement row(connection, fmt::format("{} JOIN run_evidence r ON r.evidence = e.id "
                                        "WHERE r.run = ? ORDER BY e.id",
                                        kColumns)
                                .c_str());
  row.bind(run);
  std::vector<Evidence> all;
  while (row.step()) all.push_back(read_evidence(connection, row, Body::included));
  return all;
}

std::optional<EvidenceRecord> select_evidence(SQLite::Database& connection, const std::string& id) {
  const std::optional<std::int64_t> known = evidence_row(connection, id);
  if (!known) return std::nullopt;
  Statement row(connection, fmt::format("{} WHERE e.id = ?", kColumns).c_str());
  if (!row.bind(*known).step()) return std::nullopt;
  EvidenceRecord record;
  record.evidence = read_evidence(connection, row, Body::left_out);
  record.body_size = row.is_null(11) ? 0 : static_cast<std::uint64_t>(row.integer(11));
  // Evidence that cannot change is used by run after run: the newest hundred say enough.
  Statement run(connection,
                "SELECT run FROM run_evidence WHERE evidence = ? ORDER BY run DESC LIMIT 100");
  run.bind(*known);
  while (run.step()) record.runs.push_back(run.integer(0));
  return record;
}

std::optional<std::string> select_body(SQLite::Database& connection, const std::string& id) {
  const std::optional<std::string> digest = digest_bytes(id);
  if (!digest) return std::nullopt;
  Statement of_body(connection, "SELECT id FROM body WHERE sha256 = ?");
  if (of_body.bind(Blob{*digest}).step()) return read_body(connection, of_body.integer(0));
  Statement of_evidence(connection,
                        "SELECT body FROM evidence WHERE sha256 = ? AND body IS NOT NULL");
  if (of_evidence.bind(Blob{*digest}).step()) return read_body(connection, of_evidence.integer(0));
  return std::nullopt;
}

}  // namespace assay::db
