#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "auditors/fetch/fetcher.h"
#include "support/catch.h"
#include "support/http/fake_http_server.h"
#include "support/http/fetching.h"

using assay::Evidence;
using assay::Outcome;
using assay::Request;
using assay::test::FakeHttpServer;
using assay::test::FakeRequest;
using assay::test::FakeResponse;
using assay::test::Fetching;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

FakeResponse raw(std::string bytes) {
  FakeResponse response;
  response.raw = std::move(bytes);
  return response;
}

// What every failed exchange has in common.
void check_failure(const Evidence& evidence, Outcome outcome) {
  CHECK(assay::to_string(evidence.outcome) == assay::to_string(outcome));
  CHECK(evidence.status == 0);
  CHECK(evidence.body.empty());
  CHECK(evidence.body_sha256.empty());
  CHECK(evidence.headers.empty());
  CHECK_FALSE(evidence.error.empty());
  CHECK(evidence.error.find("secret-token") == std::string::npos);
  CHECK(evidence.id.size() == 64);
}

milliseconds elapsed(steady_clock::time_point since) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - since);
}

}  // namespace

TEST_CASE("transient statuses are tried again") {
  const int status = GENERATE(408, 429, 500, 502, 503, 504);
  FakeHttpServer server([&](const FakeRequest& request) {
    return request.number <= 2 ? assay::test::text_response("busy", status)
                               : assay::test::text_response("done");
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.status == 200);
  CHECK(evidence.body == "done");
  CHECK(fetching.counts.sent == 3);
  CHECK(fetching.counts.retried == 2);
  CHECK(fetching.calls == 1);
}

TEST_CASE("a status that does not change is the answer after five requests") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("busy", 503); });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.outcome == Outcome::response);
  CHECK(evidence.status == 503);
  CHECK(evidence.body == "busy");
  CHECK_FALSE(evidence.ok());
  CHECK(server.request_count() == 5);
  CHECK(fetching.counts.retried == 4);
}

TEST_CASE("a size of pages that a host gives up on is not tried again and again") {
  FakeHttpServer server([](const FakeRequest& request) {
    return assay::test::text_response(
        "", request.target.find("limit=1000") == std::string::npos ? 200 : 504);
  });
  Fetching fetching(server);
  std::vector<Request> lists;
  for (int i = 0; i < 10; ++i) {
    lists.push_back({"hub", server.url("/models?limit=1000&filter=" + std::to_string(i))});
  }
  for (const Evidence& answer : fetching.all(lists)) CHECK(answer.status == 504);
  CHECK(server.request_count() <= 15);
  CHECK(fetching.get(server.url("/models?limit=200")).status == 200);
}

TEST_CASE("other statuses are answers at once") {
  const int status = GENERATE(400, 401, 403, 404, 410, 416, 418, 501);
  FakeHttpServer server([&](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("no", status);
    response.headers = {{"X-Error-Code", "GatedRepo"}, {"X-Error-Message", "no\x01 acc\xC3\xA9s"}};
    return response;
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.status == status);
  CHECK(evidence.headers.at("x-error-code") == "GatedRepo");
  CHECK(evidence.headers.at("x-error-message") == "no acc??s");
  CHECK(server.request_count() == 1);
}

TEST_CASE("waits grow exponentially") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("", 500); });
  Fetching fetching(server);
  fetching.options.backoff_base = milliseconds(40);
  fetching.get(server.url("/"));
  const auto seen = server.requests();
  REQUIRE(seen.size() == 5);
  CHECK(seen[1].at - seen[0].at >= milliseconds(40));
  CHECK(seen[2].at - seen[1].at >= milliseconds(80));
  CHECK(seen[3].at - seen[2].at >= milliseconds(160));
  CHECK(seen[4].at - seen[3].at >= milliseconds(320));
}

TEST_CASE("a closed port is a connect failure after five attempts") {
  const assay::test::ClosedPort port;
  Fetching fetching(port.url());
  const Evidence evidence = fetching.get(port.url("/"));
  check_failure(evidence, Outcome::connect_failure);
  CHECK_THAT(evidence.error, ContainsSubstring("5 attempts"));
  CHECK(fetching.counts.sent == 0);
}

TEST_CASE("an unknown host is a dns failure") {
  Fetching fetching("http://assay-test.invalid");
  check_failure(fetching.get("http://assay-test.invalid/"), Outcome::dns_failure);
}

TEST_CASE("a host without TLS is a tls failure") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port());
  Fetching fetching(url);
  check_failure(fetching.get(url + "/"), Outcome::tls_failure);
  CHECK(server.request_count() == 0);
}

TEST_CASE("a server that never answers is a timeout", "[slow][threads]") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response;
    response.stall = true;
    return response;
  });
  Fetching fetching(server);
  fetching.source().timeout = milliseconds(400);  // long enough to send the request
  const Evidence evidence = fetching.get(server.url("/"));
  check_failure(evidence, Outcome::timeout);
  CHECK(server.request_count() == 5);
  CHECK(fetching.counts.sent == 5);
}

TEST_CASE("a body that drips is a timeout") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response(std::string(1000, 'x'));
    response.drip_bytes = 1;
    response.drip_pause = milliseconds(5);
    return response;
  });
  Fetching fetching(server);
  fetching.source().timeout = milliseconds(100);
  check_failure(fetching.get(server.url("/")), Outcome::timeout);
}

TEST_CASE("a slow body that arrives in time is whole") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("0123456789");
    response.delay = milliseconds(50);
    response.drip_bytes = 3;
    response.drip_pause = milliseconds(20);
    return response;
  });
  Fetching fetching(server);
  CHECK(fetching.get(server.url("/")).body == "0123456789");
}

TEST_CASE("a body that ends early is truncated") {
  FakeResponse response = assay::test::text_response(R"([{"id":"a"},{"id":"b"}])");
  SECTION("shorter than announced") { response.announced_length = 1000; }
  SECTION("cut at a place where it reads as whole") {
    response.body = "[]   ";
    response.cut_after = 2;
  }
  SECTION("cut before its first byte") { response.cut_after = 0; }
  SECTION("cut between chunks") {
    response.chunked = true;
    response.cut_after = 16;
  }
  SECTION("reset in the middle") {
    response.cut_after = 5;
    response.reset = true;
  }
  SECTION("reset before the first byte") {
    response.body.clear();
    response.reset = true;
  }
  SECTION("closed before the first byte") { response.raw = ""; }
  SECTION("closed in the middle of the headers") { response.raw = "HTTP/1.1 200 OK\r\nContent-Le"; }
  FakeHttpServer server([&](const FakeRequest&) { return response; });
  Fetching fetching(server);
  check_failure(fetching.get(server.url("/")), Outcome::truncated);
  CHECK(server.request_count() >= 5);
}

TEST_CASE("a failure that passes leaves no trace in the evidence") {
  FakeHttpServer server([](const FakeRequest& request) {
    FakeResponse response = assay::test::text_response("whole");
    if (request.number == 1) response.cut_after = 2;
    if (request.number == 2) response.raw = "";
    return response;
  });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CHECK(evidence.status == 200);
  CHECK(evidence.body == "whole");
  CHECK(evidence.error.empty());
}

TEST_CASE("what is no HTTP is bad encoding") {
  const std::string bytes =
      GENERATE(as<std::string>{}, "hello there\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
               "<html>no headers at all</html>", std::string("\0\1\2\3\4\5\6\7\n\n", 10),
               "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello");
  FakeHttpServer server([&](const FakeRequest&) { return raw(bytes); });
  Fetching fetching(server);
  const Evidence evidence = fetching.get(server.url("/"));
  CAPTURE(bytes);
  check_failure(evidence, Outcome::bad_encoding);
  CHECK(server.request_count() == 1);
}

TEST_CASE("a body that does not decompress is bad encoding") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response =
        assay::test::text_response("this was never compressed, whatever the header says");
    response.headers = {{"Content-Encoding", "gzip"}};
    return response;
  });
  Fetching fetching(server);
  check_failure(fetching.get(server.url("/")), Outcome::bad_encoding);
}

TEST_CASE("a compressed body that ends early is never taken as whole text") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response =
        assay::test::text_response(assay::test::gzip("one two three four five six seven eight"));
    response.headers = {{"Content-Encoding", "gzip"}};
    response.body.resize(response.body.size() / 2);
    return response;
  });
  Fetching fetching(server);
  check_failure(fetching.get(server.url("/")), Outcome::truncated);
}

TEST_CASE("the cap holds whether the size is announced or not") {
  FakeResponse response = assay::test::text_response(std::string(70'000, 'x'));
  SECTION("announced") {}
  SECTION("chunked") { response.chunked = true; }
  SECTION("announced without end") { response.announced_length = std::size_t{1} << 40U; }
  SECTION("a bomb of ten mebibytes") {
    response.body = assay::test::gzip(std::string(std::size_t{10} << 20U, 'x'));
    response.headers = {{"Content-Encoding", "gzip"}};
    CHECK(response.body.size() < 30'000);
  }
  FakeHttpServer server([&](const FakeRequest&) { return response; });
  Fetching fetching(server);
  fetching.source().max_body_bytes = 65'536;
  check_failure(fetching.get(server.url("/")), Outcome::too_large);
  CHECK(server.request_count() == 1);
}

TEST_CASE("a body of exactly the cap is taken") {
  FakeHttpServer server(
      [](const FakeRequest&) { return assay::test::text_response(std::string(65'536, 'x')); });
  Fetching fetching(server);
  fetching.source().max_body_bytes = 65'536;
  CHECK(fetching.get(server.url("/")).body.size() == 65'536);
}

TEST_CASE("headers without end are too large") {
  FakeResponse response = assay::test::text_response("x");
  SECTION("many") {
    for (int i = 0; i < 2000; ++i) {
      response.headers.emplace_back("X-" + std::to_string(i), std::string(50, 'x'));
    }
  }
  SECTION("a link that cannot be kept whole") {
    response.headers = {{"Link", "<" + std::string(5000, 'x') + ">; rel=next"}};
  }
  FakeHttpServer server([&](const FakeRequest&) { return response; });
  Fetching fetching(server);
  check_failure(fetching.get(server.url("/")), Outcome::too_large);
}

TEST_CASE("a 429 waits as long as it asks", "[slow][threads]") {
  FakeResponse busy = assay::test::text_response("", 429);
  milliseconds least{0};
  SECTION("by Retry-After") {
    busy.headers = {{"Retry-After", "1"}};
    least = milliseconds(1000);
  }
  SECTION("until the window turns and one second more") {
    busy.headers = {{"RateLimit", "\"api\";r=0;t=0"}, {"Retry-After", "60"}};
    least = milliseconds(1000);
  }
  SECTION("not for the window when some of it is left") {
    busy.headers = {{"RateLimit", "\"api\";r=400;t=200"}};
    least = milliseconds(10);
  }
  FakeHttpServer server([&](const FakeRequest& request) {
    return request.number == 1 ? busy : assay::test::text_response("done");
  });
  Fetching fetching(server);
  // A longer wait than the one asked for, 60 s or 200 s, would pass the budget.
  const auto begun = steady_clock::now();
  CHECK(fetching.get(server.url("/")).body == "done");
  CHECK(elapsed(begun) >= least);
  CHECK(server.request_count() == 2);
}

TEST_CASE("a date in Retry-After is waited for", "[slow][threads]") {
  FakeHttpServer server([](const FakeRequest& request) {
    FakeResponse busy = assay::test::text_response("", 429);
    const auto then = std::chrono::system_clock::now() + std::chrono::seconds(2);
    busy.headers = {
        {"Retry-After", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                    fmt::gmtime(std::chrono::system_clock::to_time_t(then)))}};
    return request.number == 1 ? busy : assay::test::text_response("done");
  });
  Fetching fetching(server);
  CHECK(fetching.get(server.url("/")).body == "done");
  const auto seen = server.requests();
  REQUIRE(seen.size() == 2);
  CHECK(seen[1].at - seen[0].at >= milliseconds(950));
}

TEST_CASE("a 429 holds the other requests of its host back") {
  FakeHttpServer server([](const FakeRequest& request) {
    FakeResponse busy = assay::test::text_response("", 429);
    busy.headers = {{"Retry-After", "1"}};
    return request.number == 1 ? busy : assay::test::text_response("done");
  });
  Fetching fetching(server);
  const auto answers = fetching.all({{"hub", server.url("/1")}, {"hub", server.url("/2")}});
  CHECK(answers[0].body == "done");
  CHECK(answers[1].body == "done");
  const auto seen = server.requests();
  REQUIRE(seen.size() == 3);
  // Both start then, on connections of their own, so their order at the server is open.
  CHECK(seen[1].at - seen[0].at >= milliseconds(1000));
  CHECK(seen[1].path != seen[2].path);
}

TEST_CASE("a wait beyond the budget ends at once and others go on") {
  FakeResponse busy = assay::test::text_response("", 429);
  SECTION("by Retry-After") { busy.headers = {{"Retry-After", "3600"}}; }
  SECTION("by an exhausted quota") { busy.headers = {{"RateLimit", "\"api\";r=0;t=300"}}; }
  FakeHttpServer server([&](const FakeRequest&) { return busy; });
  FakeHttpServer other([](const FakeRequest&) { return assay::test::text_response("fine"); });
  Fetching fetching(server);
  assay::SourceConfig second = fetching.source();
  second.id = "other";
  second.url = other.url();
  fetching.config.sources.emplace("other", second);
  fetching.config.time_budget = milliseconds(250'000);
  const auto begun = steady_clock::now();
  const auto answers = fetching.all({{"hub", server.url("/1")},
                                     {"hub", server.url("/2")},
                                     {"hub", server.url("/3")},
                                     {"other", other.url("/4")}});
  INFO("the wait was not given up at once");
  CHECK(elapsed(begun) < fetching.config.time_budget / 2);
  for (std::size_t i = 0; i < 3; ++i) check_failure(answers[i], Outcome::budget_spent);
  CHECK(answers[3].body == "fine");
  CHECK(server.request_count() == 1);
}

TEST_CASE("an announcement on a good answer ends what cannot be asked in time") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("last");
    response.headers = {{"RateLimit", "\"api\";r=0;t=299"}};
    return response;
  });
  Fetching fetching(server);
  const auto answers = fetching.all({{"hub", server.url("/api/1")}, {"hub", server.url("/api/2")}});
  CHECK(answers[0].body == "last");
  check_failure(answers[1], Outcome::budget_spent);
  CHECK(server.request_count() == 1);
}

TEST_CASE("the budget ends requests under way and waiting") {
  FakeHttpServer server([](const FakeRequest&) {
    FakeResponse response;
    response.stall = true;
    return response;
  });
  Fetching fetching(server);
  fetching.source().concurrency = 2;
  fetching.source().timeout = milliseconds(250'000);
  fetching.config.time_budget = milliseconds(300);
  std::vector<Request> requests;
  for (int i = 0; i < 10; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  const auto begun = steady_clock::now();
  const auto answers = fetching.all(requests);
  CHECK(elapsed(begun) >= milliseconds(290));
  INFO("the budget did not end what was under way");
  CHECK(elapsed(begun) < fetching.source().timeout / 2);
  for (const Evidence& evidence : answers) check_failure(evidence, Outcome::budget_spent);
  CHECK(fetching.calls == 10);
}

TEST_CASE("a dead source is given up and does not stop the others") {
  const assay::test::ClosedPort dead;
  FakeHttpServer alive([](const FakeRequest&) { return assay::test::text_response("fine"); });
  Fetching fetching(dead.url());
  assay::SourceConfig second = fetching.source();
  second.id = "alive";
  second.url = alive.url();
  fetching.config.sources.emplace("alive", second);
  fetching.options.backoff_base = milliseconds(50);
  fetching.source().concurrency = 1;
  std::vector<Request> requests;
  for (int i = 0; i < 100; ++i) {
    requests.push_back({"hub", dead.url("/" + std::to_string(i))});
    requests.push_back({"alive", alive.url("/" + std::to_string(i))});
  }
  const auto answers = fetching.all(requests);
  for (std::size_t i = 0; i < answers.size(); i += 2) {
    check_failure(answers[i], Outcome::connect_failure);
    CHECK(answers[i + 1].body == "fine");
  }
  CHECK_THAT(answers[198].error, ContainsSubstring("given up"));
  CHECK(alive.request_count() == 100);
}

TEST_CASE("what fails again and again waits for what was not tried yet") {
  FakeHttpServer server([](const FakeRequest& request) {
    return request.path.starts_with("/dead") ? assay::test::text_response("", 503)
                                             : assay::test::text_response("fine");
  });
  Fetching fetching(server);
  fetching.source().concurrency = 1;
  fetching.options.backoff_base = milliseconds(1);
  std::vector<Request> requests;
  for (int i = 0; i < 30; ++i) {
    const std::string name = i % 3 == 0 ? "/dead" : "/alive";
    requests.push_back({"hub", server.url(name + std::to_string(i))});
  }
  fetching.all(requests);
  const auto seen = server.requests();
  REQUIRE(seen.size() == 20 + 10 * 5);
  // Every first try is made before any second one.
  std::set<std::string> tried;
  for (std::size_t i = 0; i < 30; ++i) tried.insert(seen[i].path);
  CHECK(tried.size() == 30);
}

TEST_CASE("an answer between failures keeps a source alive") {
  FakeHttpServer server([](const FakeRequest& request) {
    return request.number % 3 == 0 ? assay::test::text_response("fine") : raw("");
  });
  Fetching fetching(server);
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  const auto answers = fetching.all(requests);
  for (const Evidence& evidence : answers) {
    CHECK(evidence.error.find("given up") == std::string::npos);
  }
}

namespace {

// A quota of `limit` requests per fixed window, as the Hub announces it.
class Windowed {
 public:
  Windowed(int limit, milliseconds window, bool round_up)
      : limit_(limit), window_(window), round_up_(round_up) {}

  FakeResponse operator()(const FakeRequest& request) {
    const auto index = (request.at - start_) / window_;
    if (index != index_) {
      index_ = index;
      used_ = 0;
    }
    const auto left = start_ + (index + 1) * window_ - request.at;
    const auto seconds = round_up_ ? std::chrono::ceil<std::chrono::seconds>(left)
                                   : std::chrono::floor<std::chrono::seconds>(left);
    ++used_;
    FakeResponse response = assay::test::text_response("x", used_ > limit_ ? 429 : 200);
    if (used_ > limit_) ++refused;
    response.headers = {
        {"RateLimit", "\"api\";r=" + std::to_string(std::max(0, limit_ - used_)) +
                          ";t=" + std::to_string(seconds.count())},
        {"RateLimit-Policy", "\"fixed window\";\"api\";q=" + std::to_string(limit_) + ";w=2"}};
    return response;
  }

  int refused = 0;

 private:
  int limit_;
  milliseconds window_;
  bool round_up_;
  steady_clock::time_point start_ = steady_clock::now();
  std::int64_t index_ = 0;
  int used_ = 0;
};

}  // namespace

TEST_CASE("an announced rate is used and never passed", "[slow][threads]") {
  const bool round_up = GENERATE(true, false);
  Windowed quota(20, milliseconds(2000), round_up);
  FakeHttpServer server([&](const FakeRequest& request) { return quota(request); });
  Fetching fetching(server);
  fetching.source().concurrency = 6;
  std::vector<Request> requests;
  // Twelve are left for the second window, so that it also bears the six under way of the first,
  // should a busy machine deliver these only then.
  for (int i = 0; i < 32; ++i) {
    requests.push_back({"hub", server.url("/api/" + std::to_string(i))});
  }
  // How much of each window is used is simulated in rate_simulation_test.cpp.
  const auto answers = fetching.all(requests);
  for (const Evidence& evidence : answers) CHECK(evidence.status == 200);
  CHECK(quota.refused == 0);
  CHECK(server.request_count() == 32);
}

TEST_CASE("no number of requests makes the fetcher pass its own rate") {
  FakeHttpServer server([](const FakeRequest&) { return assay::test::text_response("x"); });
  Fetching fetching(server);
  fetching.source().requests_per_second = 50;
  std::vector<Request> requests;
  for (int i = 0; i < 30; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  const auto begun = steady_clock::now();
  fetching.all(requests);
  CHECK(elapsed(begun) >= milliseconds(460));
}

TEST_CASE("no more requests are under way than allowed") {
  FakeHttpServer server([&](const FakeRequest&) {
    FakeResponse response = assay::test::text_response("x");
    response.delay = milliseconds(30);
    return response;
  });
  Fetching fetching(server);
  fetching.source().concurrency = 3;
  std::vector<Request> requests;
  for (int i = 0; i < 30; ++i) requests.push_back({"hub", server.url("/" + std::to_string(i))});
  const auto begun = steady_clock::now();
  fetching.all(requests);
  // One alone, then 29 by threes: at least eleven rounds.
  CHECK(elapsed(begun) >= milliseconds(11 * 30));
  CHECK(server.connection_count() == 3);
}
