#include "api/answer_cache.h"

#include "support/catch.h"
#include "support/served.h"

using assay::api::AnswerCache;
using assay::api::make_request;
using assay::api::Request;
using assay::api::Response;

namespace {

// Counts how often an answer had to be worked out; says which one it is.
struct Kitchen {
  explicit Kitchen(std::size_t most_bytes = 1 << 20)
      : cache(most_bytes, [this] { return std::chrono::steady_clock::time_point(now); }) {}

  Response ask(const std::string& target, const std::string& method = "GET",
               std::map<std::string, std::string> headers = {}) {
    Request request = make_request(method, target);
    request.headers = std::move(headers);
    return cache.answer(request, state, [this](const Request& whole) {
      CHECK(whole.headers.count("if-none-match") == 0);
      Response response;
      response.status = status;
      response.headers = {{"Content-Type", "text/plain"}, {"ETag", "\"" + whole.path + "\""}};
      response.body = std::to_string(++made) + std::string(padding, '.');
      if (streaming) response.stream = [](std::string&) { return false; };
      return response;
    });
  }

  std::chrono::milliseconds now{1'000};
  AnswerCache::State state{1, 1};
  int status = 200;
  std::size_t padding = 0;
  bool streaming = false;
  int made = 0;
  AnswerCache cache;
};

}  // namespace

TEST_CASE("an answer is worked out once while catalog and store stay the same") {
  Kitchen kitchen;
  CHECK(kitchen.ask("/api/v1/models?q=a").body == "1");
  CHECK(kitchen.ask("/api/v1/models?q=a").body == "1");
  CHECK(kitchen.ask("/api/v1/models?q=a", "HEAD").body == "1");
  SECTION("another question is another answer") {
    CHECK(kitchen.ask("/api/v1/models?q=b").body == "2");
    CHECK(kitchen.ask("/api/v1/models?q=a&q=a").body == "3");
    CHECK(kitchen.ask("/api/v1/models?q=a", "GET", {{"host", "x.example"}}).body == "4");
  }
  SECTION("a new catalog or a change in the store ends it") {
    kitchen.state.first = 2;
    CHECK(kitchen.ask("/api/v1/models?q=a").body == "2");
    kitchen.state.second = 2;
    CHECK(kitchen.ask("/api/v1/models?q=a").body == "3");
  }
  SECTION("so does a second") {
    kitchen.now += std::chrono::milliseconds(999);
    CHECK(kitchen.ask("/api/v1/models?q=a").body == "1");
    kitchen.now += std::chrono::milliseconds(1);
    CHECK(kitchen.ask("/api/v1/models?q=a").body == "2");
  }
}

TEST_CASE("a condition is held against what is kept") {
  Kitchen kitchen;
  const std::map<std::string, std::string> condition{{"if-none-match", "W/\"x\", \"/a\""}};
  for (int i = 0; i < 2; ++i) {
    const Response response = kitchen.ask("/a", "GET", condition);
    CHECK(response.status == 304);
    CHECK(response.body.empty());
    CHECK(header(response, "ETag") == "\"/a\"");
    CHECK(header(response, "Content-Type").empty());
  }
  CHECK(kitchen.made == 1);
  CHECK(kitchen.ask("/a", "GET", {{"if-none-match", "\"/b\""}}).status == 200);
}

TEST_CASE("what speaks of the moment, failed, streams or asks for no answer is never kept") {
  Kitchen kitchen;
  const auto twice = [&](const std::string& target, const std::string& method = "GET") {
    return kitchen.ask(target, method).body != kitchen.ask(target, method).body;
  };
  for (const char* path : {"/healthz", "/readyz", "/metrics"}) CHECK(twice(path));
  CHECK(twice("/a", "POST"));
  CHECK(twice("/a", "OPTIONS"));
  kitchen.status = 500;
  CHECK(twice("/a"));
  kitchen.status = 200;
  kitchen.streaming = true;
  CHECK(twice("/a"));
}

TEST_CASE("what is kept stays within its bounds") {
  Kitchen kitchen(1'000);
  kitchen.padding = 300;
  kitchen.ask("/large");
  kitchen.ask("/large");
  CHECK(kitchen.made == 2);  // more than a quarter of all
  kitchen.padding = 200;
  for (int i = 0; i < 100; ++i) kitchen.ask("/a" + std::to_string(i));
  kitchen.ask("/a99");
  CHECK(kitchen.made == 102);
  kitchen.ask("/a0");
  CHECK(kitchen.made == 103);
}

TEST_CASE("a store's data version changes with what another store writes, and with nothing else") {
  Served served;
  const assay::db::Store reader(served.database(), assay::db::Access::read_only);
  const std::int64_t before = reader.data_version();
  reader.totals();
  CHECK(reader.data_version() == before);
  served.store().begin_run(samples::run());
  const std::int64_t after = reader.data_version();
  CHECK(after != before);
  CHECK(reader.data_version() == after);
}
