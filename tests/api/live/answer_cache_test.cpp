#include "api/live/answer_cache.h"

#include <atomic>
#include <future>
#include <stdexcept>

#include "auditors/evidence/content_coding.h"
#include "support/catch.h"
#include "support/http/served.h"

using assay::api::AnswerCache;
using assay::api::make_request;
using assay::api::Request;
using assay::api::Response;

namespace {

std::string text_of(const Response& response) {
  return response.shared_body != nullptr ? *response.shared_body : response.body;
}

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

// Asks for what is being worked out; nothing may be made for it.
std::string ask_again(AnswerCache& cache, const Request& request) {
  return text_of(cache.answer(request, {2, 1}, [](const Request&) {
    Response response;
    response.body = "made twice";
    return response;
  }));
}

}  // namespace

TEST_CASE("an answer is worked out once while catalog and store stay the same") {
  Kitchen kitchen;
  CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "1");
  CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "1");
  CHECK(text_of(kitchen.ask("/api/v1/models?q=a", "HEAD")) == "1");
  SECTION("another question is another answer") {
    CHECK(text_of(kitchen.ask("/api/v1/models?q=b")) == "2");
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a&q=a")) == "3");
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a", "GET", {{"host", "x.example"}})) == "4");
  }
  SECTION("a new catalog or a change in the store ends it") {
    kitchen.state.first = 2;
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "2");
    kitchen.state.second = 2;
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "3");
  }
  SECTION("so does a second") {
    kitchen.now += std::chrono::milliseconds(999);
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "1");
    kitchen.now += std::chrono::milliseconds(1);
    CHECK(text_of(kitchen.ask("/api/v1/models?q=a")) == "2");
  }
}

TEST_CASE("who asks while an answer is worked out waits for it or takes the one before") {
  std::chrono::milliseconds now{0};
  AnswerCache cache(1 << 20, [&] { return std::chrono::steady_clock::time_point(now); });
  std::atomic<int> made = 0;
  std::promise<void> begun;
  std::promise<void> go_on;
  const auto slowly = [&](const Request&) {
    if (++made == 1) {
      begun.set_value();
      go_on.get_future().wait();
    }
    Response response;
    response.body = std::to_string(made);
    return response;
  };
  const Request request = make_request("GET", "/a");
  std::vector<std::future<Response>> waiting;
  const auto ask = [&] { return cache.answer(request, {1, 1}, slowly); };
  waiting.push_back(std::async(std::launch::async, ask));
  begun.get_future().wait();
  for (int i = 0; i < 4; ++i) waiting.push_back(std::async(std::launch::async, ask));
  // Another state is another answer, and does not wait.
  CHECK(text_of(cache.answer(request, {1, 2}, slowly)) == "2");
  go_on.set_value();
  for (std::future<Response>& one : waiting) CHECK(text_of(one.get()) == "2");
  CHECK(made == 2);

  // Too old to be new, not too old while a fresh one is made.
  CHECK(text_of(cache.answer(request, {2, 1}, slowly)) == "3");
  now = std::chrono::milliseconds(1'500);
  const auto nested = [&](const Request&) {
    Response response;
    response.body = "inner " + ask_again(cache, request);
    return response;
  };
  CHECK(text_of(cache.answer(request, {2, 1}, nested)) == "inner 3");
}

TEST_CASE("what fails fails for those who wait, and is tried again by the next") {
  const Request request = make_request("GET", "/a");
  const auto work = [](const Request&) {
    Response response;
    response.body = "well";
    return response;
  };
  // The second one may come after the first one's end, and then works by itself; it is given more
  // and more time to be there before it.
  std::string told;
  for (auto time = std::chrono::milliseconds(1); told != "no more files"; time *= 2) {
    INFO("who asked while an answer was worked out did not wait for it");
    REQUIRE(time < std::chrono::minutes(1));
    AnswerCache cache;
    std::promise<void> begun;
    std::promise<void> go_on;
    const auto fail = [&](const Request&) -> Response {
      begun.set_value();
      go_on.get_future().wait();
      throw std::runtime_error("no more files");
    };
    auto first = std::async(std::launch::async, [&] {
      return cache.answer(request, {1, 1}, fail);
    });
    begun.get_future().wait();
    auto second = std::async(std::launch::async, [&] {
      return cache.answer(request, {1, 1}, work);
    });
    CHECK(second.wait_for(time) == std::future_status::timeout);
    go_on.set_value();
    CHECK_THROWS_AS(first.get(), std::runtime_error);
    try {
      told = text_of(second.get());
      CHECK(told == "well");
    } catch (const std::runtime_error& error) {
      told = error.what();
      CHECK(told == "no more files");
    }
    CHECK(text_of(cache.answer(request, {1, 1}, work)) == "well");
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

TEST_CASE("what is kept is compressed once for those who want it") {
  Kitchen kitchen;
  kitchen.padding = 5'000;
  const Response plain = kitchen.ask("/a", "GET", {{"accept-encoding", "br, gzip;q=0"}});
  CHECK(plain.shared_body->size() == 5'001);
  CHECK(header(plain, "Content-Encoding").empty());
  const Response first = kitchen.ask("/a", "GET", {{"accept-encoding", "br, gzip;q=0.5"}});
  CHECK(header(first, "Content-Encoding") == "gzip");
  CHECK(header(plain, "ETag") == "\"/a\"");
  CHECK(header(first, "ETag") == "\"/a-gzip\"");  // other bytes
  for (const char* etag : {"\"/a\"", "\"/a-gzip\"", "W/\"/a-gzip\""}) {
    const Response same = kitchen.ask("/a", "GET", {{"if-none-match", etag}});
    CHECK(same.status == 304);
    CHECK(std::string(etag).ends_with(header(same, "ETag")));
  }
  std::string body;
  assay::ContentDecoder decoder("gzip");
  CHECK(decoder.add(*first.shared_body, body, 10'000) == assay::ContentDecoder::Status::ok);
  CHECK(body == *plain.shared_body);
  CHECK(kitchen.ask("/a", "GET", {{"accept-encoding", "gzip"}}).shared_body == first.shared_body);
  kitchen.padding = 100;
  CHECK(
      header(kitchen.ask("/b", "GET", {{"accept-encoding", "gzip"}}), "Content-Encoding").empty());
}

TEST_CASE("what speaks of the moment, failed, streams or asks for no answer is never kept") {
  Kitchen kitchen;
  const auto twice = [&](const std::string& target, const std::string& method = "GET") {
    return text_of(kitchen.ask(target, method)) != text_of(kitchen.ask(target, method));
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
