#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auditors/finding.h"
#include "db/statement.h"

namespace assay::db {

/// Writes the reasons and observations of one judgement's findings. A period gets new ones only
/// when they differ from its newest; fresh evidence alone is not a difference.
class DetailWriter {
 public:
  /// `at` is the moment of this change.
  DetailWriter(SQLite::Database& connection, std::int64_t at);

  /// Throws Error when an observation names evidence that was never stored.
  void write(std::int64_t period, const Finding& finding);
  /// The evidence that observations cite so far, by the id of their URL.
  const std::map<std::int64_t, std::int64_t>& cited() const { return cited_; }

  /// Ids of the URLs that the newest observations of a period name.
  std::vector<std::int64_t> urls_of(std::int64_t period);
  /// The sources that they name.
  std::vector<std::string> sources_of(std::int64_t period);

 private:
  struct Row {
    std::int64_t source = 0;
    std::int64_t url = 0;
    std::string value;
    bool cited = false;
    std::optional<std::int64_t> evidence;
    std::optional<std::int64_t> fetched_at;
    friend bool operator==(const Row&, const Row&) = default;
  };
  Row row_of(const Observation& observation);
  std::vector<Row> rows_of(std::int64_t period, std::int64_t since);
  std::int64_t id_of(const std::string& text);

  SQLite::Database& connection_;
  std::int64_t at_;
  std::map<std::int64_t, std::int64_t> cited_;
  std::map<std::string, std::int64_t> strings_;
  Statement newest_;
  Statement rows_;
  Statement insert_detail_;
  Statement insert_row_;
};

}  // namespace assay::db
