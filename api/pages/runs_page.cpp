#include "api/pages/runs_page.h"

#include <fmt/format.h>

#include <charconv>

#include "api/http/message.h"
#include "api/pages/answers.h"
#include "api/pages/wording.h"
#include "api/problem.h"

namespace assay::api {
namespace {

constexpr std::size_t kRunsShown = 50;
constexpr std::size_t kOffersShown = 40;  // per source, so that the page stays small

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number > 0 ? number : 0;
}

Values run_values(const View& view, const db::Run& run) {
  return {{"id", run.id},
          {"page", link_if(view.links.run(run.id))},
          {"status", run.status},
          {"started", time_if(run.started_at)},
          {"finished", time_if(run.finished_at)},
          {"unfinished", run.finished_at.empty()},
          {"origin", shortened(to_text(run.origin), 300)},
          {"sent", grouped(std::to_string(run.requests.sent))},
          {"counted", counted(run.verdicts)}};
}

// What one source answered.
Values health_row(const db::SourceHealth& health) {
  Values row = {{"source_name", shortened(words(health.source), 60)}, {"result", Values::array()}};
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  for (const auto& [result, count] : health.results) {
    const bool good = result == "200" || result == "304" || result == "404" || result == "stored";
    if (good) answered += count;
    if (result != "not_recorded") asked += count;  // a replay asks nobody
    row["result"].push_back(
        {{"result_name", words(result)}, {"result_count", grouped(std::to_string(count))}});
  }
  row["class"] = asked == 0 ? "unaudited" : answered == asked ? "supported" : "source_unreachable";
  row["state"] = asked == 0          ? "not asked"
                 : answered == asked ? "answers"
                 : answered == 0     ? "does not answer"
                                     : "answers partly";
  return row;
}

// How many offers a source has, and the newest of those for models outside the catalog.
Values offers_row(const View& view, const db::Run& run, const db::SourceOffers& offers) {
  const std::uint64_t unjoined = offers.read - offers.joined;
  Values row = {{"source_name", shortened(words(offers.source), 60)},
                {"read", grouped(std::to_string(offers.read))},
                {"joined", grouped(std::to_string(offers.joined))},
                {"unjoined", grouped(std::to_string(unjoined))},
                {"all", Values::array()},
                {"list", Values::array()}};
  if (unjoined == 0) return row;
  db::PriceFilter filter;
  filter.source = offers.source;
  filter.as_of = run.finished_at;
  filter.current = filter.unjoined = true;
  filter.limit = kOffersShown;
  Values list = Values::array();
  for (const db::PricePeriod& price : view.site.store.prices(filter)) {
    list.push_back({{"provider", shortened(price.offer.provider, 80)},
                    {"name", shortened(price.offer.model, 120)},
                    {"variant", Values::array()}});
    if (!price.offer.variant.empty()) {
      list.back()["variant"] = once({{"variant_name", shortened(price.offer.variant, 60)}});
    }
  }
  if (list.empty()) return row;
  const std::string shown = list.size() < unjoined ? fmt::format("newest {}", list.size()) : "show";
  row["list"] = once({{"shown", shown}, {"offer", std::move(list)}});
  row["all"] = link_if(view.links.api(
      fmt::format("prices?format=csv&source={}&current=true&unjoined=true{}", offers.source,
                  run.finished_at.empty() ? "" : "&as_of=" + run.finished_at)));
  return row;
}

}  // namespace

std::string runs_page(const View& view, std::int64_t before) {
  std::vector<db::Run> runs = view.site.store.runs(kRunsShown + 1, before);
  Values values = {{"run", Values::array()}, {"older", Values::array()}, {"none", runs.empty()}};
  if (runs.size() > kRunsShown) {
    runs.pop_back();
    if (view.links.served()) {
      values["older"] =
          once({{"url", fmt::format("{}?before={}", view.links.page("runs"), runs.back().id)}});
    }
  }
  for (const db::Run& run : runs) values["run"].push_back(run_values(view, run));
  return page_html(view, {"Runs", "Audit runs, newest first.", "runs"}, "runs", std::move(values));
}

std::string run_page(const View& view, const db::Run& run) {
  Values values = run_values(view, run);
  values["runs_url"] = view.links.page("runs");
  values["catalog"] = shortened(run.catalog_path, 300);
  values["sha256"] = run.catalog_sha256;
  values["commit"] = Values::array();
  if (!run.catalog_commit.empty()) {
    values["commit"].push_back({{"commit_id", shortened(run.catalog_commit, 80)}});
  }
  values["version"] = run.version;
  values["not_modified"] = grouped(std::to_string(run.requests.not_modified));
  values["retried"] = grouped(std::to_string(run.requests.retried));
  values["bytes"] = grouped(std::to_string(run.requests.bytes));
  values["health"] = Values::array();
  Values sources = Values::array();
  for (const db::SourceHealth& health : run.sources) sources.push_back(health_row(health));
  if (!sources.empty()) values["health"] = once({{"source", std::move(sources)}});
  values["offers"] = Values::array();
  Values offering = Values::array();
  for (const db::SourceOffers& offers : run.offers) {
    offering.push_back(offers_row(view, run, offers));
  }
  if (!offering.empty()) values["offers"] = once({{"offering", std::move(offering)}});
  values["auditor"] = Values::array();
  for (const std::string& auditor : run.auditors) {
    values["auditor"].push_back({{"auditor_id", shortened(auditor, 60)}});
  }
  values["json"] = link_if(view.links.api(fmt::format("runs/{}", run.id)));
  return page_html(view,
                   {fmt::format("Run {}", run.id),
                    fmt::format("The audit run of {}: what it requested, and what came of it.",
                                minute_of(run.started_at)),
                    "runs"},
                   "run", std::move(values));
}

Response answer_runs_page(const Site& site, const Request& request, const Captures&) {
  std::int64_t before = 0;
  if (const std::string* text = parameter(request, "before"); text != nullptr) {
    before = number_of(*text);
    if (before == 0) throw bad_parameter("before", *text, "the number of a run");
  }
  return page_response(runs_page({site, {}}, before));
}

Response answer_run_page(const Site& site, const Request&, const Captures& captures) {
  const std::int64_t id = number_of(captures[0]);
  const std::optional<db::Run> run = id == 0 ? std::nullopt : site.store.run(id);
  if (!run) throw not_found(fmt::format("no run '{}'", captures[0]));
  return page_response(run_page({site, {}}, *run));
}

}  // namespace assay::api
