// What providers charge: the catalog's claims beside what each source says now.
#include <fmt/format.h>

#include <map>

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

std::string price_text(const nlohmann::json& value, const char* key) {
  const auto price = value.find(key);
  if (price == value.end() || price->is_null()) return "not stated";
  const auto currency = value.find("currency");
  const bool dollars = currency == value.end() || *currency == "USD";
  return dollars ? "$" + shown(*price) : shown(*price) + " " + shown(*currency);
}

// What the sources charge now, one row for each offer of each source, in the order of the labels.
class Charges {
 public:
  void add(const Facts& facts, const LabelView& view) {
    if (view.period == nullptr) return;
    for (const Observation& seen : view.period->finding.observations) {
      if (!seen.value.is_object()) continue;
      const bool whole = seen.value.contains("input_per_mtok_usd");
      if (!whole && !seen.value.contains("price")) continue;
      Values* row = row_of(facts, view.label, seen);
      if (row == nullptr) return;
      if (whole) {
        (*row)["input"] = price_text(seen.value, "input_per_mtok_usd");
        (*row)["output"] = price_text(seen.value, "output_per_mtok_usd");
      } else {
        const bool input = view.label.find("input") != std::string::npos;
        (*row)[input ? "input" : "output"] = price_text(seen.value, "price");
      }
    }
  }

  Values rows() const {
    Values list = Values::array();
    for (const std::string& key : order_) list.push_back(rows_.at(key));
    return list;
  }

 private:
  Values* row_of(const Facts& facts, const std::string& label, const Observation& seen) {
    const std::string provider = seen.value.contains("provider") ? shown(seen.value["provider"])
                                 : label.starts_with("cost[") ? label.substr(5, label.find(']') - 5)
                                                              : "";
    std::string model = seen.value.contains("model") ? shown(seen.value["model"]) : "";
    if (seen.value.contains("variant")) model += " (" + shown(seen.value["variant"]) + ")";
    const std::string key = fmt::format("{}\n{}\n{}", provider, seen.source, model);
    const auto found = rows_.find(key);
    if (found != rows_.end()) return &found->second;
    if (order_.size() == kOffersShown) return nullptr;
    order_.push_back(key);
    return &(rows_[key] = {{"seen_source", words(seen.source)},
                           {"provider", shortened(provider, 100)},
                           {"model", shortened(model, 150)},
                           {"input", "not stated"},
                           {"output", "not stated"},
                           {"at", time_if(seen.fetched_at)},
                           {"stored", link_if(facts.view().links.evidence(seen.evidence))}});
  }

  std::vector<std::string> order_;
  std::map<std::string, Values> rows_;
};

// An offer that only the sources know: "cost[Provider]".
Values beyond_row(Facts& facts, const std::string& label) {
  Values value = facts.value(label);
  const LabelView& view = *facts.views(label).front();
  if (view.period != nullptr && view.period->finding.observed.is_object()) {
    const nlohmann::json& observed = view.period->finding.observed;
    value["value"] = fmt::format("{} input, {} output", price_text(observed, "input_per_mtok_usd"),
                                 price_text(observed, "output_per_mtok_usd"));
  }
  const bool named = label.starts_with("cost[") && label.ends_with(']');
  return {{"name", shortened(named ? label.substr(5, label.size() - 6) : label, 100)},
          {"value", std::move(value)},
          {"marks", facts.marks(label)}};
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
  Charges charges;
  Values beyond = Values::array();
  for (const std::string& label : facts.labels("cost")) {
    for (const LabelView* view : facts.views(label)) charges.add(facts, *view);
    if (facts.claimed(label)) continue;
    beyond.push_back(beyond_row(facts, label));
  }
  return {{"no_offer", offers.empty()},
          {"offers", table("offer", std::move(offers))},
          {"observed", table("price", charges.rows())},
          {"history", price_chart(facts)},
          {"beyond", table("row", std::move(beyond))}};
}

}  // namespace assay::api
