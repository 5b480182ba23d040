#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

/// A period as far as changes look at it.
struct Standing {
  std::int64_t period = 0;
  std::string verdict;
  std::string observed;  ///< JSON
};

/// What one judgement did to the periods that an auditor has of one label.
struct Track {
  std::string label;
  std::int64_t auditor = 0;     ///< id of its string
  std::vector<Standing> ended;  ///< closed by the judgement
  std::vector<Standing> begun;  ///< opened by it
  bool goes_on = false;         ///< another period of the two went on
};

/// Writes rows of `change` for what became another fact; see Change. `at` is the moment of the
/// judgement.
void record_changes(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                    std::int64_t entry, const std::vector<Track>& tracks);

std::vector<Change> select_changes(SQLite::Database& connection, const ChangeFilter& filter,
                                   const View& view);

}  // namespace assay::db
