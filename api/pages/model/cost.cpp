// What providers charge: the catalog's claims beside what each source says now.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"
#include "auditors/prices/providers.h"

namespace assay::api {
namespace {

constexpr std::size_t kOffersRead = 500;

Values price(Facts& facts, const std::string& label) {
  Values value = facts.value(label);
  if (value.contains("value")) value["value"] = "$" + value["value"].get<std::string>();
  return {{"value", std::move(value)}, {"marks", facts.marks(label)}};
}

Values offer_row(Facts& facts, const std::string& label, const Node& offer) {
  const std::string vendor = scalar_text(&offer, "vendor");
  const std::string source = scalar_text(&offer, "source");
  const std::string via = scalar_text(&offer, "via_artificial_analysis");
  Values row = {{"vendor", vendor.empty() ? "provider not named" : shortened(vendor, 100)},
                {"input", once(price(facts, label + ".input_per_mtok_usd"))},
                {"output", once(price(facts, label + ".output_per_mtok_usd"))},
                {"as_of", time_if(shortened(scalar_text(&offer, "as_of"), 40))},
                {"linked", link_if(is_web_url(source) ? source : std::string{})},
                {"host", host_of(source)},
                {"via", is_true(via)},
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

std::string price_text(const OfferPrice& price, const std::string& currency) {
  if (!price.exact) return "not stated";
  const std::string text = shortened(price.exact->text(), 60);
  return currency == "USD" ? "$" + text : text + " " + shortened(currency, 20);
}

Values stated_row(const Facts& facts, const db::PricePeriod& price) {
  const Offer& offer = price.offer;
  const Provider* known = prices::provider_of_id(facts.view().site.vocabulary, offer.provider);
  return {{"seen_source", words(offer.source)},
          {"provider", shortened(known != nullptr ? known->name : offer.provider, 100)},
          {"model",
           shortened(offer.variant.empty() ? offer.model
                                           : fmt::format("{} ({})", offer.model, offer.variant),
                     150)},
          {"input", price_text(offer.input, offer.currency)},
          {"output", price_text(offer.output, offer.currency)},
          {"at", time_if(price.last_seen)},
          {"stored", link_if(facts.view().links.evidence(price.last_evidence))}};
}

// What each source says now about the model, offer by offer; providers that the entry names come
// first.
Values stated_now(const Facts& facts) {
  db::PriceFilter filter;
  filter.model = facts.subject().slug;
  filter.current = true;
  filter.limit = kOffersRead;
  std::vector<db::PricePeriod> stated = facts.view().site.store.prices(filter);
  // The filter also finds models that a source calls by this name.
  std::erase_if(stated, [&](const db::PricePeriod& price) {
    return std::find(price.slugs.begin(), price.slugs.end(), facts.subject().slug) ==
           price.slugs.end();
  });
  if (stated.empty()) return Values::array();
  const std::set<std::string> named = named_providers(facts);
  const auto key = [&](const db::PricePeriod& price) {
    const Offer& offer = price.offer;
    return std::tuple(named.count(offer.provider) == 0, !offer.variant.empty(), offer.provider,
                      offer.source, offer.model, offer.variant);
  };
  std::sort(stated.begin(), stated.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const std::size_t rows = std::min(stated.size(), facts.room().offers);
  Values list = Values::array();
  for (std::size_t i = 0; i < rows; ++i) list.push_back(stated_row(facts, stated[i]));
  Values more = Values::array();
  if (stated.size() > rows) more = once({{"more_count", stated.size() - rows}});
  return once({{"price", std::move(list)}, {"more", std::move(more)}});
}

// An offer that only sources have: "cost[Provider]".
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
  Values beyond = Values::array();
  for (const std::string& label : facts.labels("cost")) {
    if (facts.claimed(label)) continue;
    beyond.push_back(beyond_row(facts, label));
  }
  return {{"no_offer", offers.empty()},
          {"offers", table("offer", std::move(offers))},
          {"observed", stated_now(facts)},
          {"history", price_chart(facts)},
          {"beyond", table("row", std::move(beyond))}};
}

}  // namespace assay::api
