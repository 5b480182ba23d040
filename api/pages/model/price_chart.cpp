// What the model cost when: a step chart for each offer of each source.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"
#include "auditors/prices/providers.h"
#include "validator/text/dates.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kStepsTold = 8;
// In units of the drawing; the margin keeps strokes at the edge whole.
constexpr int kWidth = 240;
constexpr int kHeight = 48;
constexpr int kRim = 3;

using Steps = std::vector<const OfferPeriod*>;
using Price = OfferPrice Offer::*;

// Only for placing strokes; texts show the exact decimal.
double rough(const OfferPrice& price) { return price.exact ? std::stod(price.exact->text()) : 0.0; }

std::string money(const OfferPrice& price) {
  return price.exact ? "$" + price.exact->text() : "not stated";
}

std::string both(const Offer& offer) {
  return offer.input.exact == offer.output.exact
             ? money(offer.input)
             : fmt::format("{} input, {} output", money(offer.input), money(offer.output));
}

// Maps time and price to positions in one drawing.
struct Frame {
  std::int64_t from = 0;
  std::int64_t to = 0;
  double highest = 0;

  int x(const std::string& time) const {
    const auto span = static_cast<double>(std::max<std::int64_t>(to - from, 1));
    const double share = static_cast<double>(parse_time(time) - from) / span;
    return kRim + static_cast<int>(share * (kWidth - 2 * kRim));
  }
  int y(double price) const {
    const double share = highest > 0 ? price / highest : 0;
    return kHeight - kRim - static_cast<int>(share * (kHeight - 2 * kRim));
  }
};

// Paths of what was seen, and of the time in between.
struct Paths {
  std::string seen;
  std::string between;
};

Paths paths(const Steps& steps, const Frame& frame, Price which) {
  Paths drawn;
  int last_x = 0;
  int last_y = 0;
  bool before = false;
  for (const OfferPeriod* step : steps) {
    const OfferPrice& price = step->offer.*which;
    if (!price.exact) {
      before = false;
      continue;
    }
    const int x = frame.x(step->first_seen);
    const int y = frame.y(rough(price));
    if (before) drawn.between += fmt::format("M{} {}H{}V{}", last_x, last_y, x, y);
    last_x = std::max(frame.x(step->last_seen), x);
    last_y = y;
    // A single reading is a dot: a stroke of no length with round ends.
    drawn.seen += fmt::format("M{} {}H{}", x, y, last_x);
    before = true;
  }
  return drawn;
}

std::string told(const Steps& steps) {
  std::string text;
  const std::size_t first = steps.size() > kStepsTold ? steps.size() - kStepsTold : 0;
  if (first > 0) text = fmt::format("{} earlier prices; ", first);
  for (std::size_t i = first; i < steps.size(); ++i) {
    const std::string from = day_of(steps[i]->first_seen);
    const std::string to = day_of(steps[i]->last_seen);
    text += fmt::format("{}{} {}", i > first ? "; " : "", both(steps[i]->offer),
                        from == to ? "on " + from : fmt::format("from {} to {}", from, to));
  }
  return text;
}

Values row_of(const Facts& facts, const Steps& steps, Frame frame) {
  for (const OfferPeriod* step : steps) {
    frame.highest = std::max({frame.highest, rough(step->offer.input), rough(step->offer.output)});
  }
  const Offer& now = steps.back()->offer;
  const Provider* known = prices::provider_of_id(facts.view().site.vocabulary, now.provider);
  const Paths input = paths(steps, frame, &Offer::input);
  const Paths output = paths(steps, frame, &Offer::output);
  return {{"provider", shortened(known != nullptr ? known->name : now.provider, 100)},
          {"teller", words(now.source)},
          {"told", told(steps)},
          {"input_seen", input.seen},
          {"input_between", input.between},
          {"output_seen", output.seen},
          {"output_between", output.between},
          {"last", both(now)}};
}

}  // namespace

std::set<std::string> named_providers(const Facts& facts) {
  std::set<std::string> ids;
  for (const Claim& claim : facts.subject().claims) {
    if (claim.vendor.empty()) continue;
    for (const Provider* known :
         prices::providers_named(facts.view().site.vocabulary, claim.vendor, claim.source)) {
      ids.insert(known->id);
    }
  }
  return ids;
}

Values price_chart(const Facts& facts) {
  const std::vector<OfferPeriod> history =
      facts.view().site.store.offer_history(facts.subject().slug);
  std::map<std::tuple<std::string, std::string, std::string>, Steps> by_offer;
  Frame frame;
  for (const OfferPeriod& period : history) {
    const Offer& offer = period.offer;
    const bool drawable = offer.variant.empty() && offer.currency == "USD" &&
                          (offer.input.exact || offer.output.exact);
    if (!drawable) continue;
    by_offer[{offer.source, offer.provider, offer.model}].push_back(&period);
    const std::int64_t first = parse_time(period.first_seen);
    frame.from = frame.from == 0 ? first : std::min(frame.from, first);
    frame.to = std::max(frame.to, parse_time(period.last_seen));
  }
  const Values all =
      link_if(facts.view().links.api("prices?model=" + percent_encoded(facts.subject().slug)));
  if (by_offer.empty()) return Values::array();
  // A single reading is not a history.
  std::erase_if(by_offer, [](const auto& item) {
    const Steps& steps = item.second;
    return steps.size() == 1 && steps.front()->first_seen == steps.front()->last_seen;
  });
  if (by_offer.empty()) {
    return once({{"drawing", Values::array()},
                 {"single", true},
                 {"begin", day_of(format_time(frame.to))},
                 {"all", all}});
  }

  // Offers that the entry names come first, then those that changed most.
  const std::set<std::string> named = named_providers(facts);
  std::vector<const Steps*> offers;
  for (const auto& [identity, steps] : by_offer) offers.push_back(&steps);
  std::stable_sort(offers.begin(), offers.end(), [&](const Steps* a, const Steps* b) {
    const auto key = [&](const Steps* steps) {
      return std::pair(named.count(steps->front()->offer.provider) == 0 ? 1 : 0,
                       -static_cast<std::int64_t>(steps->size()));
    };
    return key(a) < key(b);
  });
  const std::size_t most = facts.room().drawings;
  const std::size_t left = offers.size() > most ? offers.size() - most : 0;
  offers.resize(offers.size() - left);
  Values rows = Values::array();
  for (const Steps* steps : offers) rows.push_back(row_of(facts, *steps, frame));
  Values drawing = once({{"drawn", std::move(rows)},
                         {"begin", day_of(format_time(frame.from))},
                         {"end", day_of(format_time(frame.to))},
                         {"more", left == 0 ? Values::array() : once({{"count", left}})}});
  return once({{"drawing", std::move(drawing)}, {"single", false}, {"all", all}});
}

}  // namespace assay::api
