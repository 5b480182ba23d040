#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

/// The moment of the newest change; 0 before the first.
std::int64_t newest_moment(SQLite::Database& connection);

// Rows of `run` and `run_verdict`. A run whose process died is still "running" here; see Store.

/// `at` is the moment of this change, here and below.
std::int64_t insert_run(SQLite::Database& connection, const Run& run, std::int64_t at);
void complete_run(SQLite::Database& connection, std::int64_t run, const RequestCounts& requests,
                  std::int64_t at);
/// Throws Error unless the run is running: nothing is added to a run that is over.
void touch_running(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                   const RequestCounts& so_far);
void count_verdicts(SQLite::Database& connection, std::int64_t run,
                    const std::vector<Finding>& findings);

/// With the health of its sources and the offers it read.
std::optional<Run> select_run(SQLite::Database& connection, std::int64_t id, const View& view);
std::vector<Run> select_runs(SQLite::Database& connection, std::size_t limit, std::int64_t before,
                             const View& view);

}  // namespace assay::db
