// The verdict history of one entry.
#include <fmt/format.h>

#include <optional>

#include "api/pages/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

constexpr std::size_t kPeriodsRead = 200;
constexpr std::size_t kPeriodsShown = 25;  // the page has to stay small

Values period_row(const db::Period& period) {
  const Finding& finding = period.finding;
  return {{"period_label", shortened(finding.label, 100)},
          {"class", to_string(finding.verdict)},
          {"verdict", words(to_string(finding.verdict))},
          {"claimed", shown(finding.claimed)},
          {"observed", shown(finding.observed)},
          {"ended", period.open ? Values::array() : once({{"last", period.last_run}})}};
}

// What one run opened, under its date: the first audit of an entry opens a period for every label.
Values opened_by(const db::Period& first, const Links& links) {
  return {{"begun", time_if(first.since)},
          {"run", first.first_run},
          {"run_page", link_if(links.run(first.first_run))},
          {"no_run_page", links.run(first.first_run).empty()},
          {"period", Values::array()}};
}

}  // namespace

Values trail_section(const Facts& facts) {
  const View& view = facts.view();
  const std::string& slug = facts.subject().slug;
  Values runs = Values::array();
  std::optional<std::int64_t> run;
  std::size_t shown_periods = 0;
  std::size_t unaudited = 0;
  bool more = false;
  for (const db::Period& period : view.site.store.history(slug, "", kPeriodsRead)) {
    // That nobody looked is no event.
    if (period.finding.verdict == Verdict::unaudited) {
      ++unaudited;
      continue;
    }
    if (shown_periods == kPeriodsShown) {
      more = true;
      break;
    }
    if (run != period.first_run) runs.push_back(opened_by(period, view.links));
    run = period.first_run;
    runs.back()["period"].push_back(period_row(period));
    ++shown_periods;
  }
  Values note = Values::array();
  if (unaudited > 0 && !runs.empty()) note.push_back({{"unaudited_count", unaudited}});
  const bool empty = runs.empty();
  return {{"empty", empty},
          {"table", empty ? Values::array() : once({{"opened", std::move(runs)}})},
          {"unaudited", std::move(note)},
          {"cut", more},
          {"json", link_if(view.links.api(fmt::format("models/{}/history", encode_query(slug))))}};
}

}  // namespace assay::api
