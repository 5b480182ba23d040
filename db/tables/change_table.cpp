#include "db/tables/change_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "db/statement.h"
#include "db/tables/period_table.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

// Verdicts that say nothing about the world, as SQL.
constexpr std::string_view kNoFacts = "('source_unreachable', 'verifier_unable', 'unaudited')";

bool is_fact(const Standing& standing) {
  return kNoFacts.find(fmt::format("'{}'", standing.verdict)) == std::string_view::npos;
}

std::vector<Standing> facts_of(const std::vector<Standing>& standings) {
  std::vector<Standing> facts;
  std::copy_if(standings.begin(), standings.end(), std::back_inserter(facts), is_fact);
  return facts;
}

class ChangeWriter {
 public:
  ChangeWriter(SQLite::Database& connection, std::int64_t run, std::int64_t at, std::int64_t entry)
      : connection_(connection), run_(run), at_(at), entry_(entry) {}

  void write(const Track& track) {
    const std::vector<Standing> after = facts_of(track.begun);
    if (after.empty() && !track.begun.empty()) return;  // a fault: the last fact is remembered
    std::vector<Standing> before = facts_of(track.ended);
    if (before.empty() && !track.ended.empty()) {
      before = last_facts(track);
      if (before.empty()) return;  // the first fact after a fault
    }
    if (before.empty() && !track.goes_on && !is_known(track.auditor)) return;
    write_differences(std::move(before), after);
  }

 private:
  void write_differences(std::vector<Standing> before, const std::vector<Standing>& after) {
    std::vector<Standing> fresh;
    for (const Standing& now : after) {
      const auto same = std::find_if(before.begin(), before.end(), [&](const Standing& then) {
        return then.verdict == now.verdict && then.observed == now.observed;
      });
      if (same == before.end()) {
        fresh.push_back(now);
      } else {
        before.erase(same);
      }
    }
    if (before.size() == 1 && fresh.size() == 1) {
      insert(before.front().period, fresh.front().period);
      return;
    }
    for (const Standing& then : before) insert(then.period, std::nullopt);
    for (const Standing& now : fresh) insert(std::nullopt, now.period);
  }

  void insert(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
    Statement(connection_,
              "INSERT INTO change (at, run, entry, before, after) VALUES (?, ?, ?, ?, ?)")
        .bind(at_, run_, entry_, before, after)
        .run();
  }

  // What was known of the label before the faults that end now began. The periods must adjoin: what
  // had ended earlier is not what the faults hid.
  std::vector<Standing> last_facts(const Track& track) {
    Statement opened(connection_, "SELECT opened_at FROM period WHERE id = ?");
    Statement row(connection_,
                  "SELECT id, verdict, observed, opened_at FROM period WHERE entry = ? AND "
                  "label = ? AND auditor = ? AND closed_at = ? AND opened_at < closed_at");
    std::optional<std::int64_t> began;
    if (opened.bind(track.ended.front().period).step()) began = opened.integer(0);
    while (began) {
      row.bind(entry_, track.label, track.auditor, *began);
      began.reset();
      std::vector<Standing> standings;
      while (row.step()) {
        standings.push_back({row.integer(0), row.text(1), row.text(2)});
        began = row.integer(3);
      }
      if (std::vector<Standing> facts = facts_of(standings); !facts.empty()) return facts;
    }
    return {};
  }

  // Whether the auditor knew facts about the entry when this judgement began. Otherwise everything
  // is new, and nothing is a change.
  bool is_known(std::int64_t auditor) {
    const auto known = known_.find(auditor);
    if (known != known_.end()) return known->second;
    Statement find(connection_,
                   fmt::format("SELECT 1 WHERE EXISTS (SELECT 1 FROM period WHERE entry = ?1 AND "
                               "auditor = ?2 AND opened_at < ?3 AND (closed_at IS NULL OR "
                               "closed_at = ?3)) AND EXISTS (SELECT 1 FROM period WHERE entry = ?1 "
                               "AND auditor = ?2 AND opened_at < ?3 AND verdict NOT IN {})",
                               kNoFacts)
                       .c_str());
    return known_[auditor] = find.bind(entry_, auditor, at_).step();
  }

  SQLite::Database& connection_;
  std::int64_t run_;
  std::int64_t at_;
  std::int64_t entry_;
  std::map<std::int64_t, bool> known_;
};

// Reads one end of a change from its columns, starting at `first`.
std::optional<Change::Fact> read_fact(const Statement& row, int first) {
  if (row.is_null(first)) return std::nullopt;
  Change::Fact fact;
  fact.verdict = read_verdict(row.text(first));
  fact.claimed = json_value(row.text(first + 1));
  fact.observed = json_value(row.text(first + 2));
  fact.reason = row.text(first + 3);
  return fact;
}

constexpr const char* kChangeColumns =
    "SELECT c.id, c.at, c.run, e.value, coalesce(q.label, p.label), a.value, "
    "p.verdict, p.claimed, p.observed, "
    "(SELECT reason FROM detail d WHERE d.period = p.id ORDER BY since LIMIT 1), "
    "q.verdict, q.claimed, q.observed, "
    "(SELECT reason FROM detail d WHERE d.period = q.id ORDER BY since LIMIT 1) "
    "FROM change c JOIN string e ON e.id = c.entry LEFT JOIN period p ON p.id = c.before "
    "LEFT JOIN period q ON q.id = c.after "
    "JOIN string a ON a.id = coalesce(q.auditor, p.auditor) ";

}  // namespace

void record_changes(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                    std::int64_t entry, const std::vector<Track>& tracks) {
  ChangeWriter writer(connection, run, at, entry);
  for (const Track& track : tracks) writer.write(track);
}

std::vector<Change> select_changes(SQLite::Database& connection, const ChangeFilter& filter,
                                   const View& view) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::optional<std::int64_t> entry;
  if (!filter.slug.empty()) {
    entry = interned(connection, filter.slug);
    if (!entry) return {};
  }
  const std::int64_t since = filter.since.empty() ? 0 : time_value(filter.since, "'since'");
  const std::string end = after_prefix(filter.label_prefix);
  std::string sql = fmt::format("{} WHERE c.id < ?1 AND c.at <= ?2 ", kChangeColumns);
  if (!filter.since.empty()) sql += "AND c.at >= ?3 ";
  if (entry) sql += "AND c.entry = ?4 ";
  sql +=
      "AND (?5 = '' OR coalesce(q.label, p.label) >= ?5) "
      "AND (?6 = '' OR coalesce(q.label, p.label) < ?6) "
      "AND (?7 = '' OR a.value = ?7) AND (?8 = '' OR q.verdict = ?8) "
      "AND ?3 IS NOT NULL AND (?4 IS NULL OR 1) ORDER BY c.id DESC LIMIT ?9";
  Statement row(connection, sql.c_str());
  row.bind(filter.before > 0 ? filter.before : kMax, view.at, since, entry, filter.label_prefix,
           end, filter.auditor, filter.verdict,
           static_cast<std::int64_t>(std::min<std::uint64_t>(filter.limit, kMax)));
  std::vector<Change> changes;
  while (row.step()) {
    changes.push_back({row.integer(0), format_time(row.integer(1)), row.integer(2), row.text(3),
                       row.text(4), row.text(5), read_fact(row, 6), read_fact(row, 10)});
  }
  return changes;
}

}  // namespace assay::db
