// The tables behind `assay explain`, as pages.
#include "api/pages/verdicts_page.h"

#include "api/pages/answers.h"
#include "api/pages/wording.h"
#include "auditors/registry.h"
#include "validator/rules/rules.h"

namespace assay::api {

std::string verdicts_page(const View& view) {
  Values values = {{"verdict", Values::array()},
                   {"auditor", Values::array()},
                   {"rules_url", view.links.page("rules")}};
  for (const VerdictInfo& info : verdicts()) {
    values["verdict"].push_back({{"class", info.id},
                                 {"name", words(info.id)},
                                 {"meaning", info.meaning},
                                 {"needs", info.needs}});
  }
  for (const Auditor& auditor : auditors()) {
    values["auditor"].push_back({{"auditor_id", auditor.id}, {"summary", auditor.summary}});
  }
  return page_html(
      view,
      {"About the verdicts", "What each verdict means, and the evidence it needs.", "verdicts"},
      "verdicts", std::move(values));
}

std::string rules_page(const View& view) {
  Values values = {{"rule", Values::array()}};
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) {
      values["rule"].push_back({{"rule_id", rule.id},
                                {"severity", to_string(rule.severity)},
                                {"group", rule.group},
                                {"summary", rule.summary},
                                {"why", rule.why}});
    }
  }
  return page_html(view, {"Rules", "What `assay validate` checks in a catalog, and why.", "rules"},
                   "rules", std::move(values));
}

Response answer_verdicts_page(const Site& site, const Request&, const Captures&) {
  return page_response(verdicts_page({site, {}}));
}

Response answer_rules_page(const Site& site, const Request&, const Captures&) {
  return page_response(rules_page({site, {}}));
}

}  // namespace assay::api
