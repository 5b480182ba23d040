#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>

#include "db/records.h"

namespace assay::db {

/// See Store::prune. Runs in its caller's transaction; vacuum() then gives the space back.
PruneReport prune_evidence(SQLite::Database& connection, std::int64_t cutoff, std::int64_t at);

/// Returns free pages to the file system, a few at a time, so that nobody waits long.
void vacuum(SQLite::Database& connection);

}  // namespace assay::db
