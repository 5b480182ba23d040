#include "db/tables/judgement_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "db/error.h"
#include "db/packed.h"

namespace assay::db {
namespace {

// The same auditors run night after night, so their list is stored once.
std::int64_t list_of(SQLite::Database& connection, const std::vector<std::int64_t>& auditors) {
  const std::int64_t list = intern(connection, fmt::format("{}", fmt::join(auditors, ",")));
  Statement insert(connection, "INSERT OR IGNORE INTO auditor_list (list, auditor) VALUES (?, ?)");
  for (const std::int64_t auditor : auditors) insert.bind(list, auditor).run();
  return list;
}

}  // namespace

void insert_judgement(SQLite::Database& connection, std::int64_t entry,
                      const std::vector<std::int64_t>& auditors, const Judgement& judgement) {
  Statement(connection, "INSERT INTO judgement VALUES (?, ?, ?, ?, ?, ?)")
      .bind(entry, judgement.at, judgement.run, list_of(connection, auditors),
            Blob{pack_map(judgement.evidence)}, Blob{pack_ids(judgement.kept)})
      .run();
}

JudgementReader::JudgementReader(SQLite::Database& connection)
    : connection_(connection),
      select_(connection,
              "SELECT j.at, j.run, j.evidence, j.kept FROM judgement j "
              "WHERE j.entry = ? AND j.at <= ? AND EXISTS (SELECT 1 FROM auditor_list l "
              "WHERE l.list = j.auditors AND l.auditor = ?) ORDER BY j.at DESC") {}

const Judgement* JudgementReader::find(std::int64_t entry, std::int64_t auditor, std::int64_t at,
                                       std::int64_t period) {
  if (const Key key{entry, auditor, at}; key_ != key) {
    key_ = key;
    found_.clear();
    done_ = false;
    select_.bind(entry, at, auditor);
  }
  for (std::size_t i = 0;; ++i) {
    if (i == found_.size()) {
      done_ = done_ || !select_.step();
      if (done_) return nullptr;
      found_.push_back({select_.integer(0), select_.integer(1), unpack_map(select_.text(2)),
                        unpack_ids(select_.text(3))});
    }
    const std::vector<std::int64_t>& kept = found_[i].kept;
    if (!std::binary_search(kept.begin(), kept.end(), period)) return &found_[i];
  }
}

const EvidenceKey& JudgementReader::evidence(std::int64_t row) {
  const auto known = evidence_.find(row);
  if (known != evidence_.end()) return known->second;
  const std::optional<EvidenceKey> key = find_evidence(connection_, row);
  if (!key) throw Error("a judgement refers to evidence that is missing; the database was damaged");
  return evidence_.emplace(row, *key).first->second;
}

}  // namespace assay::db
