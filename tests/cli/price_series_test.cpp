#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "db/store.h"
#include "support/catch.h"
#include "support/process.h"
#include "support/temp_dir.h"

// Files of several dates, replayed in order, give the true step series of each offer.

namespace {

using nlohmann::json;
using namespace assay::test;

constexpr const char* kCatalog = R"(models:
  - slug: m
    display_name: M
    family: m
    developer: Lab
    type: instruct
    released_date: "2025-01-02"
    openness: open
    license: Apache-2.0
    osi_approved: true
    architecture: dense
    quantizations_source: https://huggingface.co/lab/Model
    sources:
      - title: Model card
        url: https://huggingface.co/lab/Model
    cost:
      input_per_mtok_usd: 0.06
      output_per_mtok_usd: 0.06
      vendor: Together AI
      as_of: "2026-07-01"
      source: https://example.org/prices
)";

json sold(const std::string& provider, double input, double output) {
  return {{"provider", provider},
          {"status", "live"},
          {"pricing", {{"input", input}, {"output", output}}}};
}

// The Hub's router, which names models by their repositories.
json router(const std::vector<json>& offers) {
  json data = json::array();
  if (!offers.empty()) data.push_back({{"id", "lab/Model"}, {"providers", offers}});
  data.push_back({{"id", "meta-llama/Llama-3.3-70B-Instruct"},
                  {"providers", {sold("groq", 0.59, 0.79), sold("novita", 0.3, 0.5)}}});
  return {{"object", "list"}, {"data", data}};
}

class Series {
 public:
  Series() {
    std::ofstream(dir_.file("models.yaml")) << kCatalog;
    std::ofstream(dir_.file("assay.yaml"))
        << "sources:\n  openrouter: {enabled: false}\n  litellm: {enabled: false}\n"
           "  models_dev: {enabled: false}\n  genai_prices: {enabled: false}\n"
           "  deepinfra: {enabled: false}\n";
  }

  // The verdict on the input price after a night of August.
  std::string night(int day, json answer) {
    json exchange = {{"url", "https://router.huggingface.co/v1/models"}};
    exchange.update(answer);
    const json recording = {{"assay_recording", 1},
                            {"origin", "constructed"},
                            {"date", fmt::format("2026-08-{:02}", day)},
                            {"note", "constructed"},
                            {"base", "https://huggingface.co"},
                            {"exchanges", {exchange}}};
    std::ofstream(dir_.file("night.json")) << recording.dump();
    const Finished done = run_assay(
        dir_.path().string(), {"audit", "--catalog", "models.yaml", "--config", "assay.yaml",
                               "--only", "prices", "--replay", "night.json", "--format", "json"});
    INFO(done.err);
    REQUIRE((done.exit_code == 0 || done.exit_code == 1 || done.exit_code == 3));
    const json report = json::parse(done.out);
    for (const json& finding : report["findings"]) {
      if (finding["label"] == "cost.input_per_mtok_usd") return finding["verdict"];
    }
    return "none";
  }

  // The steps of one offer: "0.06/0.06 1-3", in order; "…" when it stands.
  std::vector<std::string> steps(const std::string& provider) const {
    const assay::db::Store store(dir_.file("assay.db"), assay::db::Access::read_only);
    assay::db::PriceFilter filter;
    filter.model = "lab/Model";
    filter.provider = provider;
    std::vector<std::string> found;
    for (const assay::db::PricePeriod& period : store.prices(filter)) {
      const auto day = [](const std::string& time) { return std::stoi(time.substr(8, 2)); };
      found.insert(found.begin(),
                   fmt::format("{}/{} {}-{}{}", period.offer.input.exact->text(),
                               period.offer.output.exact->text(), day(period.first_seen),
                               day(period.last_seen), period.open ? "…" : ""));
    }
    return found;
  }
  // What changed of one label, and since which day its open period stands.
  std::size_t changes(const std::string& label) const {
    const assay::db::Store store(dir_.file("assay.db"), assay::db::Access::read_only);
    assay::db::ChangeFilter filter;
    filter.label_prefix = label;
    return store.changes(filter).size();
  }
  std::vector<assay::db::Period> periods(const std::string& label) const {
    const assay::db::Store store(dir_.file("assay.db"), assay::db::Access::read_only);
    return store.history("m", label);
  }
  std::string history() const {
    return run_assay(dir_.path().string(), {"history", "m", "cost"}).out;
  }

 private:
  TempDir dir_;
};

using Steps = std::vector<std::string>;

}  // namespace

TEST_CASE("replayed nights give the true steps of each price", "[slow]") {
  Series series;
  const json together = sold("together", 0.06, 0.06);
  const json novita = sold("novita", 0.1, 0.2);
  CHECK(series.night(1, {{"json", router({together, novita})}}) == "supported");
  CHECK(series.night(2, {{"json", router({together, novita})}}) == "supported");
  CHECK(series.steps("together") == Steps{"0.06/0.06 1-2…"});

  // Nights that fail, or whose list is another thing, end nothing.
  for (const json& fault :
       {json{{"status", 503}, {"text", "no"}}, json{{"status", 0}, {"outcome", "timeout"}},
        json{{"json", {{"object", "list"}, {"data", json::array()}}}},
        json{{"text", "<!doctype html><title>soon back</title>"}}}) {
    const std::string verdict = series.night(3, fault);
    CHECK((verdict == "source_unreachable" || verdict == "verifier_unable"));
    CHECK(series.steps("together") == Steps{"0.06/0.06 1-2…"});
  }
  // A list without its best-known model may be cut: it says nothing of what it does not name.
  json cut = router({novita});
  cut["data"].erase(1);
  CHECK(series.night(4, {{"json", cut}}) == "verifier_unable");
  CHECK(series.steps("together") == Steps{"0.06/0.06 1-2…"});

  CHECK(series.night(5, {{"json", router({sold("together", 0.05, 0.06), novita})}}) == "outdated");
  CHECK(series.steps("together") == Steps{"0.06/0.06 1-2", "0.05/0.06 5-5…"});
  CHECK(series.night(6, {{"json", router({together, novita})}}) == "supported");

  // An older file after a newer one changes nothing.
  series.night(4, {{"json", router({sold("together", 0.01, 0.01)})}});
  CHECK(series.steps("together") == Steps{"0.06/0.06 1-2", "0.05/0.06 5-5", "0.06/0.06 6-6…"});

  // Gone, and back.
  series.night(7, {{"json", router({novita})}});
  series.night(8, {{"json", router({novita})}});
  CHECK(series.steps("together") == Steps{"0.06/0.06 1-2", "0.05/0.06 5-5", "0.06/0.06 6-6"});
  CHECK_THAT(series.history(), ContainsSubstring("delisted"));
  series.night(9, {{"json", router({together, novita})}});
  CHECK(series.steps("together") ==
        Steps{"0.06/0.06 1-2", "0.05/0.06 5-5", "0.06/0.06 6-6", "0.06/0.06 9-9…"});
  CHECK(series.steps("novita") == Steps{"0.1/0.2 1-9…"});
  CHECK_THAT(series.history(), ContainsSubstring("first seen 2026-08-05T00:00:00.000Z, last seen "
                                                 "2026-08-05T00:00:00.000Z, gone or changed"));
}

TEST_CASE("an offer beyond the catalog outlives nights in which it cannot be read", "[slow]") {
  Series series;
  const json together = sold("together", 0.06, 0.06);
  const json novita = sold("novita", 0.1, 0.2);
  const json good = {{"json", router({together, novita})}};
  series.night(1, good);
  json cut = router({together});
  cut["data"].erase(1);
  int day = 1;
  for (const json& fault :
       {json{{"status", 503}, {"text", "no"}}, json{{"status", 0}, {"outcome", "timeout"}},
        json{{"json", {{"object", "list"}, {"data", json::array()}}}},
        json{{"text", "<!doctype html>"}}, json{{"json", cut}}}) {
    series.night(++day, fault);
    CAPTURE(day);
    REQUIRE(series.periods("cost[Novita AI]").size() == 1);
    CHECK(series.periods("cost[Novita AI]").front().open);
    series.night(++day, good);
    REQUIRE(series.periods("cost[Novita AI]").size() == 1);
  }
  CHECK(series.periods("cost[Novita AI]").front().first_run == 1);
  CHECK(series.periods("cost[Novita AI]").front().last_run == day);
  CHECK(series.changes("cost[") == 0);

  // Not named by a whole list: gone, once.
  series.night(++day, {{"json", router({together})}});
  CHECK_FALSE(series.periods("cost[Novita AI]").front().open);
  series.night(++day, good);
  CHECK(series.periods("cost[Novita AI]").size() == 2);
  CHECK(series.changes("cost[") == 2);
}
