#include "db/tables/period_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "db/error.h"
#include "db/statement.h"
#include "db/tables/judgement_table.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

constexpr const char* kPeriodColumns =
    "SELECT p.id, e.value, p.label, a.value, p.verdict, p.claimed, p.observed, p.opened_by, "
    "p.opened_at, p.closed_at, p.entry, p.auditor "
    "FROM period p JOIN string e ON e.id = p.entry JOIN string a ON a.id = p.auditor ";

std::int64_t row_limit(std::size_t limit) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min<std::uint64_t>(limit, kMax));
}

// Which periods were open then. Those that are open now are found through partial indexes.
std::string open_in(const View& view) {
  if (view.newest) return "p.closed_at IS NULL";
  return fmt::format("p.opened_at <= {0} AND (p.closed_at IS NULL OR p.closed_at > {0})", view.at);
}

// Reads periods with their details and judgements; one reader per query.
class PeriodReader {
 public:
  PeriodReader(SQLite::Database& connection, const View& view)
      : view_(view),
        judgements_(connection),
        detail_(connection,
                "SELECT since, reason FROM detail WHERE period = ? AND since <= ? "
                "ORDER BY since DESC LIMIT 1"),
        observations_(connection,
                      "SELECT s.value, u.value, o.value, o.cited, o.evidence, o.fetched_at, o.url "
                      "FROM observation o JOIN string s ON s.id = o.source "
                      "JOIN string u ON u.id = o.url WHERE o.period = ? AND o.since = ? "
                      "ORDER BY o.position") {}

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
    period.first_run = row.integer(7);
    period.since = format_time(row.integer(8));
    period.open = row.is_null(9) || (!view_.newest && row.integer(9) > view_.at);
    // The last moment at which it was open, as far as was known then.
    const std::int64_t last = std::max(period.open ? view_.at : row.integer(9) - 1, row.integer(8));
    const Judgement* judged = judgements_.find(row.integer(10), row.integer(11), last, period.id);
    if (judged != nullptr && judged->at < row.integer(8)) judged = nullptr;
    period.last_run = judged != nullptr ? judged->run : period.first_run;
    const std::int64_t confirmed = judged != nullptr ? judged->at : row.integer(8);
    const std::int64_t newest = read_detail(finding, period.id, last, judged);
    period.confirmed_at = format_time(newest >= 0 ? newest : confirmed);
    return period;
  }

 private:
  // Returns the newest time of the observations, or -1 when there is none.
  std::int64_t read_detail(Finding& finding, std::int64_t period, std::int64_t last,
                           const Judgement* judged) {
    if (!detail_.bind(period, last).step()) return -1;
    finding.reason = detail_.text(1);
    std::int64_t newest = -1;
    observations_.bind(period, detail_.integer(0));
    while (observations_.step()) {
      Observation observation;
      observation.source = observations_.text(0);
      observation.url = observations_.text(1);
      observation.value = json_value(observations_.text(2));
      std::optional<std::int64_t> fetched_at;
      if (const std::optional<std::int64_t> row = evidence_row(judged)) {
        const EvidenceKey& evidence = judgements_.evidence(*row);
        observation.evidence = evidence.id;
        fetched_at = evidence.fetched_at;
      }
      if (!observations_.is_null(5)) fetched_at = observations_.integer(5);
      if (fetched_at) {
        newest = std::max(newest, *fetched_at);
        observation.fetched_at = format_time(*fetched_at);
      }
      finding.observations.push_back(std::move(observation));
    }
    return newest;
  }

  // The evidence of the current observation: its own, or what the judgement cites for its URL.
  std::optional<std::int64_t> evidence_row(const Judgement* judged) const {
    if (observations_.integer(3) == 0) {
      if (observations_.is_null(4)) return std::nullopt;
      return observations_.integer(4);
    }
    if (judged == nullptr) return std::nullopt;
    const auto cited = judged->evidence.find(observations_.integer(6));
    return cited == judged->evidence.end() ? std::nullopt : std::optional(cited->second);
  }

  View view_;
  JudgementReader judgements_;
  Statement detail_;
  Statement observations_;
};

// Counts of one entry while its rows are read.
struct Counted {
  std::map<std::string, std::uint64_t> verdicts;
  std::vector<std::pair<std::int64_t, bool>> auditors;  // with whether it counts
};

// Runs count only for auditors with a finding on the entry; "" (unaudited) counts only when there
// is no other.
std::int64_t oldest_start(JudgementReader& judgements, Statement& started, std::int64_t entry,
                          const Counted& counted, const View& view) {
  constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
  std::int64_t audited = kNever;
  std::int64_t any = kNever;
  for (const auto& [auditor, is_auditor] : counted.auditors) {
    const Judgement* judged = judgements.find(entry, auditor, view.at, 0);
    if (judged == nullptr || !started.bind(judged->run).step()) continue;
    any = std::min(any, started.integer(0));
    if (is_auditor) audited = std::min(audited, started.integer(0));
  }
  return audited != kNever ? audited : any;
}

}  // namespace

Verdict read_verdict(const std::string& text) {
  const std::optional<Verdict> verdict = parse_verdict(text);
  if (!verdict) throw Error(fmt::format("a stored finding has an unknown verdict '{}'", text));
  return *verdict;
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

std::vector<Period> select_current(SQLite::Database& connection, const FindingFilter& filter,
                                   const View& view) {
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

  // One condition per parameter; a null parameter does not narrow. Conditions that an index serves
  // are part of the statement only when they are given.
  std::string sql = fmt::format("{} WHERE {} AND p.id > ?1 ", kPeriodColumns, open_in(view));
  if (entry) sql += "AND p.entry = ?2 ";
  if (!filter.verdict.empty()) sql += "AND p.verdict = ?6 ";
  sql +=
      "AND (?3 IS NULL OR p.label >= ?3) AND (?4 IS NULL OR p.label < ?4) "
      "AND (?5 IS NULL OR a.value = ?5) AND (?7 IS NULL OR p.opened_at >= ?7) "
      "AND (?2 IS NULL OR 1) AND (?6 IS NULL OR 1) ORDER BY p.id LIMIT ?8";
  Statement row(connection, sql.c_str());
  row.bind(filter.after, entry, optional(filter.label_prefix),
           optional(after_prefix(filter.label_prefix)), optional(filter.auditor),
           optional(filter.verdict), since, row_limit(filter.limit));
  PeriodReader reader(connection, view);
  std::vector<Period> periods;
  while (row.step()) periods.push_back(reader.read(row));
  return periods;
}

std::vector<Period> select_history(SQLite::Database& connection, const std::string& slug,
                                   const std::string& label, std::size_t limit, std::int64_t before,
                                   const View& view) {
  const std::optional<std::int64_t> entry = interned(connection, slug);
  if (!entry) return {};
  // Below a label path come "." or "[": '.' + 1 is '/', '[' + 1 is '\'.
  Statement row(connection,
                fmt::format("{} WHERE p.entry = ?1 AND p.id < ?2 AND p.opened_at <= ?9 AND "
                            "(?3 = '' OR p.label = ?3 OR "
                            "(p.label > ?4 AND p.label < ?5) OR (p.label > ?6 AND p.label < ?7)) "
                            "ORDER BY p.id DESC LIMIT ?8",
                            kPeriodColumns)
                    .c_str());
  row.bind(*entry, before, label, label + '.', label + '/', label + '[', label + '\\',
           row_limit(limit), view.at);
  PeriodReader reader(connection, view);
  std::vector<Period> periods;
  while (row.step()) periods.push_back(reader.read(row));
  return periods;
}

std::vector<EntrySummary> select_summaries(SQLite::Database& connection, const std::string* slug,
                                           const View& view) {
  std::map<std::string, std::pair<std::int64_t, Counted>> entries;
  std::optional<std::int64_t> only;
  if (slug != nullptr) {
    only = interned(connection, *slug);
    if (!only) return {};
  }
  Statement row(
      connection,
      fmt::format("SELECT e.value, p.entry, p.auditor, a.value <> '', p.verdict, count(*) "
                  "FROM period p JOIN string e ON e.id = p.entry "
                  "JOIN string a ON a.id = p.auditor WHERE {} {} "
                  "GROUP BY p.entry, p.auditor, p.verdict",
                  open_in(view), only ? "AND p.entry = ?1" : "AND ?1 IS NULL")
          .c_str());
  row.bind(only);
  while (row.step()) {
    auto& [entry, counted] = entries[row.text(0)];
    entry = row.integer(1);
    counted.verdicts[row.text(4)] += static_cast<std::uint64_t>(row.integer(5));
    if (counted.auditors.empty() || counted.auditors.back().first != row.integer(2)) {
      counted.auditors.emplace_back(row.integer(2), row.integer(3) != 0);
    }
  }
  JudgementReader judgements(connection);
  Statement started(connection, "SELECT started_at FROM run WHERE id = ?");
  std::vector<EntrySummary> list;
  for (const auto& [name, counts] : entries) {
    const auto& [entry, counted] = counts;
    EntrySummary& summary = list.emplace_back();
    summary.slug = name;
    summary.last_audit = format_time(oldest_start(judgements, started, entry, counted, view));
    for (const VerdictInfo& info : verdicts()) {
      const auto found = counted.verdicts.find(std::string(info.id));
      summary.verdicts.emplace_back(info.id, found == counted.verdicts.end() ? 0 : found->second);
    }
  }
  return list;
}

std::vector<Totals::Findings> count_findings(SQLite::Database& connection) {
  Statement row(connection,
                "SELECT a.value, p.verdict, count(*) FROM period p JOIN string a ON "
                "a.id = p.auditor WHERE p.closed_at IS NULL GROUP BY p.auditor, p.verdict "
                "ORDER BY a.value, p.verdict");
  std::vector<Totals::Findings> counts;
  while (row.step()) {
    counts.push_back({row.text(0), row.text(1), static_cast<std::uint64_t>(row.integer(2))});
  }
  return counts;
}

}  // namespace assay::db
