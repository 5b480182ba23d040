#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "db/statement.h"
#include "db/tables/evidence_table.h"

namespace assay::db {

/// One judgement of an entry. It confirms every period of these auditors that was open then, except
/// those that were only kept. An unchanged audit writes one such row per entry.
struct Judgement {
  std::int64_t at = 0;
  std::int64_t run = 0;
  std::map<std::int64_t, std::int64_t> evidence;  ///< cited by observations, by its URL
  std::vector<std::int64_t> kept;                 ///< ids of periods, ascending
};

/// `auditors` are ids of strings, ascending.
void insert_judgement(SQLite::Database& connection, std::int64_t entry,
                      const std::vector<std::int64_t>& auditors, const Judgement& judgement);

/// Finds judgements for one period after another; the periods of an entry must be consecutive.
class JudgementReader {
 public:
  explicit JudgementReader(SQLite::Database& connection);

  /// The newest judgement of an entry by an auditor up to `at` that confirmed the period; null when
  /// there is none. Valid until the next call.
  const Judgement* find(std::int64_t entry, std::int64_t auditor, std::int64_t at,
                        std::int64_t period);
  /// Evidence by its row. Throws Error when it is gone.
  const EvidenceKey& evidence(std::int64_t row);

 private:
  using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

  SQLite::Database& connection_;
  Statement select_;
  std::optional<Key> key_;
  std::vector<Judgement> found_;  // newest first
  bool done_ = false;             // there are no others
  std::unordered_map<std::int64_t, EvidenceKey> evidence_;
};

}  // namespace assay::db
