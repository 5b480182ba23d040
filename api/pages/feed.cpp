// /feed.xml: the newest changes as Atom (RFC 4287). They were written when they happened; nothing
// is worked out here.
#include <fmt/format.h>

#include <algorithm>

#include "api/v1/answers.h"
#include "api/v1/json.h"
#include "api/v1/parameters.h"
#include "validator/dates.h"
#include "validator/json_text.h"
#include "validator/percent.h"
#include "validator/xml.h"

namespace assay::api {
namespace {

constexpr std::size_t kShown = 100;

// "http://HOST", from what the client asked; empty when that is no host.
std::string base_of(const Request& request) {
  const auto host = request.headers.find("host");
  if (host == request.headers.end() || host->second.empty() ||
      host->second.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789.-:[]") != std::string::npos) {
    return {};
  }
  return "http://" + host->second;
}

std::string words_of(const std::optional<db::Change::Fact>& fact) {
  if (!fact) return "nothing";
  const std::string verdict(to_string(fact->verdict));
  if (fact->observed.is_null()) return verdict;
  const std::string seen =
      fact->observed.is_string() ? fact->observed.get<std::string>() : compact_json(fact->observed);
  return fmt::format("{} ({})", verdict, seen);
}

// The page of the entry; its changes, once the catalog does not have it any more.
std::string page_of(const Site& site, const std::string& slug) {
  const auto& subjects = site.catalog.subjects;
  const bool listed = std::any_of(subjects.begin(), subjects.end(),
                                  [&](const Subject& subject) { return subject.slug == slug; });
  return (listed ? "/models/" : "/changes?model=") + percent_encoded(slug);
}

std::string entry_of(const Site& site, const db::Change& change, const std::string& base) {
  const std::string title = fmt::format("{} {}: {}, before {}", change.slug, change.label,
                                        words_of(change.to), words_of(change.from));
  const std::string reason = change.to ? change.to->reason : "there is no finding any more";
  return fmt::format(
      "  <entry>\n    <id>urn:assay:change:{}:{}</id>\n    <title>{}</title>\n"
      "    <updated>{}</updated>\n    <link rel=\"alternate\" href=\"{}{}\"/>\n"
      "    <category term=\"{}\"/>\n    <summary>{}</summary>\n  </entry>\n",
      change.id, parse_time(change.at), xml_escaped(title), change.at, xml_escaped(base),
      page_of(site, change.slug), change.to ? to_string(change.to->verdict) : "gone",
      xml_escaped(reason));
}

}  // namespace

Response answer_feed(const Site& site, const Request& request, const Captures&) {
  db::ChangeFilter filter;
  filter.slug = parameter_text(request, "model");
  filter.label_prefix = parameter_text(request, "label");
  filter.limit = kShown;
  const std::vector<db::Change> changes = site.store.changes(filter);
  const std::string base = base_of(request);
  const std::string narrowing =
      (filter.slug.empty() ? "" : ":" + percent_encoded(filter.slug)) +
      (filter.label_prefix.empty() ? "" : ":label:" + percent_encoded(filter.label_prefix));
  std::string query;
  for (const auto& [name, value] : request.query) {
    query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, percent_encoded(value));
  }
  Response response;
  response.headers.emplace_back("Content-Type", "application/atom+xml; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-cache");
  // Without any change the feed is as old as the time that all counts from: equal content must have
  // equal bytes.
  response.body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
      "  <id>urn:assay:changes{}</id>\n  <title>assay: changes{}</title>\n"
      "  <updated>{}</updated>\n  <author><name>assay</name></author>\n"
      "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}/feed.xml{}\"/>\n"
      "  <link rel=\"alternate\" href=\"{}/\"/>\n",
      xml_escaped(narrowing), xml_escaped(filter.slug.empty() ? "" : " of " + filter.slug),
      changes.empty() ? format_time(0) : changes.front().at, xml_escaped(base), xml_escaped(query),
      xml_escaped(base));
  for (const db::Change& change : changes) response.body += entry_of(site, change, base);
  response.body += "</feed>\n";
  return response;
}

}  // namespace assay::api
