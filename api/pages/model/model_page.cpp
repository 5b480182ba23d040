#include "api/pages/model/model_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/pages/answers.h"
#include "api/pages/model/sections.h"
#include "api/pages/texts.h"
#include "api/pages/wording.h"
#include "api/problem.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kLargestPage = 95'000;  // a page may have 100 kB
constexpr Room kLittleRoom{1, 10, 10, 3, false};

// Counts per verdict over everything that the page shows.
Values counts_of(const Facts& facts) {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const VerdictInfo& info : verdicts()) counts.emplace_back(info.id, 0);
  for (const LabelView& view : facts.all()) {
    ++counts.at(static_cast<std::size_t>(view.verdict)).second;
  }
  return counted(counts);
}

// The first and last day of the evidence behind the current verdicts.
Values evidence_span(const Facts& facts) {
  std::string first;
  std::string last;
  for (const LabelView& view : facts.all()) {
    if (view.period == nullptr || tells_of_a_fault(view.verdict)) continue;
    for (const Observation& seen : view.period->finding.observations) {
      if (first.empty() || seen.fetched_at < first) first = seen.fetched_at;
      last = std::max(last, seen.fetched_at);
    }
  }
  if (first.empty()) return Values::array();
  return once({{"first", time_if(first)},
               {"until", time_if(day_of(first) == day_of(last) ? std::string{} : last)}});
}

void add_texts(Values& values, const View& view, const Node& entry) {
  const auto section = [&](const char* name, Values items) {
    values[name] = items.empty() ? Values::array() : once({{"item", std::move(items)}});
  };
  section("innovations", text_items(entry, "notable_innovations"));
  section("uses", text_items(entry, "recommended_use_cases"));
  section("limitations", limitations(entry));
  section("reception", reception(entry));
  section("lineage", lineage(view, entry));
  values["about"] = Values::array();
  if (const std::string text = scalar_text(&entry, "long_form"); !text.empty()) {
    values["about"].push_back({{"prose", {{"block", prose(text)}}}});
  }
  values["lead"] = Values::array();
  if (const std::string text = scalar_text(&entry, "release_context"); !text.empty()) {
    values["lead"].push_back({{"text", shortened(text, 2'000)}});
  }
}

void add_sections(Values& values, Facts& facts) {
  values["key"] = {{"row", key_facts(facts)}};
  values["cost"] = cost_section(facts);
  values["architecture"] = architecture_section(facts);
  values["specs"] = {{"template", "rows.tpl"}, {"row", spec_rows(facts)}};
  values["benchmarked"] = Values::array();
  if (Values benchmarks = benchmarks_section(facts); !benchmarks.is_null()) {
    values["benchmarked"].push_back({{"benchmarks", std::move(benchmarks)}});
  }
  values["no_benchmarks"] = values["benchmarked"].empty();
  values["quantized"] = Values::array();
  if (Values quantizations = quantizations_section(facts); !quantizations.is_null()) {
    values["quantized"].push_back({{"quantizations", std::move(quantizations)}});
  }
  values["no_quantizations"] = values["quantized"].empty();
  values["source"] = source_rows(facts);
  // The lineage is shown as links; its labels stay among the others.
  Values rest = other_rows(facts);
  values["others"] = Values::array();
  if (!rest.empty()) {
    values["others"].push_back({{"rest", {{"template", "rows.tpl"}, {"row", std::move(rest)}}}});
  }
  values["trail"] = trail_section(facts);
}

std::string page_in(const View& view, const Subject& subject, const Room& room) {
  Facts facts(view, subject, room);
  const Node& entry = facts.entry();
  const std::string name =
      shortened(subject.display_name.empty() ? subject.slug : subject.display_name, 200);
  const std::string family = scalar_text(&entry, "family");
  Values evidence = evidence_span(facts);
  Values values = {{"name", name},
                   {"home", view.links.page("")},
                   {"family", Values::array()},
                   {"counted", counts_of(facts)},
                   {"no_evidence", evidence.empty()},
                   {"evidence", std::move(evidence)},
                   {"json", link_if(view.links.api("models/" + percent_encoded(subject.slug)))},
                   {"audit_json", link_if(view.links.served() ? "" : "audit.json")}};
  if (!family.empty()) {
    values["family"].push_back({{"family_name", shortened(family, 100)},
                                {"family_url", view.links.page("") + "?family=" +
                                                   percent_encoded(shortened(family, 100))}});
  }
  add_texts(values, view, entry);
  add_sections(values, facts);
  const std::string developer = scalar_text(&entry, "developer");
  const std::string description = fmt::format(
      "{}{}{}: what the catalog says about it, and what the evidence says about each label.", name,
      developer.empty() ? "" : " by ", developer);
  return page_html(view, {name, description, "models"}, "model", std::move(values));
}

}  // namespace

std::string model_page(const View& view, const Subject& subject) {
  std::string page = page_in(view, subject, {});
  if (page.size() > kLargestPage) page = page_in(view, subject, kLittleRoom);
  return page;
}

Response answer_model_page(const Site& site, const Request&, const Captures& captures) {
  const Subject* subject = find_subject(site.catalog, captures[0]);
  if (subject == nullptr) {
    throw not_found(fmt::format("no entry '{}' in the catalog", captures[0]));
  }
  return page_response(model_page({site, {}}, *subject));
}

}  // namespace assay::api
