// The verdict history of one entry.
#include <fmt/format.h>

#include "api/pages/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

constexpr std::size_t kPeriodsRead = 200;
constexpr std::size_t kPeriodsShown = 60;

Values period_row(const db::Period& period, const Links& links) {
  const Finding& finding = period.finding;
  return {{"begun", time_if(period.since)},
          {"run", period.first_run},
          {"run_page", link_if(links.run(period.first_run))},
          {"no_run_page", links.run(period.first_run).empty()},
          {"period_label", shortened(finding.label, 100)},
          {"class", to_string(finding.verdict)},
          {"verdict", words(to_string(finding.verdict))},
          {"claimed", shown(finding.claimed)},
          {"observed", shown(finding.observed)},
          {"still", period.open},
          {"ended", period.open ? Values::array() : once({{"last", period.last_run}})},
          {"reason", shortened(finding.reason, 240)}};
}

}  // namespace

Values trail_section(const Facts& facts) {
  const View& view = facts.view();
  const std::string& slug = facts.subject().slug;
  Values rows = Values::array();
  std::size_t unaudited = 0;
  bool more = false;
  for (const db::Period& period : view.site.store.history(slug, "", kPeriodsRead)) {
    // That nobody looked is no event.
    if (period.finding.verdict == Verdict::unaudited) {
      ++unaudited;
    } else if (rows.size() == kPeriodsShown) {
      more = true;
      break;
    } else {
      rows.push_back(period_row(period, view.links));
    }
  }
  Values note = Values::array();
  if (unaudited > 0 && !rows.empty()) note.push_back({{"unaudited_count", unaudited}});
  return {{"empty", rows.empty()},
          {"table", rows.empty() ? Values::array() : once({{"period", rows}})},
          {"unaudited", std::move(note)},
          {"cut", more},
          {"json", link_if(view.links.api(fmt::format("models/{}/history", encode_query(slug))))}};
}

}  // namespace assay::api
