#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

// Rows of `period`, `detail` and `observation`: which verdict a label had when, and why.

std::vector<Period> select_current(SQLite::Database& connection, const FindingFilter& filter,
                                   const View& view);
/// Newest first, with ids below `before`.
std::vector<Period> select_history(SQLite::Database& connection, const std::string& slug,
                                   const std::string& label, std::size_t limit, std::int64_t before,
                                   const View& view);
/// Of one entry, or of all when `slug` is null.
std::vector<EntrySummary> select_summaries(SQLite::Database& connection, const std::string* slug,
                                           const View& view);

std::vector<Totals::Findings> count_findings(SQLite::Database& connection);

/// The verdict that a stored word names; throws Error when there is none.
Verdict read_verdict(const std::string& text);
/// The first text, in byte order, after all those that begin with `prefix`; empty when there is
/// none.
std::string after_prefix(std::string prefix);

}  // namespace assay::db
