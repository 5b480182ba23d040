// What providers charge: the catalog's claims beside what each source says now.
#include <fmt/format.h>

#include "api/pages/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

constexpr std::size_t kOffersShown = 40;

Values price(Facts& facts, const std::string& label) {
  Values value = facts.value(label);
  if (value.contains("value")) value["value"] = "$" + value["value"].get<std::string>();
  return {{"value", std::move(value)}, {"marks", facts.marks(label)}};
}

Values offer_row(Facts& facts, const std::string& label, const Node& offer) {
  const std::string vendor = scalar_text(&offer, "vendor");
  const std::string source = scalar_text(&offer, "source");
  const std::string via = scalar_text(&offer, "via_artificial_analysis");
  Values row = {{"vendor", vendor.empty() ? "provider not stated" : shortened(vendor, 100)},
                {"input", once(price(facts, label + ".input_per_mtok_usd"))},
                {"output", once(price(facts, label + ".output_per_mtok_usd"))},
                {"as_of", time_if(shortened(scalar_text(&offer, "as_of"), 40))},
                {"linked", link_if(is_web_url(source) ? source : std::string{})},
                {"host", host_of(source)},
                {"via", via == "true" || via == "True" || via == "TRUE"},
                {"source_marks", facts.marks(label + ".source")}};
  row["undated"] = row["as_of"].empty();
  row["unsourced"] = row["linked"].empty();
  return row;
}

// What the sources said of one price label, one row each.
void add_observed(const Facts& facts, const std::string& label, Values& rows) {
  for (const LabelView* view : facts.views(label)) {
    if (view->period == nullptr) continue;
    for (const Observation& seen : view->period->finding.observations) {
      if (seen.value.is_null() || rows.size() == kOffersShown) continue;
      rows.push_back({{"seen_source", words(seen.source)},
                      {"of", shortened(label, 100)},
                      {"amount", shown(seen.value)},
                      {"at", time_if(seen.fetched_at)},
                      {"stored", link_if(facts.view().links.evidence(seen.evidence))}});
    }
  }
}

// Rows with their heading; nothing without rows.
Values table(const char* name, Values rows) {
  return rows.empty() ? Values::array() : once({{name, std::move(rows)}});
}

}  // namespace

Values cost_section(Facts& facts) {
  Values offers = Values::array();
  const Node* cost = facts.entry().get("cost");
  if (cost != nullptr && cost->kind == Kind::mapping) {
    offers.push_back(offer_row(facts, "cost", *cost));
  } else if (cost != nullptr) {
    std::size_t number = 0;
    for (const Node& offer : cost->sequence()) {
      ++number;
      std::string name = scalar_text(&offer, "vendor");
      if (name.empty()) name = std::to_string(number);
      offers.push_back(offer_row(facts, fmt::format("cost[{}]", name), offer));
    }
  }
  Values observed = Values::array();
  Values beyond = Values::array();
  for (const std::string& label : facts.labels("cost")) {
    add_observed(facts, label, observed);
    if (facts.claimed(label)) continue;
    beyond.push_back({{"name", shortened(label, 100)},
                      {"value", facts.value(label)},
                      {"marks", facts.marks(label)}});
  }
  return {{"no_offer", offers.empty()},
          {"offers", table("offer", std::move(offers))},
          {"observed", table("price", std::move(observed))},
          {"beyond", table("row", std::move(beyond))}};
}

}  // namespace assay::api
