#include "api/pages/model_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/entry_view.h"
#include "api/problem.h"
#include "validator/text/ascii.h"
#include "validator/text/decimal.h"

namespace assay::api {
namespace {

// The first price of the entry, which the list shows.
const Node* first_offer(const Node* entry) {
  const Node* cost = entry->get("cost");
  if (cost == nullptr || cost->kind == Kind::mapping) return cost;
  return cost->sequence().empty() ? nullptr : &cost->sequence().front();
}

// Verdicts that somebody should look at.
std::uint64_t alarms(const db::Store::EntrySummary& summary) {
  std::uint64_t total = 0;
  for (const auto& [verdict, count] : summary.verdicts) {
    if (verdict == "contradicted" || verdict == "outdated" || verdict == "disputed") total += count;
  }
  return total;
}

struct Keyed {
  std::optional<Decimal> number;
  std::string text;
  ListedModel model;
};

bool missing(const Keyed& keyed, bool numeric) {
  return numeric ? !keyed.number.has_value() : keyed.text.empty();
}

}  // namespace

const std::vector<SortKey>& sort_keys() {
  static const std::vector<SortKey> kKeys{{"name", "Model", false},
                                          {"family", "Family", false},
                                          {"developer", "Developer", false},
                                          {"openness", "Openness", false},
                                          {"params", "Size", true},
                                          {"context", "Context", true},
                                          {"quantizations", "Quantizations", true},
                                          {"price", "Price in / out", true},
                                          {"verdicts", "Verdicts", true}};
  return kKeys;
}

std::string sort_value(const ListedModel& model, std::string_view key) {
  const Node* entry = model.entry;
  if (key == "name") {
    return ascii::lower(model.subject->display_name.empty() ? model.subject->slug
                                                            : model.subject->display_name);
  }
  if (key == "params" || key == "context") {
    const std::string text =
        scalar_text(entry, key == "params" ? "params_total" : "context_window");
    return text == "0" ? std::string{} : text;
  }
  if (key == "quantizations") {
    const Node* list = entry->get("quantizations_available");
    return list == nullptr ? std::string{} : std::to_string(list->sequence().size());
  }
  if (key == "price") return scalar_text(first_offer(entry), "input_per_mtok_usd");
  if (key == "verdicts") {
    return model.summary == nullptr ? std::string{} : std::to_string(alarms(*model.summary));
  }
  return ascii::lower(scalar_text(entry, key));
}

void sort_models(std::vector<ListedModel>& models, const std::string& order) {
  if (order.empty()) return;
  const bool turned = order.front() == '-';
  const std::string_view id = std::string_view(order).substr(turned ? 1 : 0);
  const auto& keys = sort_keys();
  const auto key =
      std::find_if(keys.begin(), keys.end(), [&](const SortKey& each) { return each.id == id; });
  if (key == keys.end()) {
    std::string allowed;
    for (const SortKey& each : keys) {
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", each.id);
    }
    throw bad_parameter("sort", order, allowed + ", each optionally after '-' to reverse it");
  }
  std::vector<Keyed> keyed;
  for (const ListedModel& model : models) {
    std::string text = sort_value(model, id);
    keyed.push_back({key->numeric ? Decimal::parse(text) : std::nullopt, std::move(text), model});
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    if (missing(a, key->numeric) || missing(b, key->numeric)) {
      return !missing(a, key->numeric) && missing(b, key->numeric);
    }
    const Keyed& low = turned ? b : a;
    const Keyed& high = turned ? a : b;
    return key->numeric ? *low.number < *high.number : low.text < high.text;
  });
  for (std::size_t i = 0; i < models.size(); ++i) models[i] = keyed[i].model;
}

}  // namespace assay::api
