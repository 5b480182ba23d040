#include "db/tables/detail_table.h"

#include <fmt/format.h>

#include "auditors/evidence/evidence.h"
#include "db/error.h"
#include "db/moment.h"
#include "db/tables/evidence_table.h"

namespace assay::db {

DetailWriter::DetailWriter(SQLite::Database& connection, std::int64_t at)
    : connection_(connection),
      at_(at),
      newest_(connection,
              "SELECT since, reason FROM detail WHERE period = ? ORDER BY since DESC LIMIT 1"),
      rows_(connection,
            "SELECT source, url, value, cited, evidence, fetched_at FROM observation "
            "WHERE period = ? AND since = ? ORDER BY position"),
      insert_detail_(connection, "INSERT INTO detail (period, since, reason) VALUES (?, ?, ?)"),
      insert_row_(connection, "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void DetailWriter::write(std::int64_t period, const Finding& finding) {
  std::vector<Row> rows;
  for (const Observation& observation : finding.observations) rows.push_back(row_of(observation));
  if (newest_.bind(period).step() && newest_.text(1) == finding.reason &&
      rows_of(period, newest_.integer(0)) == rows) {
    return;
  }
  insert_detail_.bind(period, at_, finding.reason).run();
  std::int64_t position = 0;
  for (const Row& row : rows) {
    insert_row_
        .bind(period, at_, position++, row.source, row.url, row.value,
              std::int64_t{row.cited ? 1 : 0}, row.evidence, row.fetched_at)
        .run();
  }
}

std::vector<std::int64_t> DetailWriter::urls_of(std::int64_t period) {
  std::vector<std::int64_t> urls;
  if (!newest_.bind(period).step()) return urls;
  for (const Row& row : rows_of(period, newest_.integer(0))) urls.push_back(row.url);
  return urls;
}

std::vector<std::string> DetailWriter::sources_of(std::int64_t period) {
  std::vector<std::string> sources;
  if (!newest_.bind(period).step()) return sources;
  Statement name(connection_, "SELECT value FROM string WHERE id = ?");
  for (const Row& row : rows_of(period, newest_.integer(0))) {
    if (name.bind(row.source).step()) sources.push_back(name.text(0));
  }
  return sources;
}

DetailWriter::Row DetailWriter::row_of(const Observation& observation) {
  Row row;
  row.source = id_of(observation.source);
  row.url = id_of(observation.url);
  row.value = json_text(observation.value);
  if (!observation.fetched_at.empty()) {
    row.fetched_at = time_value(observation.fetched_at, "the time of an observation");
  }
  if (observation.evidence.empty()) return row;
  const std::optional<EvidenceKey> evidence = find_evidence(connection_, observation.evidence);
  if (!evidence) {
    throw Error(fmt::format("an observation refers to evidence '{}', which was never stored",
                            observation.evidence));
  }
  // A judgement cites one piece of evidence per URL; any other is stored with the observation.
  row.cited = cited_.emplace(row.url, evidence->row).first->second == evidence->row;
  if (!row.cited) row.evidence = evidence->row;
  if (row.fetched_at == evidence->fetched_at) row.fetched_at.reset();
  return row;
}

std::vector<DetailWriter::Row> DetailWriter::rows_of(std::int64_t period, std::int64_t since) {
  std::vector<Row> rows;
  rows_.bind(period, since);
  while (rows_.step()) {
    Row& row = rows.emplace_back();
    row.source = rows_.integer(0);
    row.url = rows_.integer(1);
    row.value = rows_.text(2);
    row.cited = rows_.integer(3) != 0;
    if (!rows_.is_null(4)) row.evidence = rows_.integer(4);
    if (!rows_.is_null(5)) row.fetched_at = rows_.integer(5);
  }
  return rows;
}

std::int64_t DetailWriter::id_of(const std::string& text) {
  const auto known = strings_.find(text);
  if (known != strings_.end()) return known->second;
  return strings_.emplace(text, intern(connection_, text)).first->second;
}

}  // namespace assay::db
