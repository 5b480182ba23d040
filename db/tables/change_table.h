#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

/// The part of a period that changes are made of.
struct Standing {
  std::int64_t period = 0;
  std::string verdict;
  std::string observed;  ///< JSON
};

/// What one judgement did to an auditor's periods of one label.
struct Track {
  std::string label;
  std::int64_t auditor = 0;     ///< id of its string
  std::vector<Standing> ended;  ///< closed by the judgement
  std::vector<Standing> begun;  ///< opened by it
  bool goes_on = false;         ///< another of these periods continued
};

/// Writes a row of `change` for each fact that became another; see Change. `at` is the moment of
/// the judgement.
void record_changes(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                    std::int64_t entry, const std::vector<Track>& tracks);

std::vector<Change> select_changes(SQLite::Database& connection, const ChangeFilter& filter,
                                   const View& view);

}  // namespace assay::db
