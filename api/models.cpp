// /api/v1/models and what is below it.
#include <fmt/format.h>

#include <charconv>
#include <map>

#include "api/answers.h"
#include "api/entry_view.h"
#include "api/json.h"
#include "api/model_filter.h"
#include "api/problem.h"
#include "api/request.h"

namespace assay::api {
namespace {

using Summaries = std::map<std::string, db::Store::EntrySummary>;

Summaries summaries_by_slug(const db::Store& store) {
  Summaries by_slug;
  for (db::Store::EntrySummary& summary : store.summaries()) {
    by_slug.emplace(summary.slug, std::move(summary));
  }
  return by_slug;
}

Json text_member(const Node* entry, std::string_view key) {
  const std::string text = scalar_text(entry, key);
  return text.empty() ? Json(nullptr) : Json(text);
}

Json model_json(const Subject& subject, const Node* entry, const db::Store::EntrySummary* summary) {
  Json json = {{"slug", subject.slug}};
  for (const char* key : {"display_name", "family", "developer", "openness"}) {
    json[key] = text_member(entry, key);
  }
  json["verdicts"] = summary == nullptr ? verdicts_json({}) : verdicts_json(summary->verdicts);
  json["last_audit"] = summary == nullptr ? Json(nullptr) : Json(summary->last_audit);
  json["url"] = "/api/v1/models/" + subject.slug;
  return json;
}

// Where a page begins: after the entry whose slug the cursor names, or, if that has left the
// catalog since, at the place where it stood.
std::size_t first_after(const Catalog& catalog, const std::string& position) {
  if (position.empty()) return 0;
  std::size_t place = 0;
  const auto [end, error] =
      std::from_chars(position.data(), position.data() + position.size(), place);
  const std::string_view slug(end,
                              static_cast<std::size_t>(position.data() + position.size() - end));
  if (error != std::errc{} || !slug.starts_with(':')) {
    throw bad_parameter("cursor", make_cursor(position), "what 'next' of the page before says");
  }
  for (std::size_t i = 0; i < catalog.subjects.size(); ++i) {
    if (catalog.subjects[i].slug == slug.substr(1)) return i + 1;
  }
  return place;
}

const Subject& require_subject(const Site& site, const std::string& slug) {
  const Subject* subject = find_subject(site.catalog, slug);
  if (subject == nullptr) throw not_found(fmt::format("the catalog has no entry '{}'", slug));
  return *subject;
}

}  // namespace

Response answer_models(const Site& site, const Request& request, const Captures&) {
  check_model_filter(site, request);
  const std::size_t limit = limit_of(request);
  const std::vector<Subject>& subjects = site.catalog.subjects;
  const Summaries summaries = summaries_by_slug(site.store);
  Json data = Json::array();
  std::string next;
  std::size_t last = 0;
  for (std::size_t i = first_after(site.catalog, cursor_of(request)); i < subjects.size(); ++i) {
    const Node* entry = find_entry(site.catalog, subjects[i].slug);
    const auto found = summaries.find(subjects[i].slug);
    const auto* summary = found == summaries.end() ? nullptr : &found->second;
    if (entry == nullptr || !matches(*entry, summary, request)) continue;
    if (data.size() == limit) {
      next = next_url(request, fmt::format("{}:{}", last, subjects[last].slug));
      break;
    }
    data.push_back(model_json(subjects[i], entry, summary));
    last = i;
  }
  return envelope(data, next);
}

Response answer_model(const Site& site, const Request&, const Captures& captures) {
  const Subject& subject = require_subject(site, captures[0]);
  const Node* entry = find_entry(site.catalog, subject.slug);
  const Summaries summaries = summaries_by_slug(site.store);
  const auto found = summaries.find(subject.slug);
  Json data = model_json(subject, entry, found == summaries.end() ? nullptr : &found->second);
  const std::vector<db::Period> periods = current_findings(site.store, subject.slug);
  Json labels = Json::array();
  for (const LabelView& view : label_views(subject, periods)) {
    labels.push_back(label_json(view));
  }
  data["labels"] = std::move(labels);
  data["entry"] = node_json(*entry);
  data["history"] = fmt::format("/api/v1/models/{}/history", subject.slug);
  return envelope(data);
}

Response answer_history(const Site& site, const Request& request, const Captures& captures) {
  const std::string* label = parameter(request, "label");
  const std::size_t limit = limit_of(request);
  std::vector<db::Period> periods = site.store.history(captures[0], label == nullptr ? "" : *label,
                                                       limit + 1, id_cursor_of(request));
  // An entry that left the catalog keeps its history.
  if (periods.empty() && site.store.history(captures[0], "", 1).empty()) {
    require_subject(site, captures[0]);
  }
  std::string next;
  if (periods.size() > limit) {
    periods.pop_back();
    next = next_url(request, std::to_string(periods.back().id));
  }
  Json data = Json::array();
  for (const db::Period& period : periods) data.push_back(period_json(period));
  return envelope(data, next);
}

}  // namespace assay::api
