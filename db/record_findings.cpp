#include "db/record_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "db/error.h"
#include "db/statement.h"
#include "db/tables/change_table.h"
#include "db/tables/detail_table.h"
#include "db/tables/evidence_table.h"
#include "db/tables/judgement_table.h"

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

// The open periods of one entry. Several may agree in substance; each continues at most once.
using OpenPeriods = std::multimap<Substance, std::int64_t>;

OpenPeriods open_periods(SQLite::Database& connection, std::int64_t entry) {
  Statement row(connection,
                "SELECT p.label, a.value, p.verdict, p.claimed, p.observed, p.id FROM period p "
                "JOIN string a ON a.id = p.auditor WHERE p.entry = ? AND p.closed_at IS NULL "
                "ORDER BY p.id");
  row.bind(entry);
  OpenPeriods periods;
  while (row.step()) {
    periods.emplace(Substance{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)},
                    row.integer(5));
  }
  return periods;
}

constexpr const char* kNoClaim = "null";

// Writes one judgement of one entry into the store.
class JudgementWriter {
 public:
  JudgementWriter(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                  const std::string& slug)
      : connection_(connection),
        details_(connection, at),
        run_(run),
        at_(at),
        slug_(slug),
        entry_(intern(connection, slug)) {}

  void record(const std::vector<Finding>& findings, const std::vector<std::string>& auditors,
              std::span<const Unread> unread) {
    unread_ = unread;
    covering_ = {auditors.begin(), auditors.end()};
    for (const Finding& finding : findings) look_at(finding);
    OpenPeriods open = open_periods(connection_, entry_);
    std::set<std::string> kept_labels;  // their auditor did not run, so its findings stay
    for (const auto& [key, period] : open) {
      if (!key.auditor.empty() && !covering_.contains(key.auditor)) kept_labels.insert(key.label);
    }
    std::vector<const Finding*> begun;
    for (const Finding& finding : findings) {
      if (finding.auditor.empty() && kept_labels.contains(finding.label)) continue;
      const auto same = open.find(substance(finding));
      if (same == open.end()) {
        begun.push_back(&finding);
        continue;
      }
      details_.write(same->second, finding);
      track(same->first).goes_on = true;
      open.erase(same);
    }
    for (const auto& [key, period] : open) end_or_keep(key, period);
    for (const Finding* finding : begun) begin(*finding);
    write_judgement();
    write_changes();
  }

 private:
  void look_at(const Finding& finding) {
    if (finding.slug != slug_) {
      throw Error(
          fmt::format("there is a finding on '{}' among those of '{}'", finding.slug, slug_));
    }
    covering_.insert(finding.auditor);
    if (!finding.auditor.empty()) judged_.insert(finding.label);
    if (!finding.claimed.is_null()) claimed_.insert(finding.label);
    if (finding.claimed.is_null()) beyond_.insert({finding.label, finding.auditor});
    if (finding.verdict == Verdict::source_unreachable ||
        finding.verdict == Verdict::verifier_unable) {
      faulty_.insert(finding.auditor);
    }
  }

  Track& track(const Substance& key) {
    Track& found = tracks_[{key.label, key.auditor}];
    found.label = key.label;
    return found;
  }

  // Ends an open period that the judgement did not find again, unless it may still hold.
  void end_or_keep(const Substance& key, std::int64_t period) {
    const bool covered =
        covering_.contains(key.auditor) || (key.auditor.empty() && judged_.contains(key.label));
    if (!covered) return;
    const bool may_hold =
        (faulty_.contains(key.auditor) && !was_read_again(period)) || rests_on_unread(key, period);
    // A new finding on the label replaces the old one.
    const bool replaced = beyond_.contains({key.label, key.auditor});
    if (key.claimed == kNoClaim && !claimed_.contains(key.label) && !replaced && may_hold) {
      kept_.push_back(period);
      track(key).goes_on = true;
      return;
    }
    Statement(connection_, "UPDATE period SET closed_by = ?, closed_at = ? WHERE id = ?")
        .bind(run_, at_, period)
        .run();
    track(key).ended.push_back({period, key.verdict, key.observed});
  }

  // Whether all sources that showed the finding were read in this run; only then does its absence
  // mean something.
  bool was_read_again(std::int64_t period) {
    AnswerTally all;
    for (const std::int64_t url : details_.urls_of(period)) {
      const AnswerTally one = tally_answers(connection_, run_, url);
      all.good += one.good;
      all.failed += one.failed;
    }
    return all.good > 0 && all.failed == 0;
  }

  bool rests_on_unread(const Substance& key, std::int64_t period) {
    for (const Unread& unread : unread_) {
      if (unread.auditor != key.auditor) continue;
      if (unread.labels.contains(key.label)) return true;
      if (unread.sources.empty()) continue;
      for (const std::string& source : details_.sources_of(period)) {
        if (unread.sources.contains(source)) return true;
      }
    }
    return false;
  }

  void begin(const Finding& finding) {
    const Substance key = substance(finding);
    Statement(connection_,
              "INSERT INTO period (entry, label, auditor, verdict, claimed, observed, opened_by, "
              "opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(entry_, key.label, intern(connection_, key.auditor), key.verdict, key.claimed,
              key.observed, run_, at_)
        .run();
    const std::int64_t period = connection_.getLastInsertRowid();
    details_.write(period, finding);
    track(key).begun.push_back({period, key.verdict, key.observed});
  }

  void write_judgement() {
    if (covering_.empty()) return;
    std::vector<std::int64_t> auditors;
    for (const std::string& auditor : covering_) auditors.push_back(intern(connection_, auditor));
    std::sort(auditors.begin(), auditors.end());
    std::sort(kept_.begin(), kept_.end());
    insert_judgement(connection_, entry_, auditors, {at_, run_, details_.cited(), kept_});
  }

  void write_changes() {
    std::vector<Track> moved;
    for (auto& [key, one] : tracks_) {
      if (key.second.empty() || (one.ended.empty() && one.begun.empty())) continue;
      one.auditor = intern(connection_, key.second);
      moved.push_back(std::move(one));
    }
    record_changes(connection_, run_, at_, entry_, moved);
  }

  SQLite::Database& connection_;
  DetailWriter details_;
  std::int64_t run_;
  std::int64_t at_;
  const std::string& slug_;
  std::int64_t entry_;
  std::span<const Unread> unread_;
  std::set<std::string> covering_;  // auditors that ran
  std::set<std::string> judged_;    // labels that an auditor covers
  std::set<std::string> claimed_;   // labels of the catalog
  std::set<std::string> faulty_;    // auditors with a finding that only reports a fault
  std::set<std::pair<std::string, std::string>>
      beyond_;  // labels without a claim, with their auditor
  std::vector<std::int64_t> kept_;
  std::map<std::pair<std::string, std::string>, Track> tracks_;  // by label and auditor
};

}  // namespace

void record_findings(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                     const std::string& slug, const std::vector<Finding>& findings,
                     const std::vector<std::string>& auditors, std::span<const Unread> unread) {
  JudgementWriter(connection, run, at, slug).record(findings, auditors, unread);
}

void close_other_entries(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                         const std::vector<std::string>& slugs) {
  const std::set<std::string> present(slugs.begin(), slugs.end());
  std::vector<std::int64_t> gone;
  Statement entry(connection,
                  "SELECT DISTINCT p.entry, s.value FROM period p JOIN string s ON s.id = p.entry "
                  "WHERE p.closed_at IS NULL");
  while (entry.step()) {
    if (!present.contains(entry.text(1))) gone.push_back(entry.integer(0));
  }
  Statement close(connection,
                  "UPDATE period SET closed_by = ?, closed_at = ? "
                  "WHERE entry = ? AND closed_at IS NULL");
  for (const std::int64_t id : gone) close.bind(run, at, id).run();
}

}  // namespace assay::db
