#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/store.h"

namespace assay::db {

// Rows of `evidence`, `body` and `run_evidence`. Ids and digests are 64 hexadecimal digits; what
// is something else is not found.

void insert_evidence(SQLite::Database& connection, std::int64_t run, const Evidence& evidence);
/// The row of evidence by its id.
std::optional<std::int64_t> evidence_row(SQLite::Database& connection, const std::string& id);

std::optional<Evidence> select_newest(SQLite::Database& connection, const std::string& url);
std::vector<Evidence> select_of_run(SQLite::Database& connection, std::int64_t run);
std::optional<EvidenceRecord> select_evidence(SQLite::Database& connection, const std::string& id);
std::optional<std::string> select_body(SQLite::Database& connection, const std::string& id);

}  // namespace assay::db
