#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "auditors/prices/sources/source.h"
#include "db/store.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/real_data.h"
#include "support/temp_dir.h"

// Every row of real price files, where ASSAY_REAL_DATA names a folder with `prices/*.json` as the
// sources served them; without it the tests are skipped. A second calculation in Python
// (tests/prices_reference.py) looks up each price and counts the disagreements of the lists.

namespace {

using namespace assay;
namespace fs = std::filesystem;

struct File {
  std::string name;
  const prices::PriceSource* source = nullptr;
  std::shared_ptr<const Answer> answer;
  const prices::PriceList* list = nullptr;
};

std::vector<File> read_files(const fs::path& folder) {
  static const Vocabulary vocabulary = load_vocabulary();
  std::vector<File> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    for (const prices::PriceSource& source : prices::sources()) {
      if (!name.starts_with(std::string(source.id) + "_") || !name.ends_with(".json")) continue;
      Evidence evidence;
      evidence.source = source.id;
      evidence.url = "https://prices.example/" + name;
      evidence.status = 200;
      // "litellm_2026-07-01.json"
      const std::size_t date = name.find("20");
      evidence.fetched_at = name.substr(date, 10) + "T00:00:00.000Z";
      evidence.body = test::read_file(entry.path());
      auto answer = std::make_shared<const Answer>(std::move(evidence));
      const prices::PriceList& list = answer->parsed(source.read_list, vocabulary);
      files.push_back({name, &source, std::move(answer), &list});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

using Prices = std::pair<std::string, std::string>;
using Keyed = std::map<std::pair<std::string, std::string>, Prices>;

// Base offers with both prices, by provider and model; keys with two prices are left out.
Keyed keyed(const prices::PriceList& list) {
  std::map<std::pair<std::string, std::string>, std::set<Prices>> found;
  for (const Offer& offer : list.offers) {
    const bool dated = offer.pointer.find("/prices/") != std::string::npos;
    if (offer.use == Offer::Use::unreadable || !offer.variant.empty() || !offer.input.nominal ||
        !offer.output.nominal || dated || offer.caveat.starts_with("the list uses this name")) {
      continue;
    }
    found[{offer.provider, list.folded(offer.model)}].insert(
        {offer.input.nominal->text(), offer.output.nominal->text()});
  }
  Keyed keys;
  for (const auto& [key, prices] : found) {
    if (prices.size() == 1) keys.emplace(key, *prices.begin());
  }
  return keys;
}

}  // namespace

TEST_CASE("no price of a real file differs from the source by a digit and disagreements are true",
          "[slow]") {
  const fs::path folder = test::real_data("prices");
  const std::vector<File> files = read_files(folder);
  REQUIRE(!files.empty());
  std::string lines;
  std::size_t written = 0;
  std::map<std::string, std::size_t> base;
  for (const File& file : files) {
    INFO(file.name << ": " << file.list->problem);
    REQUIRE(file.list->problem.empty());
    std::size_t noisy = 0;
    std::size_t aside = 0;
    std::set<std::string> pointers;
    for (const Offer& offer : file.list->offers) {
      // LiteLLM has some offers twice, under its own key and a provider's, with different prices.
      const bool doubled = offer.caveat == "it appears twice with different prices";
      CHECK((offer.use != Offer::Use::unreadable || doubled));
      aside += offer.use == Offer::Use::set_aside ? 1 : 0;
      for (const OfferPrice* price : {&offer.input, &offer.output}) {
        if (!price->exact) continue;
        noisy += price->noisy() ? 1 : 0;
        pointers.insert(price->pointer);
        lines += fmt::format("{}\t{}\t{}\n", file.name, price->pointer, price->exact->text());
        ++written;
      }
    }
    std::cout << fmt::format(
        "{}: {} records, {} offers, {} with a price, {} set aside, {} noisy prices, silence {}\n",
        file.name, file.list->records, file.list->offers.size(), file.list->priced, aside, noisy,
        file.list->doubt.empty() ? "counts" : "proves nothing: " + file.list->doubt);
  }
  TempDir temp;
  const std::string script = std::string(ASSAY_SOURCE_DIR) + "/tests/prices_reference.py";
  const std::string providers =
      std::string(ASSAY_SOURCE_DIR) + "/schema/vocabularies/providers.json";
  test::Process process(temp.path().string(),
                        {"/usr/bin/env", "python3", "-B", script, folder.string(), providers}, {},
                        lines);
  const test::Finished second = process.wait();
  INFO(second.err);
  REQUIRE(second.exit_code == 0);
  const nlohmann::json reference = nlohmann::json::parse(second.out);
  CHECK(reference["checked"] == written);
  INFO(reference["wrong"].dump());
  CHECK(reference["wrong"].empty());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Keyed first = keyed(*files[i].list);
    for (std::size_t j = i + 1; j < files.size(); ++j) {
      if (files[i].source == files[j].source) continue;  // a list and itself on another day
      const Keyed other = keyed(*files[j].list);
      std::size_t common = 0;
      std::size_t differ = 0;
      for (const auto& [key, prices] : first) {
        const auto found = other.find(key);
        if (found == other.end()) continue;
        ++common;
        differ += found->second != prices ? 1 : 0;
      }
      const std::string pair = files[i].name + " " + files[j].name;
      std::cout << fmt::format("{}: {} of {} common offers disagree\n", pair, differ, common);
      INFO(pair);
      CHECK(reference["pairs"][pair] == nlohmann::json::array({differ, common}));
    }
  }
}

TEST_CASE("real files of several dates give a price for each step and no digit is lost on the way",
          "[slow]") {
  // Files of one source in the order of their dates, as if they had come from one URL.
  std::map<std::string, std::vector<File>> series;
  for (File& file : read_files(test::real_data("prices"))) {
    series[std::string(file.source->id)].push_back(std::move(file));
  }
  TempDir temp;
  db::Store store(temp.file("a.db"), db::Access::read_write);
  // By offer: what was stated, with the first and the last file that states it.
  using Step = std::tuple<std::string, std::string, std::string>;
  std::map<std::string, std::vector<Step>> expected;
  std::map<std::string, std::vector<Step>> found;
  const auto name_of = [](const Offer& offer) {
    return fmt::format("{}|{}|{}|{}", offer.source, offer.provider, offer.model, offer.variant);
  };
  const auto stated_by = [](const Offer& offer) {
    const auto text = [](const std::optional<Decimal>& price) {
      return price ? price->text() : "-";
    };
    return fmt::format("{} {} {} {}", text(offer.input.nominal), text(offer.output.nominal),
                       offer.currency, offer.caveat);
  };
  std::size_t steps = 0;
  for (const auto& [id, files] : series) {
    std::map<std::string, std::size_t> last_file;
    for (std::size_t number = 0; number < files.size(); ++number) {
      const File& file = files[number];
      Evidence evidence = file.answer->evidence();
      evidence.url = "https://prices.example/" + id;
      evidence.final_url = evidence.url;
      seal(evidence);
      db::Run run;
      run.origin.kind = Origin::Kind::replay;
      const std::int64_t at = store.begin_run(run);
      store.add_evidence(at, evidence);
      store.add_offers(at, evidence, file.list->offers, file.list->doubt.empty());
      store.finish_run(at, {});
      for (const Offer& offer : file.list->offers) {
        if (offer.use == Offer::Use::unreadable) continue;
        std::vector<Step>& known = expected[name_of(offer)];
        const bool goes_on = !known.empty() && last_file[name_of(offer)] + 1 == number &&
                             std::get<0>(known.back()) == stated_by(offer);
        if (!goes_on) {
          known.emplace_back(stated_by(offer), evidence.fetched_at, evidence.fetched_at);
          ++steps;
        }
        std::get<2>(known.back()) = evidence.fetched_at;
        last_file[name_of(offer)] = number;
      }
    }
  }
  db::PriceFilter filter;
  filter.limit = 1'000'000;
  std::vector<db::PricePeriod> periods = store.prices(filter);
  std::reverse(periods.begin(), periods.end());
  for (const db::PricePeriod& period : periods) {
    found[name_of(period.offer)].emplace_back(stated_by(period.offer), period.first_seen,
                                              period.last_seen);
  }
  std::cout << fmt::format("{} offers of {} sources, {} steps\n", expected.size(), series.size(),
                           steps);
  REQUIRE(found.size() == expected.size());
  for (const auto& [key, known] : expected) {
    INFO(key);
    CHECK(found.at(key) == known);
  }
}
