#include "auditors/evidence/stored_transport.h"

#include <chrono>
#include <string>

#include "support/catch.h"
#include "validator/text/dates.h"

namespace {

using namespace assay;
using namespace std::chrono_literals;

constexpr std::int64_t kNow = 1'795'000'000'000;

struct Wanted {
  bool immutable = false;
  std::chrono::seconds good_for{0};
  std::chrono::seconds refused_for{0};
};

// Whether the network was asked, where the store holds an answer that is `age` old.
bool asks(const Wanted& wanted, int status, std::chrono::milliseconds age,
          std::chrono::milliseconds max_age = 0ms) {
  Request request;
  request.url = "https://hub.example/file";
  request.immutable = wanted.immutable;
  request.good_for = wanted.good_for;
  request.refused_for = wanted.refused_for;
  request.usable = [](const Evidence&) { return true; };
  Evidence stored;
  stored.url = request.url;
  stored.status = status;
  stored.fetched_at = format_time(kNow - age.count());
  bool asked = false;
  Done waiting;
  const Transport network{.submit =
                              [&](const Request&, Done done) {
                                asked = true;
                                waiting = std::move(done);
                              },
                          .drain =
                              [&] {
                                if (waiting) std::exchange(waiting, {})(Evidence{});
                              }};
  const Transport transport =
      stored_first([&](const std::string&) { return std::optional(stored); }, network,
                   {.now = kNow, .max_age = max_age});
  int answers = 0;
  transport.submit(request, [&](const Evidence&) { ++answers; });
  transport.drain();
  CHECK(answers == 1);
  return asked;
}

}  // namespace

TEST_CASE("evidence from the future is not young") {
  CHECK_FALSE(asks({}, 200, 59min, 1h));
  CHECK(asks({}, 200, 61min, 1h));
  CHECK(asks({}, 200, -1ms, 1h));
  CHECK(asks({}, 200, -24h * 400, 1h));
  CHECK_FALSE(asks({.good_for = 24h}, 200, 1h));
  CHECK(asks({.good_for = 24h}, 200, -1h));
  // What never changes needs no clock.
  CHECK_FALSE(asks({.immutable = true}, 200, -1h));
  CHECK_FALSE(asks({.immutable = true}, 200, 24h * 400));
}

TEST_CASE("a refusal will do for as long as the request says") {
  for (const int status : {401, 403}) {
    CHECK(asks({.immutable = true}, status, 1h));
    CHECK(asks({}, status, 1h, 2h));
    CHECK_FALSE(asks({.immutable = true, .refused_for = 24h}, status, 23h));
    CHECK(asks({.immutable = true, .refused_for = 24h}, status, 25h));
    CHECK(asks({.immutable = true, .refused_for = 24h}, status, -1h));
  }
}
