// Pages for people.
#include <fmt/format.h>

#include <map>

#include "api/answers.h"
#include "api/embedded.h"
#include "api/entry_view.h"
#include "api/html.h"
#include "api/problem.h"

namespace assay::api {
namespace {

using Values = nlohmann::json;

Response page(std::string_view name, const Values& values) {
  Response response;
  response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = render_page(name, values);
  return response;
}

// Words for people: "source unreachable".
std::string words(std::string_view id) {
  std::string text(id);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

std::string date_of(const std::string& time) { return time.substr(0, 10); }

// Values as people read them: text without quotes, nothing as a dash.
std::string shown(const nlohmann::json& value) {
  if (value.is_null()) return "–";
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Values banner(const db::Store& store) {
  const std::string origin = recording_origin(store);
  Values list = Values::array();
  if (!origin.empty()) list.push_back({{"origin", origin}});
  return list;
}

Values counted(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  Values list = Values::array();
  for (const auto& [verdict, count] : counts) {
    if (count > 0)
      list.push_back({{"number", count}, {"name", words(verdict)}, {"class", verdict}});
  }
  return list;
}

void add_audit(Values& values, const std::string& last_audit) {
  values["audited"] = !last_audit.empty();
  values["never"] = last_audit.empty();
  values["last_audit"] = last_audit;
  values["date"] = date_of(last_audit);
}

Values seen_json(const Observation& seen) {
  const bool is_web = seen.url.starts_with("https://") || seen.url.starts_with("http://");
  return {{"source", seen.source},
          {"time", seen.fetched_at},
          {"stored", !seen.evidence.empty()},
          {"evidence", "/api/v1/evidence/" + seen.evidence},
          {"linked", is_web},
          {"url", seen.url}};
}

Values label_json(const LabelView& view) {
  Values label = {{"path", view.label},
                  {"claimed", shown(view.claimed)},
                  {"verdict", words(to_string(view.verdict))},
                  {"class", to_string(view.verdict)},
                  {"observed", "–"},
                  {"reason", view.reason},
                  {"since", Values::array()},
                  {"seen", Values::array()}};
  if (view.period == nullptr) return label;
  label["observed"] = shown(view.period->finding.observed);
  label["since"].push_back({{"time", view.period->since}, {"date", date_of(view.period->since)}});
  for (const Observation& seen : view.period->finding.observations) {
    label["seen"].push_back(seen_json(seen));
  }
  return label;
}

}  // namespace

Response answer_index_page(const Site& site, const Request&, const Captures&) {
  std::map<std::string, db::Store::EntrySummary> summaries;
  for (db::Store::EntrySummary& each : site.store.summaries()) summaries[each.slug] = each;
  Values values = {{"banner", banner(site.store)}, {"count", site.catalog.subjects.size()}};
  for (const VerdictInfo& info : verdicts()) {
    values["verdict"].push_back({{"name", words(info.id)}, {"meaning", info.meaning}});
  }
  values["model"] = Values::array();
  for (const Subject& subject : site.catalog.subjects) {
    const Node* entry = find_entry(site.catalog, subject.slug);
    const auto found = summaries.find(subject.slug);
    const bool known = found != summaries.end();
    Values model = {
        {"url", "/models/" + encode_query(subject.slug)},
        {"display_name", subject.display_name.empty() ? subject.slug : subject.display_name},
        {"developer", scalar_text(entry, "developer")},
        {"openness", scalar_text(entry, "openness")},
        {"counted", known ? counted(found->second.verdicts) : Values::array()}};
    add_audit(model, known ? found->second.last_audit : "");
    values["model"].push_back(std::move(model));
  }
  values["run"] = Values::array();
  for (const db::Run& run : site.store.runs(1)) {
    values["run"].push_back({{"id", run.id},
                             {"status", run.status},
                             {"started_at", run.started_at},
                             {"origin", run.origin},
                             {"url", fmt::format("/api/v1/runs/{}", run.id)}});
  }
  values["no_run"] = values["run"].empty();
  return page("index.tpl", values);
}

Response answer_model_page(const Site& site, const Request&, const Captures& captures) {
  const Subject* subject = find_subject(site.catalog, captures[0]);
  if (subject == nullptr) {
    throw not_found(fmt::format("the catalog has no entry '{}'", captures[0]));
  }
  const Node* entry = find_entry(site.catalog, subject->slug);
  const std::vector<db::Period> periods = current_findings(site.store, subject->slug);
  const std::vector<LabelView> views = label_views(*subject, periods);
  Values labels = Values::array();
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const VerdictInfo& info : verdicts()) counts.emplace_back(info.id, 0);
  for (const LabelView& view : views) {
    labels.push_back(label_json(view));
    ++counts[static_cast<std::size_t>(view.verdict)].second;
  }
  const std::string path = "/api/v1/models/" + encode_query(subject->slug);
  Values values = {
      {"banner", banner(site.store)},
      {"display_name", subject->display_name.empty() ? subject->slug : subject->display_name},
      {"developer", scalar_text(entry, "developer")},
      {"family", scalar_text(entry, "family")},
      {"openness", scalar_text(entry, "openness")},
      {"counted", counted(counts)},
      {"label", std::move(labels)},
      {"json_url", path},
      {"history_url", path + "/history"}};
  std::string last_audit;
  for (const db::Store::EntrySummary& summary : site.store.summaries()) {
    if (summary.slug == subject->slug) last_audit = summary.last_audit;
  }
  add_audit(values, last_audit);
  return page("model.tpl", values);
}

Response answer_style(const Site&, const Request&, const Captures&) {
  Response response;
  response.headers.emplace_back("Content-Type", "text/css; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = embedded_api_file("style.css");
  return response;
}

}  // namespace assay::api
