#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "db/store.h"
#include "db/tables/run_table.h"

namespace assay::db {

// Rows of `period`, `detail` and `observation`: which verdict a label has had since when, and why.

/// See Store::add_findings; `at` is the moment of this change.
void record_findings(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                     const std::string& slug, const std::vector<Finding>& findings,
                     const std::vector<std::string>& auditors, std::span<const Unread> unread);
/// See Store::close_other_entries.
void close_other_entries(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                         const std::vector<std::string>& slugs);

std::vector<Period> select_current(SQLite::Database& connection, const FindingFilter& filter,
                                   const View& view);
/// With ids below `before`.
std::vector<Period> select_history(SQLite::Database& connection, const std::string& slug,
                                   const std::string& label, std::size_t limit, std::int64_t before,
                                   const View& view);
/// Of one entry; of all when `slug` is null.
std::vector<EntrySummary> select_summaries(SQLite::Database& connection, const std::string* slug,
                                           const View& view);

std::vector<Totals::Findings> count_findings(SQLite::Database& connection);

/// The verdict that a stored word names; throws Error when it is none.
Verdict read_verdict(const std::string& text);
/// The text that follows all those that begin with `prefix`, in the order of bytes; empty when
/// there is none.
std::string after_prefix(std::string prefix);

}  // namespace assay::db
