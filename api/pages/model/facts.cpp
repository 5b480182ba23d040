#include "api/pages/model/facts.h"

#include <fmt/format.h>

#include <stdexcept>

#include "api/pages/wording.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::size_t kLongestValue = 300;
constexpr std::size_t kLongestAddress = 64;
constexpr std::size_t kLongestReason = 600;

const Node& require_entry(const Catalog& catalog, const std::string& slug) {
  const Node* entry = find_entry(catalog, slug);
  if (entry == nullptr) throw std::logic_error("a subject without its entry");
  return *entry;
}

// In these labels 0 means "not disclosed", like absence.
bool is_undisclosed(const LabelView& view) {
  return (view.label == "params_total" || view.label == "params_active") && view.claimed == 0;
}

bool differs(Verdict verdict) {
  return verdict == Verdict::contradicted || verdict == Verdict::outdated ||
         verdict == Verdict::disputed;
}

// What a source said, on one line: a repository by name and commit, since the row of its family has
// the rest; everything else in full.
std::string said(const nlohmann::json& value) {
  if (value.is_null()) return {};
  const auto repository = value.find("repository");
  if (repository == value.end() || !repository->is_string()) return shown(value);
  const auto commit = value.find("commit");
  if (commit == value.end() || !commit->is_string()) return shown(*repository);
  return fmt::format("{} at {}", shown(*repository), commit->get<std::string>().substr(0, 12));
}

// An address too long to show in full is an API request: the stored exchange has all of it, and a
// page that repeated such addresses as links would be mostly addresses.
Values exchange(const Observation& seen, const Links& links, const std::string& value) {
  Values exchange = {{"seen_source", words(seen.source)},
                     {"at", time_if(seen.fetched_at)},
                     {"stored", link_if(links.evidence(seen.evidence))},
                     {"linked", Values::array()},
                     {"unlinked", Values::array()},
                     {"told", value.empty() ? Values::array() : once({{"told_value", value}})}};
  if (is_web_url(seen.url)) {
    const std::string_view rest = std::string_view(seen.url).substr(seen.url.find("://") + 3);
    const std::string address = shortened(rest, kLongestAddress);
    if (address == rest || exchange["stored"].empty()) {
      exchange["linked"] = once({{"url", seen.url}, {"address", address}});
    } else {
      exchange["unlinked"] = once({{"address", address}});
    }
  }
  return exchange;
}

Values exchanges(const Finding& finding, const Links& links, std::size_t most) {
  Values list = Values::array();
  std::string before;
  for (const Observation& seen : finding.observations) {
    if (list.size() == most) break;
    std::string value = said(seen.value);
    if (value == before || seen.value == finding.observed) {
      list.push_back(exchange(seen, links, ""));
    } else {
      list.push_back(exchange(seen, links, value));
    }
    before = std::move(value);
  }
  return list;
}

}  // namespace

Facts::Facts(const View& view, const Subject& subject, const Room& room)
    : view_(view),
      room_(room),
      subject_(subject),
      entry_(require_entry(view.site.catalog, subject.slug)),
      periods_(current_findings(view.site.store, subject.slug)),
      views_(label_views(subject, periods_)) {
  for (const LabelView& each : views_) by_label_[each.label].push_back(&each);
  for (const Claim& claim : subject.claims) claims_.emplace(claim.label, &claim);
}

std::vector<const LabelView*> Facts::views(std::string_view label) const {
  const auto found = by_label_.find(label);
  return found == by_label_.end() ? std::vector<const LabelView*>{} : found->second;
}

bool Facts::claimed(std::string_view label) const { return claims_.contains(label); }

Values Facts::value(std::string_view label, std::string_view unit) const {
  Values value = {
      {"template", "fact.tpl"}, {"unit", Values::array()}, {"differs", Values::array()}};
  const std::vector<const LabelView*> known = views(label);
  const auto claim = claims_.find(label);
  if (known.empty() || (claim != claims_.end() && is_undisclosed(*known.front()))) {
    value["undisclosed"] = true;
    return value;
  }
  if (known.front()->verdict == Verdict::unlisted) {
    value["found"] = true;
    value["value"] = shown(known.front()->period->finding.observed);
  } else {
    value["claimed"] = true;
    value["value"] = claim_text(*claim->second);
    for (const LabelView* each : known) {
      if (!differs(each->verdict) || each->period->finding.observed.is_null()) continue;
      value["differs"].push_back({{"observed", shown(each->period->finding.observed)}});
      break;
    }
  }
  if (!unit.empty()) value["unit"].push_back({{"unit_name", unit}});
  return value;
}

Values Facts::mark(const LabelView& view) const {
  Values mark = {{"class", to_string(view.verdict)},
                 {"verdict", words(to_string(view.verdict))},
                 {"label", shortened(view.label, 100)},
                 {"reason", shortened(view.reason, kLongestReason)},
                 {"claim", Values::array()},
                 {"seen", Values::array()},
                 {"more", Values::array()},
                 {"since", Values::array()}};
  const auto claim = claims_.find(view.label);
  if (view.period == nullptr || view.verdict == Verdict::unaudited) {
    if (!room_.unaudited_claims) return mark;
  }
  if (claim != claims_.end()) {
    const Claim& said = *claim->second;
    mark["claim"].push_back({{"claimed", claim_text(said)},
                             {"as_of", time_if(said.as_of)},
                             {"cited", Values::array()}});
    if (is_web_url(said.source) && said.source != said.value) {
      mark["claim"][0]["cited"].push_back({{"url", said.source}, {"host", host_of(said.source)}});
    }
  } else {
    mark["unclaimed"] = true;
  }
  if (view.period == nullptr || view.verdict == Verdict::unaudited) return mark;
  const Finding& finding = view.period->finding;
  const bool fault = tells_of_a_fault(view.verdict);
  if (!fault) {
    mark["audited"] =
        once({{"observed", finding.observed.is_null() ? "nothing" : shown(finding.observed)}});
  }
  mark["since"].push_back({{"begun", time_if(view.period->since)},
                           {"judged", fault ? "last tried by" : "confirmed by"},
                           {"newest", fault ? "latest exchange" : "latest evidence"},
                           {"confirmed", time_if(view.period->confirmed_at)},
                           {"run", view.period->last_run},
                           {"run_page", link_if(view_.links.run(view.period->last_run))},
                           {"no_run_page", view_.links.run(view.period->last_run).empty()}});
  mark["seen"] = exchanges(finding, view_.links, room_.exchanges);
  if (finding.observations.size() > room_.exchanges) {
    const std::string all = view_.links.served() ? fmt::format("models/{}/history?label={}",
                                                               percent_encoded(subject_.slug),
                                                               percent_encoded(view.label))
                                                 : std::string{};
    mark["more"].push_back({{"more_count", finding.observations.size() - room_.exchanges},
                            {"url", view_.links.served() ? view_.links.api(all) : "audit.json"}});
  }
  return mark;
}

Values Facts::marks(std::string_view label) {
  Values list = Values::array();
  for (const LabelView* each : views(label)) list.push_back({{"mark", mark(*each)}});
  shown_.emplace(label);
  return list;
}

Values Facts::mark_link(std::string_view label, const std::string& url) const {
  Values list = Values::array();
  for (const LabelView* each : views(label)) {
    list.push_back({{"class", to_string(each->verdict)},
                    {"verdict", words(to_string(each->verdict))},
                    {"mark_url", url}});
    break;
  }
  return list;
}

std::vector<std::string> Facts::labels(std::string_view prefix) const {
  std::vector<std::string> found;
  std::set<std::string_view> seen;
  for (const LabelView& each : views_) {
    if (each.label.starts_with(prefix) && seen.insert(each.label).second) {
      found.push_back(each.label);
    }
  }
  return found;
}

std::vector<std::string> Facts::rest() const {
  std::vector<std::string> left;
  for (std::string& label : labels("")) {
    if (!shown_.contains(label)) left.push_back(std::move(label));
  }
  return left;
}

bool tells_of_a_fault(Verdict verdict) {
  return verdict == Verdict::source_unreachable || verdict == Verdict::verifier_unable;
}

std::string claim_text(const Claim& claim) {
  switch (claim.kind) {
    case Kind::integer:
      return grouped(claim.value);
    case Kind::boolean:
      return is_true(claim.value) ? "yes" : "no";
    case Kind::real:
    case Kind::string:
    case Kind::null:
    case Kind::sequence:
    case Kind::mapping:
      return shortened(claim.value, kLongestValue);
  }
  return claim.value;
}

}  // namespace assay::api
