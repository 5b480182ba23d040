#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "auditors/prices/sources/source.h"
#include "db/store.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/temp_dir.h"
#include "support/worlds/price_world.h"

// What our own records may do to a verdict, over many records and dates.

namespace {

using namespace assay;
using nlohmann::json;

std::map<std::string, Verdict> verdicts_of(const json& world, const std::string& entry) {
  std::map<std::string, Verdict> verdicts;
  for (const Finding& finding : test::PriceWorld(world).audit(entry)) {
    verdicts[finding.label] = finding.verdict;
  }
  return verdicts;
}

std::string with_date(std::string entry, const std::string& date) {
  const std::string key = "as_of: \"";
  entry.replace(entry.find(key) + key.size(), date.size(), date);
  return entry;
}

}  // namespace

TEST_CASE("records of variants never change a verdict") {
  std::mt19937 chance(7);  // NOLINT: the same every time
  const auto one_of = [&](const std::vector<std::string>& words) {
    return words[chance() % words.size()];
  };
  std::size_t judged = 0;
  for (const auto& path : test::folders_in(test::golden_folder() / "auditors" / "prices")) {
    const json world = json::parse(test::read_file(path / "world.json"));
    const std::string entry = test::read_file(path / "entry.yaml");
    const auto plain = verdicts_of(world, entry);
    for (int round = 0; round < 3; ++round) {
      json longer = world;
      if (!longer.contains("history")) longer["history"] = json::array();
      for (int row = 0; row < 6; ++row) {
        const std::string price = fmt::format("0.0{}", 1 + chance() % 9);
        longer["history"].push_back(
            {{"source", one_of({"openrouter", "hf_router", "deepinfra", "litellm"})},
             {"provider", one_of({"deepinfra", "together", "openrouter", "novita"})},
             {"model", one_of({"lab/model", "lab/Model"})},
             {"variant", one_of({"free", "turbo", "flex", "batch", "above_200000"})},
             {"input", price},
             {"output", one_of({price, "0.04"})},
             {"first", one_of({"2026-05-01", "2026-05-19"})},
             {"last", one_of({"2026-05-19", "2026-06-01", "2026-08-20"})}});
      }
      INFO(path.string() << longer["history"].dump());
      CHECK(verdicts_of(longer, entry) == plain);
      judged += plain.size();
    }
  }
  CHECK(judged > 300);
}

TEST_CASE("what a vendor does not list any more is so whatever date a claim has") {
  for (const char* name :
       {"own-list-lacks-the-offer", "own-list-marks-it-as-deprecated", "dead-rows-support-nothing",
        "openrouter-row-has-expired", "delisted-whatever-the-date"}) {
    const auto path = test::golden_folder() / "auditors" / "prices" / name;
    const json world = json::parse(test::read_file(path / "world.json"));
    const std::string entry = test::read_file(path / "entry.yaml");
    const auto known = verdicts_of(world, entry);
    for (const char* date :
         {"2025-02-01", "2026-04-28", "2026-04-30", "2026-05-15", "2026-06-02", "2026-06-03",
          "2026-06-04", "2026-07-30", "2026-08-19", "2026-08-20", "2026-08-21"}) {
      INFO(name << " as of " << date);
      CHECK(verdicts_of(world, with_date(entry, date)) == known);
    }
  }
}

TEST_CASE("a promotion that comes and goes leaves the history of the list price alone") {
  const auto answer_of = [](int day, const std::string& discount) {
    Evidence evidence;
    evidence.source = "deepinfra";
    evidence.url = "https://prices.example/deepinfra";
    evidence.final_url = evidence.url;
    evidence.status = 200;
    evidence.fetched_at = fmt::format("2026-08-{:02}T00:00:00.000Z", day);
    // The same price, with noise and without.
    evidence.body = fmt::format(
        R"([{{"model_name":"Qwen/A","pricing":{{"type":"tokens","cents_per_input_token":{},)"
        R"("cents_per_output_token":0.0002{}}}}}])",
        day % 2 == 0 ? "2.9999999999999997e-05" : "3e-05", discount);
    seal(evidence);
    return evidence;
  };
  const Vocabulary vocabulary = load_vocabulary();
  const auto sources = prices::sources();
  const auto deepinfra = std::find_if(sources.begin(), sources.end(),
                                      [](const auto& one) { return one.id == "deepinfra"; });
  TempDir temp;
  db::Store store(temp.file("a.db"), db::Access::read_write);
  for (int day = 1; day <= 6; ++day) {
    const Answer answer(answer_of(day, day == 3 || day == 4 ? R"(,"discount":0.5)" : ""));
    const prices::PriceList list = deepinfra->read_list(answer, vocabulary);
    REQUIRE(list.problem.empty());
    db::Run run;
    run.origin.kind = Origin::Kind::replay;
    const std::int64_t at = store.begin_run(run);
    store.add_evidence(at, answer.evidence());
    store.add_offers(at, answer.evidence(), list.offers, true);
    store.finish_run(at, {});
  }
  db::PriceFilter filter;
  filter.limit = 10;
  std::map<std::string, db::PricePeriod> by_variant;
  const std::vector<db::PricePeriod> periods = store.prices(filter);
  REQUIRE(periods.size() == 2);
  for (const db::PricePeriod& period : periods) by_variant.emplace(period.offer.variant, period);
  const db::PricePeriod& listed = by_variant.at("");
  CHECK(listed.open);
  CHECK(listed.offer.input.nominal->text() == "0.3");
  CHECK(listed.first_seen.substr(0, 10) == "2026-08-01");
  CHECK(listed.last_seen.substr(0, 10) == "2026-08-06");
  const db::PricePeriod& billed = by_variant.at("promotion");
  CHECK_FALSE(billed.open);
  CHECK(billed.offer.input.nominal->text() == "0.15");
  CHECK(billed.first_seen.substr(0, 10) == "2026-08-03");
  CHECK(billed.last_seen.substr(0, 10) == "2026-08-04");
}
