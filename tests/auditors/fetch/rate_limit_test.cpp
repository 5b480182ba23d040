#include "auditors/fetch/rate_limit.h"

#include <chrono>
#include <string>

#include "support/catch.h"

using assay::Announcement;
using assay::parse_rate_limit;
using assay::Quota;
using assay::SteadyClock;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a RateLimit header is read in every spelling in use") {
  const Announcement api{"api", 489, seconds(189)};
  CHECK(parse_rate_limit("\"api\";r=489;t=189") == std::vector{api});
  CHECK(parse_rate_limit(" \"api\" ; R = 489 ; t=189 ; x=1") == std::vector{api});
  CHECK(parse_rate_limit("api;t=189;r=489") == std::vector{api});
  CHECK(parse_rate_limit("\"api\";r=489;t=189, \"a,b;c\";r=0;t=5") ==
        std::vector{api, Announcement{"a,b;c", 0, seconds(5)}});
}

TEST_CASE("a RateLimit header that says nothing is passed over") {
  for (const std::string header :
       {"", ",", ";;;", "\"api\"", "\"api\";r=5", "\"api\";t=5", "\"api\";r=-1;t=5",
        "\"api\";r=x;t=5", "r=;t=", "\"\"\"\"\"", "limit=100, remaining=5, reset=3"}) {
    CAPTURE(header);
    CHECK(parse_rate_limit(header).empty());
  }
}

TEST_CASE("numbers beyond reason are bounded") {
  const auto items = parse_rate_limit("\"api\";r=99999999999999999999999;t=99999999999999999999");
  REQUIRE(items.size() == 1);
  CHECK(items[0].remaining == 1'000'000'000'000);
  CHECK(items[0].reset == seconds(86'400));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "\"b" + std::to_string(i) + "\";r=1;t=1,";
  CHECK(parse_rate_limit(many).size() == 8);
}

TEST_CASE("backoff doubles to a bound and its jitter depends on the seed") {
  const milliseconds base(500);
  for (int attempt = 1; attempt <= 8; ++attempt) {
    const milliseconds least = base * (1 << std::min(attempt - 1, 4));
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const milliseconds wait = assay::backoff(base, attempt, seed);
      CHECK(wait >= least);
      CHECK(wait <= least * 5 / 4);
      CHECK(wait == assay::backoff(base, attempt, seed));
    }
  }
  CHECK(assay::backoff(base, 1, 1) != assay::backoff(base, 1, 2));
  CHECK(assay::backoff(base, 1'000'000, 1) <= milliseconds(10'000));
}

TEST_CASE("a pace keeps its rate and catches up only a little") {
  assay::Pace pace;
  SteadyClock::time_point now = SteadyClock::time_point{} + seconds(1000);
  int started = 0;
  for (int tick = 0; tick < 2000; ++tick, now += milliseconds(1)) {
    if (pace.next() <= now) {
      pace.started(now, 10);
      ++started;
    }
  }
  CHECK(started >= 20);
  CHECK(started <= 22);
  assay::Pace free;
  free.started(now, 0);
  CHECK(free.next() <= now);
}

TEST_CASE("a quota sends one request to learn and then what is left but one") {
  const SteadyClock::time_point start = SteadyClock::time_point{} + seconds(1000);
  Quota quota;
  CHECK(quota.next(start, 0) == start);
  CHECK_FALSE(quota.next(start, 1));
  quota.announced({"api", 3, seconds(10)}, start, start);
  CHECK(quota.next(start, 0) == start);
  CHECK(quota.next(start, 1) == start);
  CHECK_FALSE(quota.next(start, 2));
}

TEST_CASE("a quota spends its reserve when the window may have turned") {
  const SteadyClock::time_point start = SteadyClock::time_point{} + seconds(1000);
  Quota quota;
  quota.announced({"api", 1, seconds(10)}, start, start);
  CHECK(quota.next(start, 0) == start + seconds(10));
  const auto asked = start + seconds(10);
  SECTION("it has") {
    quota.announced({"api", 19, seconds(10)}, asked, asked);
    CHECK(quota.next(asked, 5) == asked);
  }
  SECTION("it has not") {
    quota.announced({"api", 0, seconds(0)}, asked, asked);
    CHECK(quota.next(asked, 0) == start + seconds(11));
    CHECK(quota.next(start + seconds(11), 0) == start + seconds(11));
    CHECK_FALSE(quota.next(start + seconds(11), 1));
  }
}

TEST_CASE("answers in another order do not give back what was spent") {
  const SteadyClock::time_point start = SteadyClock::time_point{} + seconds(1000);
  Quota quota;
  quota.announced({"api", 9, seconds(100)}, start, start);
  quota.announced({"api", 4, seconds(100)}, start + milliseconds(2), start + milliseconds(9));
  quota.announced({"api", 7, seconds(100)}, start + milliseconds(1), start + milliseconds(10));
  CHECK(quota.next(start + milliseconds(10), 2) == start + milliseconds(10));
  CHECK_FALSE(quota.next(start + milliseconds(10), 3));
}

TEST_CASE("a late answer of the window before does not spoil the new one") {
  const SteadyClock::time_point start = SteadyClock::time_point{} + seconds(1000);
  Quota quota;
  quota.announced({"api", 1, seconds(10)}, start, start);
  const auto turned = start + seconds(12);
  quota.announced({"api", 99, seconds(299)}, turned, turned);
  quota.announced({"api", 0, seconds(1)}, start + seconds(9), turned + milliseconds(5));
  CHECK(quota.next(turned + milliseconds(5), 50) == turned + milliseconds(5));
}
