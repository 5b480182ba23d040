#include <map>
#include <set>

#include "auditors/prices/sources/price_list_builder.h"
#include "auditors/prices/sources/source.h"

// genai-prices, version 2 of its data (version 1 is frozen): a list of providers, each with models.
// Unit: USD per million tokens for `*_mtok`, a number or {"base", "tiers"}. A model is named by the
// `equals` clauses of its `match`; other clauses are patterns, which never join. What only the list
// calls a row (`id`) is kept, set aside, so that a row has a history of its own. `prices` may be a
// list with constraints, of which the last that applies wins: dates are judged at the time of the
// answer, times of the day make a band. Zero prices are omitted there.

namespace assay::prices {
namespace {

// Every name that is matched exactly: `{"equals": …}`, alone or among the clauses of an `or`.
void exact_names(const RawJson& match, std::set<std::string>& names) {
  const RawJson* equals = match.get("equals");
  if (equals != nullptr && equals->is_string()) names.insert(equals->text);
  const RawJson* any = match.get("or");
  if (any == nullptr || !any->is_array()) return;
  for (const RawJson& clause : any->items) exact_names(clause, names);
}

// {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]}: the tiers are offers of their own.
void read_tiered(PriceListBuilder& builder, const Offer& offer, const RawJson& price,
                 const std::string& at, OfferPrice Offer::*which,
                 std::map<std::string, Offer>& tiers) {
  const RawJson* list = price.get("tiers");
  if (list == nullptr || !list->is_array()) return;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const RawJson& tier = list->items[i];
    const RawJson* start = tier.get("start");
    Offer named = offer;
    named.input = {};
    named.output = {};
    named.variant += (named.variant.empty() ? "above_" : " above_") +
                     (start != nullptr ? start->text : std::to_string(i + 1));
    Offer& other = tiers.try_emplace(named.variant, named).first->second;
    builder.read(other, other.*which, tier, "price", at + "/tiers" + pointer_step(i), 0);
  }
}

void add_offer(PriceListBuilder& builder, Offer offer, const RawJson& prices,
               const std::string& at) {
  std::map<std::string, Offer> tiers;
  for (const auto& [key, which] :
       {std::pair{"input_mtok", &Offer::input}, std::pair{"output_mtok", &Offer::output}}) {
    const RawJson* tiered = builder.object(offer, prices, key);
    if (tiered == nullptr) {
      builder.read(offer, offer.*which, prices, key, at, 0);
    } else {
      const std::string there = at + pointer_step(key);
      builder.read(offer, offer.*which, *tiered, "base", there, 0);
      read_tiered(builder, offer, *tiered, there, which, tiers);
    }
  }
  builder.read_currency(offer, prices);
  builder.add(std::move(offer));
  for (auto& [variant, tier] : tiers) builder.add(std::move(tier));
}

// What the constraint of one item of a price list says.
struct Constraint {
  std::string start_date;  ///< empty: always
  std::string band;        ///< "00:30:00Z-16:30:00Z"; empty: the whole day
};

Constraint constraint_of(const RawJson& item) {
  Constraint constraint;
  const RawJson* stated = item.get("constraint");
  if (stated == nullptr || !stated->is_object()) return constraint;
  constraint.start_date = stated->string("start_date");
  if (stated->get("start_time") != nullptr || stated->get("end_time") != nullptr) {
    constraint.band =
        std::string(stated->string("start_time")) + "-" + std::string(stated->string("end_time"));
  }
  return constraint;
}

// The base offer is the last item that holds now for the whole day; bands make it incomparable.
void add_constrained(PriceListBuilder& builder, const Offer& named, const RawJson& list,
                     const std::string& at, const Evidence& evidence) {
  const std::string today = evidence.fetched_at.substr(0, 10);
  std::size_t base = list.items.size();
  bool banded = false;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Constraint constraint = constraint_of(list.items[i]);
    if (constraint.start_date > today) continue;
    if (!constraint.band.empty()) {
      banded = true;
    } else {
      base = i;
      banded = false;
    }
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const RawJson* prices = list.items[i].get("prices");
    const Constraint constraint = constraint_of(list.items[i]);
    const bool future = constraint.start_date > today;
    // An item that a later one replaced says nothing of today.
    if (i != base && !future && constraint.band.empty()) continue;
    Offer offer = named;
    offer.pointer += "/prices" + pointer_step(i);
    if (prices == nullptr || !prices->is_object()) {
      builder.add_unreadable(std::move(offer), "its prices are not an object");
      continue;
    }
    if (future) offer.variant = "from " + constraint.start_date;
    if (!constraint.band.empty()) {
      offer.variant += (offer.variant.empty() ? "" : " ") + constraint.band;
    }
    if (i == base && banded) builder.set_aside(offer, "its price depends on the time of day");
    add_offer(builder, std::move(offer), *prices, at + pointer_step(i) + "/prices");
  }
  if (base == list.items.size()) {
    Offer none = named;
    builder.set_aside(none, "none of its prices applies to the whole day now");
    builder.add(std::move(none));
  }
}

// The names under which a row is an offer: those that are matched exactly, and its id, which stays
// when the others change. `exact` are those of all rows of the provider.
std::set<std::string> names_of(const RawJson& model, const std::set<std::string>& exact) {
  std::set<std::string> names;
  if (const RawJson* match = model.get("match")) exact_names(*match, names);
  const std::string id(model.string("id"));
  if (exact.count(id) == 0) names.insert(id);
  return names;
}

void read_genai_prices_model(PriceListBuilder& builder, std::string_view provider,
                             const RawJson& model, const std::string& at,
                             const std::set<std::string>& exact, const Evidence& evidence) {
  constexpr std::string_view kThroughRouter = "huggingface_";
  const RawJson* prices = model.get("prices");
  if (model.string("id").empty() || model.get("match") == nullptr || prices == nullptr) {
    return builder.unreadable();
  }
  for (const std::string& name : names_of(model, exact)) {
    Offer offer = builder.offer(provider, name, at);
    if (provider.starts_with(kThroughRouter)) {
      // What the Hub's router charged for that provider at some time: another offer than its own.
      offer = builder.offer("huggingface", name, at);
      offer.variant = provider.substr(kThroughRouter.size());
    }
    if (exact.count(name) == 0) {
      builder.set_aside(offer, "the list uses this name, but matches no request by it exactly");
    }
    const RawJson* deprecated = model.get("deprecated");
    if (deprecated != nullptr && deprecated->text == "true") {
      builder.end(offer, "marks it as deprecated");
    }
    if (prices->is_array()) {
      add_constrained(builder, offer, *prices, at + "/prices", evidence);
    } else if (prices->is_object()) {
      add_offer(builder, std::move(offer), *prices, at + "/prices");
    } else {
      builder.add_unreadable(std::move(offer), "its prices are not an object");
    }
  }
}

void read_genai_prices_row(PriceListBuilder& builder, const RawJson& row, const std::string& at,
                           const Evidence& evidence) {
  const std::string_view provider = row.string("id");
  const RawJson* models = row.get("models");
  if (provider.empty() || models == nullptr || !models->is_array()) return builder.unreadable();
  std::set<std::string> exact;
  for (const RawJson& model : models->items) {
    if (const RawJson* match = model.get("match")) exact_names(*match, exact);
  }
  for (std::size_t i = 0; i < models->items.size(); ++i) {
    read_genai_prices_model(builder, provider, models->items[i], at + "/models" + pointer_step(i),
                            exact, evidence);
  }
}

PriceList read_genai_prices(const Evidence& evidence, const Vocabulary& vocabulary) {
  return read_rows("genai_prices", evidence, vocabulary, read_genai_prices_row);
}

}  // namespace

extern const PriceSource kGenaiPrices;
const PriceSource kGenaiPrices{
    .id = "genai_prices",
    .name = "genai-prices",
    .list_url = [](const SourceConfig& source) { return source.url; },
    .read_list = sound<read_genai_prices>,
};

}  // namespace assay::prices
