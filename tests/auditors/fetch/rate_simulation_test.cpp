#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include "auditors/fetch/schedule.h"
#include "support/catch.h"
#include "support/worlds/faults.h"

// The schedule against servers that count as they announce, in simulated time: never a refusal, and
// the allowed rate is used.

namespace {

using assay::Announcement;
using assay::Lane;
using assay::Schedule;
using assay::SteadyClock;
using assay::test::Random;
using std::chrono::milliseconds;
using std::chrono::seconds;

enum class Rounding { up, down };

// A quota of `limit` requests per fixed window.
class Bucket {
 public:
  Bucket(std::string name, std::int64_t limit, milliseconds window, Rounding rounding)
      : name_(std::move(name)), limit_(limit), window_(window), rounding_(rounding) {}

  // A request arrives. What the answer says of the quota then.
  Announcement take(milliseconds now) {
    std::int64_t& used = used_[now / window_];
    ++used;
    if (used > limit_) ++refused;
    const milliseconds left = window_ - now % window_;
    const auto reset = rounding_ == Rounding::up ? std::chrono::ceil<seconds>(left)
                                                 : std::chrono::floor<seconds>(left);
    return {name_, std::max<std::int64_t>(0, limit_ - used), reset};
  }

  // The share of the quota that was used, over the windows between the first and the last one.
  double share_used() const {
    if (used_.size() < 3) return 1;
    std::int64_t sum = 0;
    for (auto it = std::next(used_.begin()); it != std::prev(used_.end()); ++it) sum += it->second;
    const auto windows = std::prev(used_.end())->first - used_.begin()->first - 1;
    return static_cast<double>(sum) / static_cast<double>(windows * limit_);
  }
  std::size_t windows() const { return used_.size(); }

  std::int64_t refused = 0;

 private:
  std::string name_;
  std::int64_t limit_;
  milliseconds window_;
  Rounding rounding_;
  std::map<std::int64_t, std::int64_t> used_;  // per window
};

struct Work {
  Lane lane;
  Bucket* bucket;
  int requests;
};

// Runs until all is answered; the time that it took.
milliseconds simulate(const std::vector<Work>& works, double per_second, int concurrency,
                      milliseconds latency, Random random, bool ceiling = false) {
  const SteadyClock::time_point start = SteadyClock::time_point{} + std::chrono::hours(24);
  const auto at = [&](milliseconds now) { return start + now; };
  Schedule schedule;
  schedule.set_source("hub", per_second, concurrency, ceiling);
  std::vector<const Work*> work_of{nullptr};
  for (const Work& work : works) {
    for (int i = 0; i < work.requests; ++i) {
      schedule.queue(work_of.size(), work.lane, {});
      work_of.push_back(&work);
    }
  }
  // Arrivals at the server (answered = false) and answers, by time.
  struct Event {
    milliseconds time{0};
    bool answered = false;
    std::uint64_t number = 0;
    milliseconds started{0};
    Announcement said{};
    bool operator>(const Event& other) const {
      return std::tuple(time, number) > std::tuple(other.time, other.number);
    }
  };
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  const auto delay = [&] {
    return latency / 2 + milliseconds(random.below(static_cast<std::size_t>(latency.count()) + 1));
  };
  milliseconds now{static_cast<std::int64_t>(random.below(100'000))};
  const milliseconds begun = now;
  std::size_t open = work_of.size() - 1;
  while (open > 0) {
    while (const auto number = schedule.start(at(now))) {
      events.push({now + delay(), false, *number, now});
    }
    const auto wake = schedule.wake(at(now));
    milliseconds next = events.empty() ? milliseconds::max() : events.top().time;
    if (wake) {
      next = std::min(next, std::chrono::ceil<milliseconds>(*wake - start));
    }
    REQUIRE(next != milliseconds::max());
    now = std::max(now, next);
    while (!events.empty() && events.top().time <= now) {
      Event event = events.top();
      events.pop();
      const Work& work = *work_of[event.number];
      if (!event.answered) {
        event.said = work.bucket->take(event.time);
        event.answered = true;
        event.time += delay();
        events.push(event);
      } else {
        schedule.ended(work.lane, at(event.started), at(event.time), true, {event.said});
        --open;
      }
    }
  }
  return now - begun;
}

const Lane kApi{"hub", "https://hub:443", "api"};
const Lane kResolve{"hub", "https://hub:443", "resolve"};

}  // namespace

TEST_CASE("the announced rate is never passed and nine tenths of it are used", "[slow]") {
  struct Case {
    std::int64_t limit;
    milliseconds window;
    milliseconds latency;
    int concurrency;
  };
  const Case cases[] = {{60, seconds(2), milliseconds(20), 6},
                        {200, seconds(10), milliseconds(150), 6},
                        {500, seconds(300), milliseconds(200), 6},
                        {3000, seconds(300), milliseconds(200), 6},
                        {1000, seconds(300), milliseconds(900), 6}};
  for (const Case& item : cases) {
    for (const Rounding rounding : {Rounding::up, Rounding::down}) {
      for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Bucket bucket("api", item.limit, item.window, rounding);
        const int requests = static_cast<int>(item.limit * 5);
        simulate({{kApi, &bucket, requests}}, 20, item.concurrency, item.latency, Random(seed));
        CAPTURE(item.limit, item.window.count(), item.latency.count(), rounding == Rounding::up,
                seed, bucket.windows());
        CHECK(bucket.refused == 0);
        CHECK(bucket.share_used() >= 0.9);
      }
    }
  }
}

TEST_CASE("each bucket is used on its own") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Bucket api("api", 100, seconds(60), Rounding::up);
    Bucket resolvers("resolvers", 600, seconds(60), Rounding::up);
    simulate({{kApi, &api, 400}, {kResolve, &resolvers, 2400}}, 20, 6, milliseconds(100),
             Random(seed));
    CAPTURE(seed);
    CHECK(api.refused == 0);
    CHECK(resolvers.refused == 0);
    CHECK(api.share_used() >= 0.9);
    CHECK(resolvers.share_used() >= 0.9);
  }
}

TEST_CASE("a ceiling of the operator holds whatever the host allows") {
  Bucket bucket("api", 3000, seconds(60), Rounding::up);
  const auto took = simulate({{kApi, &bucket, 600}}, 10, 6, milliseconds(20), Random(1), true);
  CHECK(took >= seconds(59));
  Bucket again("api", 3000, seconds(60), Rounding::up);
  CHECK(simulate({{kApi, &again, 600}}, 10, 6, milliseconds(20), Random(1)) < seconds(20));
}
