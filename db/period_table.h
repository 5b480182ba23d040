#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "db/store.h"

namespace assay::db {

// Rows of `period`, `observation` and `confirmation`: which verdict a label has had since when.

/// See Store::add_findings.
void record_findings(SQLite::Database& connection, std::int64_t run, const std::string& slug,
                     const std::vector<Finding>& findings,
                     const std::vector<std::string>& auditors);
/// See Store::close_other_entries.
void close_other_entries(SQLite::Database& connection, std::int64_t run,
                         const std::vector<std::string>& slugs);

std::vector<Period> select_current(SQLite::Database& connection, const FindingFilter& filter);
/// With ids below `before`.
std::vector<Period> select_history(SQLite::Database& connection, const std::string& slug,
                                   const std::string& label, std::size_t limit,
                                   std::int64_t before);
std::vector<Store::EntrySummary> select_summaries(SQLite::Database& connection);

}  // namespace assay::db
