#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "auditors/finding.h"

namespace assay::db {

/// See Store::add_findings; `at` is the moment of this change.
void record_findings(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                     const std::string& slug, const std::vector<Finding>& findings,
                     const std::vector<std::string>& auditors, std::span<const Unread> unread);

/// See Store::close_other_entries; `at` is the moment of this change.
void close_other_entries(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                         const std::vector<std::string>& slugs);

}  // namespace assay::db
