#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "db/store.h"

namespace assay::db {

// Rows of `run`. A run whose process died is still "running" here; see Store.

std::int64_t insert_run(SQLite::Database& connection, const Run& run, std::int64_t now);
void complete_run(SQLite::Database& connection, std::int64_t run, const RequestCounts& requests,
                  std::int64_t now);
/// Throws Error unless the run is running: nothing is added to history that is over.
void require_running(SQLite::Database& connection, std::int64_t run);
void count_verdicts(SQLite::Database& connection, std::int64_t run,
                    const std::vector<Finding>& findings);

std::optional<Run> select_run(SQLite::Database& connection, std::int64_t id);
std::vector<Run> select_runs(SQLite::Database& connection, std::size_t limit, std::int64_t before);

}  // namespace assay::db
