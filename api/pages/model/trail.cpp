// The verdict history of one entry.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kPeriodsRead = 400;

Values period_row(const db::Period& period) {
  const Finding& finding = period.finding;
  return {{"period_label", shortened(finding.label, 100)},
          {"class", to_string(finding.verdict)},
          {"verdict", words(to_string(finding.verdict))},
          {"claimed", shown(finding.claimed)},
          {"observed", shown(finding.observed)},
          {"ended", period.open ? Values::array() : once({{"last", period.last_run}})}};
}

// The periods that one run opened, under its date; the first audit of an entry opens one per label.
Values opened_by(const db::Period& first, const Links& links) {
  return {{"begun", time_if(first.since)},
          {"run", first.first_run},
          {"run_page", link_if(links.run(first.first_run))},
          {"no_run_page", links.run(first.first_run).empty()},
          {"period", Values::array()}};
}

// What a reader should see first; what does not fit is the least important of a run.
int weight(Verdict verdict) {
  switch (verdict) {
    case Verdict::contradicted:
      return 0;
    case Verdict::outdated:
    case Verdict::disputed:
      return 1;
    case Verdict::supported:
    case Verdict::unsupported:
      return 2;
    case Verdict::source_unreachable:
    case Verdict::verifier_unable:
      return 3;
    case Verdict::unlisted:
    case Verdict::unaudited:
      return 4;
  }
  return 4;
}

}  // namespace

Values trail_section(const Facts& facts) {
  const View& view = facts.view();
  const std::string& slug = facts.subject().slug;
  std::vector<db::Period> periods = view.site.store.history(slug, "", kPeriodsRead);
  const std::size_t most = facts.room().periods;
  bool more = periods.size() == kPeriodsRead;
  // A label nobody looked at is not an event.
  const std::size_t unaudited = std::erase_if(periods, [](const db::Period& period) {
    return period.finding.verdict == Verdict::unaudited;
  });
  std::stable_sort(periods.begin(), periods.end(), [](const db::Period& a, const db::Period& b) {
    return std::pair(b.first_run, weight(a.finding.verdict)) <
           std::pair(a.first_run, weight(b.finding.verdict));
  });
  if (periods.size() > most) {
    more = true;
    periods.resize(most);
  }
  Values runs = Values::array();
  std::optional<std::int64_t> run;
  for (const db::Period& period : periods) {
    if (run != period.first_run) runs.push_back(opened_by(period, view.links));
    run = period.first_run;
    runs.back()["period"].push_back(period_row(period));
  }
  Values note = Values::array();
  if (unaudited > 0 && !runs.empty()) note.push_back({{"unaudited_count", unaudited}});
  const bool empty = runs.empty();
  return {
      {"empty", empty},
      {"table", empty ? Values::array() : once({{"opened", std::move(runs)}})},
      {"unaudited", std::move(note)},
      {"cut", more},
      {"json", link_if(view.links.api(fmt::format("models/{}/history", percent_encoded(slug))))}};
}

}  // namespace assay::api
