#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>

#include "db/records.h"

namespace assay::db {

/// See Store::prune. Runs in the transaction of its caller; the space is given back by vacuum().
PruneReport prune_evidence(SQLite::Database& connection, std::int64_t cutoff, std::int64_t at);

/// Gives free pages back to the file system, some at a time, so that nobody waits long.
void vacuum(SQLite::Database& connection);

}  // namespace assay::db
