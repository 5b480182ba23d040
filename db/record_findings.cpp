#include <fmt/format.h>

#include <map>
#include <set>

#include "db/evidence_table.h"
#include "db/period_table.h"
#include "db/statement.h"

namespace assay::db {
namespace {

// What decides whether a finding continues a period.
struct Substance {
  std::string label;
  std::string auditor;
  std::string verdict;
  std::string claimed;
  std::string observed;
  friend auto operator<=>(const Substance&, const Substance&) = default;
};

Substance substance(const Finding& finding) {
  return {finding.label, finding.auditor, std::string(to_string(finding.verdict)),
          json_text(finding.claimed), json_text(finding.observed)};
}

// The open periods of one entry. Several may be equal in substance; each continues at most once.
using OpenPeriods = std::multimap<Substance, std::int64_t>;

OpenPeriods open_periods(SQLite::Database& connection, std::int64_t entry) {
  Statement row(connection,
                "SELECT p.label, a.value, p.verdict, p.claimed, p.observed, p.id FROM period p "
                "JOIN string a ON a.id = p.auditor WHERE p.entry = ? AND p.last_run IS NULL "
                "ORDER BY p.id");
  row.bind(entry);
  OpenPeriods periods;
  while (row.step()) {
    periods.emplace(Substance{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)},
                    row.integer(5));
  }
  return periods;
}

// In place: the newest evidence of a period that goes on replaces the one before, so that nothing
// grows. All evidence of all runs is still there, by run.
void write_observations(SQLite::Database& connection, std::int64_t period,
                        const std::vector<Observation>& observations) {
  Statement(connection, "DELETE FROM observation WHERE period = ?").bind(period).run();
  Statement insert(connection, "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?)");
  std::int64_t position = 0;
  for (const Observation& observation : observations) {
    std::optional<std::int64_t> evidence;
    if (!observation.evidence.empty()) {
      evidence = evidence_row(connection, observation.evidence);
      if (!evidence) {
        throw Error(fmt::format("an observation names evidence '{}', which was never stored",
                                observation.evidence));
      }
    }
    std::optional<std::int64_t> fetched_at;
    if (!observation.fetched_at.empty()) {
      fetched_at = time_value(observation.fetched_at, "the time of an observation");
    }
    insert
        .bind(period, position++, intern(connection, observation.source),
              intern(connection, observation.url), fetched_at, evidence,
              json_text(observation.value))
        .run();
  }
}

void open_period(SQLite::Database& connection, std::int64_t run, std::int64_t entry,
                 const Finding& finding) {
  const Substance key = substance(finding);
  Statement(connection,
            "INSERT INTO period (entry, label, auditor, verdict, claimed, observed, reason, "
            "first_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(entry, key.label, intern(connection, key.auditor), key.verdict, key.claimed,
            key.observed, finding.reason, run)
      .run();
  write_observations(connection, connection.getLastInsertRowid(), finding.observations);
}

void continue_period(SQLite::Database& connection, std::int64_t period, const Finding& finding) {
  Statement(connection, "UPDATE period SET reason = ?1 WHERE id = ?2 AND reason <> ?1")
      .bind(finding.reason, period)
      .run();
  write_observations(connection, period, finding.observations);
}

// Its last run is the newest one that confirmed it: not this one, which says otherwise.
constexpr const char* kClose =
    "UPDATE period SET closed_by = ?, last_run = coalesce((SELECT run FROM confirmation c WHERE "
    "c.entry = period.entry AND c.auditor = period.auditor), first_run) WHERE last_run IS NULL ";

}  // namespace

void record_findings(SQLite::Database& connection, std::int64_t run, const std::string& slug,
                     const std::vector<Finding>& findings,
                     const std::vector<std::string>& auditors) {
  const std::int64_t entry = intern(connection, slug);
  std::set<std::string> covering(auditors.begin(), auditors.end());
  std::set<std::string> judged;  // labels that an auditor covers
  for (const Finding& finding : findings) {
    if (finding.slug != slug) {
      throw Error(fmt::format("a finding on '{}' among those of '{}'", finding.slug, slug));
    }
    covering.insert(finding.auditor);
    if (!finding.auditor.empty()) judged.insert(finding.label);
  }

  OpenPeriods open = open_periods(connection, entry);
  std::set<std::string> kept;  // labels whose auditor did not run: what it found stays
  for (const auto& [key, period] : open) {
    if (!key.auditor.empty() && !covering.contains(key.auditor)) kept.insert(key.label);
  }

  std::vector<const Finding*> begun;
  for (const Finding& finding : findings) {
    if (finding.auditor.empty() && kept.contains(finding.label)) continue;
    const auto same = open.find(substance(finding));
    if (same == open.end()) {
      begun.push_back(&finding);
    } else {
      continue_period(connection, same->second, finding);
      open.erase(same);
    }
  }
  Statement close(connection, fmt::format("{} AND id = ?", kClose).c_str());
  for (const auto& [key, period] : open) {
    if (covering.contains(key.auditor) || (key.auditor.empty() && judged.contains(key.label))) {
      close.bind(run, period).run();
    }
  }
  for (const Finding* finding : begun) open_period(connection, run, entry, *finding);

  Statement confirm(connection, "INSERT OR REPLACE INTO confirmation VALUES (?, ?, ?)");
  for (const std::string& auditor : covering) {
    confirm.bind(entry, intern(connection, auditor), run).run();
  }
}

void close_other_entries(SQLite::Database& connection, std::int64_t run,
                         const std::vector<std::string>& slugs) {
  const std::set<std::string> present(slugs.begin(), slugs.end());
  std::vector<std::int64_t> gone;
  Statement entry(connection,
                  "SELECT DISTINCT p.entry, s.value FROM period p JOIN string s ON s.id = p.entry "
                  "WHERE p.last_run IS NULL");
  while (entry.step()) {
    if (!present.contains(entry.text(1))) gone.push_back(entry.integer(0));
  }
  Statement close(connection, fmt::format("{} AND entry = ?", kClose).c_str());
  for (const std::int64_t id : gone) close.bind(run, id).run();
}

}  // namespace assay::db
