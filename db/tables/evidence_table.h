#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/records.h"

namespace assay::db {

// Rows of `evidence`, `body`, `run_reuse`, `evidence_set` and `run_exchange`. Ids and digests are
// 64 hexadecimal digits; anything else is not found.

void insert_evidence(SQLite::Database& connection, std::int64_t run, const Evidence& evidence);
/// Packs the evidence that finished runs used again into sets.
void pack_reuse(SQLite::Database& connection);

/// Evidence as observations refer to it.
struct EvidenceKey {
  std::int64_t row = 0;
  std::string id;  ///< 64 hexadecimal digits
  std::int64_t fetched_at = 0;
};
std::optional<EvidenceKey> find_evidence(SQLite::Database& connection, const std::string& id);
std::optional<EvidenceKey> find_evidence(SQLite::Database& connection, std::int64_t row);

/// How the answers to one URL ended in a run.
struct AnswerTally {
  std::size_t good = 0;    ///< complete answers, unchanged ones included
  std::size_t failed = 0;  ///< all others
};
/// `url` is the id of its string.
AnswerTally tally_answers(SQLite::Database& connection, std::int64_t run, std::int64_t url);

std::optional<Evidence> select_newest(SQLite::Database& connection, const std::string& url);
Attempts select_attempts(SQLite::Database& connection, const std::string& url);
std::vector<Evidence> select_of_run(SQLite::Database& connection, std::int64_t run);
/// Of one run, or of all.
std::vector<SourceHealth> select_health(SQLite::Database& connection,
                                        std::optional<std::int64_t> run);
std::optional<EvidenceRecord> select_evidence(SQLite::Database& connection, const std::string& id);
/// With its body; null when that was pruned.
std::optional<Evidence> select_whole(SQLite::Database& connection, std::int64_t row);
std::optional<std::string> select_body(SQLite::Database& connection, const std::string& id);
std::vector<std::string> select_body_sources(SQLite::Database& connection, const std::string& id);

}  // namespace assay::db
