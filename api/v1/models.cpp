// /api/v1/models and everything below it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "api/entry_view.h"
#include "api/filters.h"
#include "api/http/message.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/v1/answers.h"
#include "api/v1/collection.h"
#include "api/v1/json.h"
#include "auditors/evidence/digest.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

using Summaries = std::map<std::string, db::EntrySummary>;

Summaries summaries_by_slug(const db::Store& store, const std::string& as_of) {
  Summaries by_slug;
  for (db::EntrySummary& summary : store.summaries(as_of)) {
    by_slug.emplace(summary.slug, std::move(summary));
  }
  return by_slug;
}

Json text_member(const Node* entry, std::string_view key) {
  const std::string text = scalar_text(entry, key);
  return text.empty() ? Json(nullptr) : Json(text);
}

// `entry` is null for an entry that has left the catalog, `summary` for one that was never audited.
Json model_json(const std::string& slug, const Node* entry, const db::EntrySummary* summary) {
  Json json = {{"slug", slug}};
  for (const char* key : {"display_name", "family", "developer", "openness"}) {
    json[key] = text_member(entry, key);
  }
  json["verdicts"] = summary == nullptr ? verdicts_json({}) : verdicts_json(summary->verdicts);
  json["last_audit"] = summary == nullptr ? Json(nullptr) : Json(summary->last_audit);
  json["url"] = "/api/v1/models/" + percent_encoded(slug);
  return json;
}

// The entries in catalog order; for a past moment also those that had findings then and have left
// the catalog since.
std::vector<std::string> listed(const Site& site, const Summaries& summaries, bool past) {
  std::vector<std::string> slugs;
  for (const Subject& subject : site.catalog.subjects) slugs.push_back(subject.slug);
  if (!past) return slugs;
  const std::set<std::string> present(slugs.begin(), slugs.end());
  for (const auto& [slug, summary] : summaries) {
    if (!present.contains(slug)) slugs.push_back(slug);
  }
  return slugs;
}

// Where a page starts: after the entry that the position names ("3:slug"), or, if that entry has
// left the catalog, at its former place.
std::size_t first_after(const std::vector<std::string>& slugs, const std::string& position) {
  if (position.empty()) return 0;
  std::size_t place = 0;
  const char* end = position.data() + position.size();
  const auto [rest, error] = std::from_chars(position.data(), end, place);
  const std::string_view slug(rest, static_cast<std::size_t>(end - rest));
  if (error != std::errc{} || !slug.starts_with(':')) throw bad_cursor();
  const auto found = std::find(slugs.begin(), slugs.end(), slug.substr(1));
  return found == slugs.end() ? place : static_cast<std::size_t>(found - slugs.begin()) + 1;
}

Page page_of_models(const Site& site, const Request& request, const std::string& position,
                    std::size_t limit, const std::string& as_of) {
  const Summaries summaries = summaries_by_slug(site.store, as_of);
  const bool past = !time_of(request, "as_of").empty();
  const std::vector<std::string> slugs = listed(site, summaries, past);
  const Node nothing;
  Page page;
  std::size_t last = 0;
  for (std::size_t i = first_after(slugs, position); i < slugs.size(); ++i) {
    const Node* entry = find_entry(site.catalog, slugs[i]);
    const auto found = summaries.find(slugs[i]);
    const auto* summary = found == summaries.end() ? nullptr : &found->second;
    if (!matches(entry == nullptr ? nothing : *entry, summary, request)) continue;
    if (page.rows.size() == limit) {
      page.next = fmt::format("{}:{}", last, slugs[last]);
      break;
    }
    page.rows.push_back(model_json(slugs[i], entry, summary));
    last = i;
  }
  return page;
}

const Subject& require_subject(const Site& site, const std::string& slug) {
  const Subject* subject = find_subject(site.catalog, slug);
  if (subject == nullptr) throw not_found(fmt::format("no entry '{}' in the catalog", slug));
  return *subject;
}

Json judged_json(const db::Period& period) {
  Json label = period_json(period);
  label.erase("slug");
  return label;
}

Json labels_now(const Site& site, const Subject& subject) {
  const std::vector<db::Period> periods = current_findings(site.store, subject.slug);
  Json labels = Json::array();
  for (const LabelView& view : label_views(subject, periods)) {
    labels.push_back(label_json(view));
  }
  return labels;
}

Json tallied(const Json& labels) {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const VerdictInfo& info : verdicts()) {
    const auto count = std::count_if(labels.begin(), labels.end(), [&](const Json& label) {
      return label.at("verdict") == info.id;
    });
    counts.emplace_back(info.id, static_cast<std::uint64_t>(count));
  }
  return verdicts_json(counts);
}

// In catalog order; labels the catalog no longer has come last.
void sort_as_in_catalog(const Subject& subject, std::vector<db::Period>& periods) {
  std::map<std::string_view, std::size_t> order;
  for (const Claim& claim : subject.claims) order.emplace(claim.label, order.size());
  const auto place = [&](const db::Period& period) {
    const auto found = order.find(period.finding.label);
    return found == order.end() ? order.size() : found->second;
  };
  std::stable_sort(periods.begin(), periods.end(),
                   [&](const db::Period& a, const db::Period& b) { return place(a) < place(b); });
}

Json labels_then(const Site& site, const std::string& slug, const std::string& as_of) {
  db::FindingFilter filter;
  filter.slug = slug;
  filter.as_of = as_of;
  filter.limit = 10'000;
  std::vector<db::Period> periods = site.store.findings(filter);
  if (const Subject* subject = find_subject(site.catalog, slug)) {
    sort_as_in_catalog(*subject, periods);
  }
  Json labels = Json::array();
  for (const db::Period& period : periods) labels.push_back(judged_json(period));
  return labels;
}

}  // namespace

Response answer_models(const Site& site, const Request& request, const Captures&) {
  Response response =
      answer_collection(site, request,
                        {.name = "models",
                         .columns = model_columns(),
                         .page =
                             [site, request](const std::string& position, std::size_t limit,
                                             const std::string& as_of) {
                               return page_of_models(site, request, position, limit, as_of);
                             },
                         .version = sha256_hex(site.catalog.source.bytes())});
  return with_notice(site, std::move(response));
}

Response answer_model(const Site& site, const Request& request, const Captures& captures) {
  const std::string as_of = time_of(request, "as_of");
  const std::string& slug = captures[0];
  const Node* entry = find_entry(site.catalog, slug);
  const auto summary = site.store.summary(slug, as_of);
  if (as_of.empty() || !summary) require_subject(site, slug);
  Json data = model_json(slug, entry, summary ? &*summary : nullptr);
  // What the catalog said then is what the findings claim; its text is today's.
  data["labels"] = as_of.empty() ? labels_now(site, require_subject(site, slug))
                                 : labels_then(site, slug, as_of);
  // The store may count values that the catalog no longer has.
  if (as_of.empty()) data["verdicts"] = tallied(data["labels"]);
  data["entry"] = as_of.empty() ? node_json(*entry) : Json(nullptr);
  data["history"] = fmt::format("/api/v1/models/{}/history", percent_encoded(slug));
  return with_notice(site, envelope(data));
}

Response answer_history(const Site& site, const Request& request, const Captures& captures) {
  const std::string slug = captures[0];
  // An entry that left the catalog keeps its history.
  if (site.store.history(slug, "", 1).empty()) require_subject(site, slug);
  return answer_collection(
      site, request,
      {.name = "history",
       .columns = period_columns(),
       .page =
           [&store = site.store, slug, label = parameter_text(request, "label")](
               const std::string& position, std::size_t limit, const std::string& as_of) {
             return page_of(store.history(slug, label, limit + 1, id_of_position(position), as_of),
                            limit, period_json);
           },
       .version = {}});
}

}  // namespace assay::api
