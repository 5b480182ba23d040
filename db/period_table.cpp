#include "db/period_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "db/statement.h"

namespace assay::db {
namespace {

constexpr const char* kColumns =
    "SELECT p.id, e.value, p.label, a.value, p.verdict, p.claimed, p.observed, p.reason, "
    "p.first_run, coalesce(p.last_run, c.run, p.first_run), p.last_run IS NULL, f.started_at "
    "FROM period p JOIN string e ON e.id = p.entry JOIN string a ON a.id = p.auditor "
    "JOIN run f ON f.id = p.first_run "
    "LEFT JOIN confirmation c ON c.entry = p.entry AND c.auditor = p.auditor ";

std::int64_t row_limit(std::size_t limit) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min<std::uint64_t>(limit, kMax));
}

Verdict read_verdict(const std::string& text) {
  const std::optional<Verdict> verdict = parse_verdict(text);
  if (!verdict) throw Error(fmt::format("a stored finding has an unknown verdict '{}'", text));
  return *verdict;
}

// The text that follows all those that begin with `prefix`, in the order of bytes; empty when
// there is none.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

// Reads periods with what belongs to them; one per query.
class PeriodReader {
 public:
  explicit PeriodReader(SQLite::Database& connection)
      : observations_(connection,
                      "SELECT s.value, u.value, o.fetched_at, v.sha256, o.value "
                      "FROM observation o JOIN string s ON s.id = o.source "
                      "JOIN string u ON u.id = o.url LEFT JOIN evidence v ON v.id = o.evidence "
                      "WHERE o.period = ? ORDER BY o.position"),
        started_(connection, "SELECT started_at FROM run WHERE id = ?") {}

  Period read(const Statement& row) {
    Period period;
    period.id = row.integer(0);
    Finding& finding = period.finding;
    finding.slug = row.text(1);
    finding.label = row.text(2);
    finding.auditor = row.text(3);
    finding.verdict = read_verdict(row.text(4));
    finding.claimed = json_value(row.text(5));
    finding.observed = json_value(row.text(6));
    finding.reason = row.text(7);
    period.first_run = row.integer(8);
    period.last_run = row.integer(9);
    period.open = row.integer(10) != 0;
    period.since = format_time(row.integer(11));
    const std::int64_t newest = read_observations(period);
    if (newest >= 0) {
      period.confirmed_at = format_time(newest);
    } else if (started_.bind(period.last_run).step()) {
      period.confirmed_at = format_time(started_.integer(0));
    }
    return period;
  }

 private:
  // Returns the newest time of them; -1 when there is none.
  std::int64_t read_observations(Period& period) {
    std::int64_t newest = -1;
    observations_.bind(period.id);
    while (observations_.step()) {
      Observation observation;
      observation.source = observations_.text(0);
      observation.url = observations_.text(1);
      if (!observations_.is_null(2)) {
        newest = std::max(newest, observations_.integer(2));
        observation.fetched_at = format_time(observations_.integer(2));
      }
      observation.evidence = digest_hex(observations_.text(3));
      observation.value = json_value(observations_.text(4));
      period.finding.observations.push_back(std::move(observation));
    }
    return newest;
  }

  Statement observations_;
  Statement started_;
};

}  // namespace

std::vector<Period> select_current(SQLite::Database& connection, const FindingFilter& filter) {
  const auto optional = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  std::optional<std::int64_t> entry;
  if (!filter.slug.empty()) {
    entry = interned(connection, filter.slug);
    if (!entry) return {};
  }
  std::optional<std::int64_t> since;
  if (!filter.since.empty()) since = time_value(filter.since, "'since'");

  // One narrowing per parameter; a null parameter narrows nothing.
  std::string sql = fmt::format("{} WHERE p.last_run IS NULL AND p.id > ?1 ", kColumns);
  if (entry) sql += "AND p.entry = ?2 ";
  sql +=
      "AND (?3 IS NULL OR p.label >= ?3) AND (?4 IS NULL OR p.label < ?4) "
      "AND (?5 IS NULL OR a.value = ?5) AND (?6 IS NULL OR p.verdict = ?6) "
      "AND (?7 IS NULL OR f.started_at >= ?7) AND (?2 IS NULL OR 1) ORDER BY p.id LIMIT ?8";
  Statement row(connection, sql.c_str());
  row.bind(filter.after, entry, optional(filter.label_prefix),
           optional(after_prefix(filter.label_prefix)), optional(filter.auditor),
           optional(filter.verdict), since, row_limit(filter.limit));
  PeriodReader reader(connection);
  std::vector<Period> periods;
  while (row.step()) periods.push_back(reader.read(row));
  return periods;
}

std::vector<Period> select_history(SQLite::Database& connection, const std::string& slug,
                                   const std::string& label, std::size_t limit,
                                   std::int64_t before) {
  const std::optional<std::int64_t> entry = interned(connection, slug);
  if (!entry) return {};
  // A label path goes on below with "." or "[": '.' + 1 is '/', '[' + 1 is '\'.
  Statement row(connection,
                fmt::format("{} WHERE p.entry = ?1 AND p.id < ?2 AND (?3 = '' OR p.label = ?3 OR "
                            "(p.label > ?4 AND p.label < ?5) OR (p.label > ?6 AND p.label < ?7)) "
                            "ORDER BY p.id DESC LIMIT ?8",
                            kColumns)
                    .c_str());
  row.bind(*entry, before, label, label + '.', label + '/', label + '[', label + '\\',
           row_limit(limit));
  PeriodReader reader(connection);
  std::vector<Period> periods;
  while (row.step()) periods.push_back(reader.read(row));
  return periods;
}

std::vector<Store::EntrySummary> select_summaries(SQLite::Database& connection) {
  std::map<std::string, Store::EntrySummary> summaries;
  std::map<std::string, std::map<std::string, std::uint64_t>> counts;
  Statement count(connection,
                  "SELECT s.value, p.verdict, count(*) FROM period p JOIN string s ON s.id = "
                  "p.entry WHERE p.last_run IS NULL GROUP BY p.entry, p.verdict");
  while (count.step()) {
    counts[count.text(0)][count.text(1)] = static_cast<std::uint64_t>(count.integer(2));
  }
  // Runs count only for auditors that have something to say about the entry; "" (unaudited) only
  // when it is all there is.
  Statement audited(connection,
                    "SELECT s.value, coalesce(min(iif(a.value = '', NULL, r.started_at)), "
                    "min(r.started_at)) FROM confirmation c JOIN string s ON s.id = c.entry "
                    "JOIN string a ON a.id = c.auditor JOIN run r ON r.id = c.run "
                    "WHERE EXISTS (SELECT 1 FROM period p WHERE p.entry = c.entry AND "
                    "p.last_run IS NULL AND p.auditor = c.auditor) GROUP BY c.entry");
  while (audited.step()) {
    Store::EntrySummary& summary = summaries[audited.text(0)];
    summary.slug = audited.text(0);
    summary.last_audit = format_time(audited.integer(1));
    for (const VerdictInfo& info : verdicts()) {
      const auto& of_entry = counts[summary.slug];
      const auto found = of_entry.find(std::string(info.id));
      summary.verdicts.emplace_back(info.id, found == of_entry.end() ? 0 : found->second);
    }
  }
  std::vector<Store::EntrySummary> list;
  for (auto& [slug, summary] : summaries) list.push_back(std::move(summary));
  return list;
}

}  // namespace assay::db
