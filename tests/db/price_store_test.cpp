// What was asked for a model when, as the store keeps it.
#include <fmt/format.h>

#include "db/store.h"
#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::Decimal;
using assay::Evidence;
using assay::Offer;
using assay::OfferPrice;
using assay::db::Access;
using assay::db::PriceFilter;
using assay::db::PricePeriod;
using assay::db::Store;

namespace {

constexpr const char* kList = "https://prices.example/list.json";

OfferPrice price(const std::string& exact, const std::string& nominal = {}) {
  OfferPrice made;
  made.raw = exact + "e0";
  made.pointer = "/0/" + exact;
  made.exact = Decimal::parse(exact);
  made.nominal = nominal.empty() ? made.exact : Decimal::parse(nominal);
  made.state = made.exact->is_zero() ? OfferPrice::State::zero : OfferPrice::State::value;
  return made;
}

Offer offer(const std::string& model, const OfferPrice& input, const OfferPrice& output) {
  Offer made;
  made.source = "litellm";
  made.provider = "together";
  made.provider_known = true;
  made.model = model;
  made.repository = "Lab/" + model;
  made.input = input;
  made.output = output;
  made.pointer = "/0";
  return made;
}

// One run that reads the list, fetched on a day of November.
void read(Store& store, int day, const std::vector<Offer>& offers, bool whole = true) {
  const std::int64_t run = store.begin_run(samples::run());
  const Evidence list = samples::evidence(kList, fmt::format("{}", offers.size()),
                                          fmt::format("2026-11-{:02}T03:00:00.000Z", day));
  store.add_evidence(run, list);
  store.add_offers(run, list, offers, whole);
  std::vector<const Offer*> joined;
  for (const Offer& each : offers) joined.push_back(&each);
  store.add_joined(run, "m", joined);
  store.finish_run(run, {});
}

}  // namespace

TEST_CASE("prices are periods with first and last seen") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  read(store, 1, {offer("a", price("0.06"), price("0.06")), offer("b", price("1"), {})});
  read(store, 2, {offer("a", price("0.06"), price("0.06")), offer("b", price("1"), {})});
  read(store, 3, {offer("a", price("0.05"), price("0.06"))});
  const std::string as_of_third = store.newest_moment();
  read(store, 4, {offer("a", price("0.050"), price("0.06")), offer("b", price("1"), {})});

  PriceFilter all;
  const std::vector<PricePeriod> found = store.prices(all);
  REQUIRE(found.size() == 4);
  CHECK(found[3].offer == offer("a", price("0.06"), price("0.06")));
  CHECK(found[3].first_seen == "2026-11-01T03:00:00.000Z");
  CHECK(found[3].last_seen == "2026-11-02T03:00:00.000Z");
  CHECK(found[3].last_run == 2);
  CHECK_FALSE(found[3].open);
  CHECK(found[2].offer.model == "b");
  CHECK(found[2].offer.output.state == OfferPrice::State::absent);
  CHECK_FALSE(found[2].open);
  CHECK(found[1].offer.input.exact->text() == "0.05");
  CHECK(found[1].last_seen == "2026-11-04T03:00:00.000Z");
  CHECK(found[1].open);
  CHECK(found[1].slugs == std::vector<std::string>{"m"});
  CHECK(found[1].document == kList);
  CHECK(found[0].first_seen == "2026-11-04T03:00:00.000Z");

  all.as_of = as_of_third;
  const std::vector<PricePeriod> then = store.prices(all);
  REQUIRE(then.size() == 3);
  CHECK(then[0].last_seen == "2026-11-03T03:00:00.000Z");
  all = {};
  all.current = true;
  CHECK(store.prices(all).size() == 2);
  all = {};
  for (const char* model : {"m", "a", "Lab/a"}) {
    all.model = model;
    CHECK(store.prices(all).size() == (all.model == "m" ? 4 : 2));
  }
  all = {};
  all.provider = "nobody";
  CHECK(store.prices(all).empty());
  all = {};
  all.limit = 1;
  all.before = found[1].id;
  CHECK(store.prices(all)[0].id == found[2].id);

  const auto history = store.offer_history("m");
  REQUIRE(history.size() == 4);
  CHECK(history[0].first_seen == "2026-11-01T03:00:00.000Z");
  CHECK(store.offer_history("n").empty());
}

TEST_CASE("a document that is older than the newest changes nothing") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  read(store, 5, {offer("a", price("0.06"), {})});
  read(store, 4, {offer("a", price("0.07"), {})});
  read(store, 5, {offer("a", price("0.06"), {})});
  REQUIRE(store.prices({}).size() == 1);
  CHECK(store.prices({})[0].last_run == 1);
  const Evidence next = samples::evidence(kList, "x", "2026-11-06T03:00:00.000Z");
  REQUIRE(store.last_document(next));
  CHECK(store.last_document(next)->fetched_at == "2026-11-05T03:00:00.000Z");
  CHECK_FALSE(store.last_document(samples::evidence(kList, "x", "2026-11-05T03:00:00.000Z")));
}

TEST_CASE("noise is kept and is no change") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const Offer noisy = offer("a", price("1.00000000000000015", "1"), price("0"));
  read(store, 1, {noisy});
  read(store, 2, {offer("a", price("1"), price("0"))});
  REQUIRE(store.prices({}).size() == 1);
  CHECK(store.prices({})[0].offer == noisy);
  CHECK(store.prices({})[0].last_run == 2);
}

TEST_CASE("a document that is not whole ends no price by its silence and confirms none") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  read(store, 1, {offer("a", price("1"), {}), offer("b", price("2"), {})});
  read(store, 2, {offer("a", price("3"), {}), offer("c", price("4"), {})}, false);
  const std::vector<PricePeriod> found = store.prices({});
  REQUIRE(found.size() == 4);
  CHECK(found[0].offer.model == "c");
  CHECK(found[1].offer.model == "a");
  CHECK(found[1].first_seen == "2026-11-02T03:00:00.000Z");
  CHECK(found[1].last_seen == "2026-11-02T03:00:00.000Z");
  CHECK(found[1].open);
  CHECK(found[2].offer.model == "b");
  CHECK(found[2].open);
  CHECK(found[2].last_seen == "2026-11-01T03:00:00.000Z");
  CHECK_FALSE(found[3].open);
  CHECK(found[3].last_seen == "2026-11-01T03:00:00.000Z");

  // Nor is it a good copy to hold others against; an older one changes nothing.
  const Evidence next = samples::evidence(kList, "x", "2026-11-06T03:00:00.000Z");
  CHECK(store.last_document(next)->fetched_at == "2026-11-01T03:00:00.000Z");
  read(store, 1, {});
  CHECK(store.prices({}).size() == 4);
  CHECK(store.prices({})[0].open);

  read(store, 3, {offer("a", price("3"), {})});
  CHECK_FALSE(store.prices({})[2].open);
  CHECK(store.prices({})[1].last_seen == "2026-11-03T03:00:00.000Z");
}

TEST_CASE("an offer that cannot be read neither ends its price nor confirms it") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  Offer broken = offer("a", {}, {});
  broken.use = Offer::Use::unreadable;
  Offer unknown = offer("z", {}, {});
  unknown.use = Offer::Use::unreadable;
  read(store, 1, {offer("a", price("1"), {}), offer("b", price("2"), {})});
  read(store, 2, {broken, unknown, offer("b", price("2"), {})});
  read(store, 3, {broken, offer("b", price("2"), {})});
  {
    const std::vector<PricePeriod> found = store.prices({});
    REQUIRE(found.size() == 2);
    CHECK(found[1].open);
    CHECK(found[1].last_seen == "2026-11-01T03:00:00.000Z");
    CHECK(found[0].last_seen == "2026-11-03T03:00:00.000Z");
  }
  SECTION("pruning keeps the last reading that did confirm it") {
    for (int day = 4; day < 8; ++day) read(store, day, {broken, offer("b", price("2"), {})});
    store.prune(assay::parse_time("2030-01-01T00:00:00Z"), false);
    const std::vector<PricePeriod> found = store.prices({});
    CHECK(found[1].last_seen == "2026-11-01T03:00:00.000Z");
    CHECK(found[0].last_seen == "2026-11-07T03:00:00.000Z");
  }
  SECTION("it goes on when it can be read again, or steps") {
    read(store, 4, {offer("a", price("1"), {}), offer("b", price("5"), {})});
    const std::vector<PricePeriod> found = store.prices({});
    REQUIRE(found.size() == 3);
    CHECK(found[2].last_seen == "2026-11-04T03:00:00.000Z");
    CHECK_FALSE(found[1].open);
  }
}

TEST_CASE("offers of evidence that was never stored are refused") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  const std::vector<Offer> offers{offer("a", price("1"), price("2"))};
  CHECK_THROWS_AS(
      store.add_offers(run, samples::evidence(kList, "x", "2026-11-06T03:00:00.000Z"), offers),
      assay::db::Error);
  CHECK(store.prices({}).empty());
}
