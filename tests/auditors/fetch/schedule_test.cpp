#include "auditors/fetch/schedule.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auditors/fetch/proxy.h"
#include "support/catch.h"

using assay::Lane;
using assay::Schedule;
using assay::SteadyClock;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Lane kApiLane{"hub", "https://hub:443", "api"};
const Lane kResolveLane{"hub", "https://hub:443", "resolve"};
const SteadyClock::time_point kStart = SteadyClock::time_point{} + seconds(1000);

std::vector<std::uint64_t> start_all(Schedule& schedule, SteadyClock::time_point now) {
  std::vector<std::uint64_t> started;
  while (const auto number = schedule.start(now)) started.push_back(*number);
  return started;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the first request of a lane goes alone and the others follow in order") {
  Schedule schedule;
  schedule.set_source("hub", 0, 3);
  for (std::uint64_t i = 1; i <= 5; ++i) schedule.queue(i, kApiLane, {});
  CHECK(start_all(schedule, kStart) == Numbers{1});
  CHECK_FALSE(schedule.wake(kStart));
  schedule.ended(kApiLane, kStart, kStart, true, {});
  CHECK(start_all(schedule, kStart) == Numbers{2, 3, 4});
  CHECK_FALSE(schedule.wake(kStart));
  schedule.ended(kApiLane, kStart, kStart, true, {});
  CHECK(start_all(schedule, kStart) == Numbers{5});
}

TEST_CASE("lower ranks go first and equal ones in order") {
  Schedule schedule;
  schedule.set_source("hub", 0, 10);
  schedule.queue(1, kApiLane, {}, 7);
  schedule.queue(2, kApiLane, {}, 7);
  schedule.queue(3, kApiLane, kStart, 2);
  schedule.queue(4, kApiLane, {}, 0);
  CHECK(start_all(schedule, kStart) == Numbers{4});
  schedule.ended(kApiLane, kStart, kStart, true, {});
  CHECK(start_all(schedule, kStart) == Numbers{3, 1, 2});
}

TEST_CASE("what waits does not stop what follows") {
  Schedule schedule;
  schedule.set_source("hub", 0, 3);
  schedule.queue(1, kApiLane, kStart + seconds(5));
  schedule.queue(2, kApiLane, {});
  CHECK(start_all(schedule, kStart) == Numbers{2});
  schedule.ended(kApiLane, kStart, kStart, false, {});
  CHECK(schedule.wake(kStart) == kStart + seconds(5));
  CHECK(start_all(schedule, kStart + seconds(5)) == Numbers{1});
}

TEST_CASE("lanes have quotas of their own and share one that has the same name") {
  Schedule schedule;
  schedule.set_source("hub", 0, 10);
  for (std::uint64_t i = 1; i <= 4; ++i) {
    schedule.queue(2 * i - 1, kApiLane, {});
    schedule.queue(2 * i, kResolveLane, {});
  }
  CHECK(start_all(schedule, kStart) == Numbers{1, 2});
  schedule.ended(kApiLane, kStart, kStart, true, {{"api", 0, seconds(9)}});
  SECTION("own") {
    schedule.ended(kResolveLane, kStart, kStart, true, {{"resolvers", 99, seconds(9)}});
    CHECK(start_all(schedule, kStart) == Numbers{4, 6, 8});
    CHECK(schedule.wake(kStart) == kStart + seconds(10));
  }
  SECTION("shared") {
    schedule.ended(kResolveLane, kStart, kStart, true, {{"api", 99, seconds(9)}});
    CHECK(start_all(schedule, kStart).empty());
  }
}

TEST_CASE("a lane that is held starts nothing before") {
  Schedule schedule;
  schedule.set_source("hub", 0, 10);
  schedule.queue(1, kApiLane, {});
  schedule.hold(kApiLane, kStart + seconds(2));
  CHECK(start_all(schedule, kStart).empty());
  CHECK(schedule.wake(kStart) == kStart + seconds(2));
  CHECK(start_all(schedule, kStart + seconds(2)) == Numbers{1});
}

TEST_CASE("what cannot start in time is taken out") {
  Schedule schedule;
  schedule.set_source("hub", 0, 10);
  schedule.queue(1, kApiLane, kStart + seconds(20));
  schedule.queue(2, kApiLane, {});
  schedule.queue(3, kResolveLane, {});
  schedule.hold(kResolveLane, kStart + seconds(11));
  CHECK(schedule.take_late(kStart, kStart + seconds(10)) == Numbers{1, 3});
  CHECK(schedule.take_late(kStart + seconds(10), kStart + seconds(10)) == Numbers{2});
  CHECK_FALSE(schedule.wake(kStart));
}

TEST_CASE("all of a host is taken out at once") {
  Schedule schedule;
  schedule.set_source("hub", 0, 10);
  schedule.queue(1, kApiLane, {});
  schedule.queue(2, kResolveLane, {});
  schedule.queue(3, {"hub", "https://cdn:443", "page"}, {});
  CHECK(schedule.take_all("hub", "https://hub:443") == Numbers{1, 2});
  CHECK(start_all(schedule, kStart) == Numbers{3});
}

TEST_CASE("the environment names the proxy as elsewhere") {
  std::map<std::string, std::string, std::less<>> variables;
  const assay::Environment environment = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  CHECK(assay::proxy_for("https", "a.example", environment).empty());
  variables = {{"HTTPS_PROXY", "http://p:1"}, {"HTTP_PROXY", "http://cgi:1"}};
  CHECK(assay::proxy_for("https", "a.example", environment) == "http://p:1");
  CHECK(assay::proxy_for("http", "a.example", environment).empty());
  variables["https_proxy"] = "http://lower:1";
  CHECK(assay::proxy_for("https", "a.example", environment) == "http://lower:1");
  variables["ALL_PROXY"] = "socks5h://all:1";
  CHECK(assay::proxy_for("http", "a.example", environment) == "socks5h://all:1");
  variables["NO_PROXY"] = "localhost, .b.example,c.example 127.0.0.1,[::1]";
  for (const auto* host : {"localhost", "b.example", "x.B.example", "c.example.", "y.c.example",
                           "127.0.0.1", "[::1]", "::1"}) {
    CAPTURE(host);
    CHECK(assay::proxy_for("http", host, environment).empty());
  }
  CHECK_FALSE(assay::proxy_for("http", "xb.example", environment).empty());
  variables["no_proxy"] = "*";
  CHECK(assay::proxy_for("http", "a.example", environment).empty());
}
