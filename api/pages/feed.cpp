// /feed.xml: the newest changes as Atom (RFC 4287), as they were stored.
#include <fmt/format.h>

#include <algorithm>

#include "api/html.h"
#include "api/http/message.h"
#include "api/pages/answers.h"
#include "api/pages/page.h"
#include "validator/text/dates.h"
#include "validator/text/json_text.h"
#include "validator/text/percent.h"
#include "validator/text/xml.h"

namespace assay::api {
namespace {

constexpr std::size_t kShown = 100;

// "http://HOST" from the request's Host header; empty when that is not a host.
std::string base_of(const Request& request) {
  const auto host = request.headers.find("host");
  if (host == request.headers.end() || host->second.empty() ||
      host->second.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789.-:[]") != std::string::npos) {
    return {};
  }
  return "http://" + host->second;
}

std::string side_text(const std::optional<db::Change::Fact>& fact) {
  if (!fact) return "nothing";
  const std::string verdict(to_string(fact->verdict));
  if (fact->observed.is_null()) return verdict;
  const std::string seen =
      fact->observed.is_string() ? fact->observed.get<std::string>() : compact_json(fact->observed);
  return fmt::format("{} ({})", verdict, seen);
}

// The address of the entry's page, or of its changes once it has left the catalog.
std::string page_address(const Site& site, const std::string& slug) {
  const auto& subjects = site.catalog.subjects;
  const bool listed = std::any_of(subjects.begin(), subjects.end(),
                                  [&](const Subject& subject) { return subject.slug == slug; });
  return (listed ? "/models/" : "/changes?model=") + percent_encoded(slug);
}

Values feed_entry(const Site& site, const db::Change& change) {
  const std::string title = fmt::format("{} {}: {}, previously {}", change.slug, change.label,
                                        side_text(change.to), side_text(change.from));
  const std::string reason = change.to ? change.to->reason : "no longer a finding";
  return {{"id", fmt::format("{}:{}", change.id, parse_time(change.at))},
          {"title", xml_characters(title)},
          {"at", change.at},
          {"page", page_address(site, change.slug)},
          {"verdict", change.to ? to_string(change.to->verdict) : "gone"},
          {"reason", xml_characters(reason)}};
}

}  // namespace

Response answer_feed(const Site& site, const Request& request, const Captures&) {
  db::ChangeFilter filter;
  filter.slug = parameter_text(request, "model");
  filter.label_prefix = parameter_text(request, "label");
  filter.limit = kShown;
  const std::vector<db::Change> changes = site.store.changes(filter);
  const std::string narrowing =
      (filter.slug.empty() ? "" : ":" + percent_encoded(filter.slug)) +
      (filter.label_prefix.empty() ? "" : ":label:" + percent_encoded(filter.label_prefix));
  std::string query;
  for (const auto& [name, value] : request.query) {
    query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, percent_encoded(value));
  }
  Values entries = Values::array();
  for (const db::Change& change : changes) entries.push_back(feed_entry(site, change));
  // Without changes the feed is dated to the epoch, since equal content must have equal bytes.
  const Values values = {{"narrowing", narrowing},
                         {"of", xml_characters(filter.slug.empty() ? "" : " of " + filter.slug)},
                         {"updated", changes.empty() ? format_time(0) : changes.front().at},
                         {"base", base_of(request)},
                         {"query", query},
                         {"entry", std::move(entries)}};
  Response response;
  response.headers.emplace_back("Content-Type", "application/atom+xml; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = render_page("feed.tpl", values);
  return response;
}

}  // namespace assay::api
