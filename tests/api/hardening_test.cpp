#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <random>
#include <thread>

#include "api/http/server.h"
#include "support/catch.h"
#include "support/http/http_exchange.h"
#include "support/http/served.h"

// Requests are hostile: whatever they contain, the answer is never a 5xx, it reveals nothing that
// an honest request would not, and the store stays as it was. Every route of the table is asked.

namespace {

using assay::api::Request;
using assay::api::Response;
using assay::api::Route;
using assay::test::http_exchange;

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts{
      "' OR '1'='1",
      "' OR 1=1 --",
      "\"; DROP TABLE period; --",
      "alpha-7b' UNION SELECT sql FROM sqlite_schema --",
      "1); ATTACH DATABASE '/tmp/x.db' AS x; --",
      "%",
      "_______",
      "*",
      "alpha*",
      "a\"*\"b MATCH",
      "../../../../etc/passwd",
      "..\\..\\windows",
      "/etc/passwd",
      "file:///etc/passwd",
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "{{NAME}}{{%AUTOESCAPE context=\"RAW\"}}",
      "${jndi:ldap://127.0.0.1/x}",
      "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
      std::string("alpha-7b\0hidden", 15),
      "\xff\xfe\xc0\xaf",
      "\xe2\x80\xae\xf0\x9f\x91\xa9",
      "-1",
      "0",
      "99999999999999999999999999",
      "9223372036854775807",
      "-9223372036854775808",
      "1e308",
      "NaN",
      "2026-02-30T25:61:61Z",
      "2026-11-23T03:00:00.000000000000000000000000001Z",
      "9999-12-31T23:59:59Z",
      std::string(100'000, 'A'),
      std::string(20'000, '['),
      "",
  };
  return kTexts;
}

// Something of each kind, so that a route gets past its path.
std::string path_of(const Route& route, const Served& served, const std::string* capture) {
  std::string path(route.pattern);
  for (const auto& [name, usual] :
       {std::pair<std::string, std::string>{"{slug}", "alpha-7b"},
        {"{id}", "1"},
        {"{sha256}", path.ends_with("/body") ? served.seen.body_sha256 : served.seen.id}}) {
    const std::size_t at = path.find(name);
    if (at != std::string::npos) path.replace(at, name.size(), capture ? *capture : usual);
  }
  return path;
}

// What must hold of every answer; the body is read to its end.
void check(const Request& request, Response response) {
  CAPTURE(request.method, request.path.substr(0, 200));
  INFO((request.query.empty()
            ? ""
            : request.query[0].first + "=" + request.query[0].second.substr(0, 200)));
  CHECK(response.status >= 200);
  CHECK(response.status < 500);
  while (response.stream && response.stream(response.body)) {
  }
  for (const auto& [name, value] : response.headers) {
    CHECK(name.find_first_of("\r\n") == std::string::npos);
    CHECK(value.find_first_of("\r\n") == std::string::npos);
  }
  CHECK(header(response, "X-Content-Type-Options") == "nosniff");
  const std::string type = header(response, "Content-Type");
  if (type.starts_with("text/html")) {
    CHECK(response.body.find("<script>alert") == std::string::npos);
    CHECK(response.body.find("<img src=x") == std::string::npos);
  }
  if (response.status >= 400 && request.path.starts_with("/api/")) {
    CHECK(type == "application/problem+json");
    CHECK(nlohmann::json::parse(response.body)["status"] == response.status);
  }
  // Neither the schema of the store nor a file of the machine.
  CHECK(response.body.find("CREATE TABLE") == std::string::npos);
  CHECK(response.body.find("root:x:0") == std::string::npos);
}

Request asked(std::string method, std::string path) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

}  // namespace

TEST_CASE("no text in a parameter or path does harm at any route", "[slow]") {
  Served served;
  const std::int64_t version = served.store().data_version();
  const std::string before = served.get("/api/v1/findings?limit=1000").body;
  std::size_t made = 0;
  for (const Route& route : assay::api::routes()) {
    for (const std::string& text : hostile_texts()) {
      for (const assay::api::Parameter& parameter : route.parameters) {
        Request request = asked("GET", path_of(route, served, nullptr));
        request.query = {{std::string(parameter.name), text}};
        const Response response = handle(served.site(), request);
        // A text that is not refused narrows the result: it never finds more than without it.
        if (response.status == 200 && !text.empty() && route.pattern == "/api/v1/findings" &&
            (parameter.name == "model" || parameter.name == "label")) {
          CHECK(nlohmann::json::parse(response.body)["data"].empty());
        }
        check(request, response);
        ++made;
      }
      if (route.pattern.find('{') != std::string_view::npos) {
        const Request request = asked("GET", path_of(route, served, &text));
        check(request, handle(served.site(), request));
        ++made;
      }
      Request unknown = asked("GET", path_of(route, served, nullptr));
      unknown.query = {{text, text}};
      const Response refused = handle(served.site(), unknown);
      CHECK(refused.status == 400);
      check(unknown, refused);
      for (const char* name : {"if-none-match", "accept", "host", "range", "cookie"}) {
        Request request = asked("GET", path_of(route, served, nullptr));
        request.headers = {{name, text}};
        check(request, handle(served.site(), request));
        ++made;
      }
    }
  }
  CHECK(made > 5'000);
  CHECK(served.store().data_version() == version);
  CHECK(served.get("/api/v1/findings?limit=1000").body == before);
}

TEST_CASE("every route knows its methods") {
  const Served served;
  for (const Route& route : assay::api::routes()) {
    CAPTURE(route.pattern);
    const std::string path = path_of(route, served, nullptr);
    const Response got = handle(served.site(), asked("GET", path));
    const Response head = handle(served.site(), asked("HEAD", path));
    CHECK(head.status == got.status);
    CHECK(header(head, "ETag") == header(got, "ETag"));
    const Response options = handle(served.site(), asked("OPTIONS", path));
    CHECK(options.status == 204);
    CHECK(header(options, "Allow") == "GET, HEAD, OPTIONS");
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get",
                               "PROPFIND", "", "' OR 1=1", "GET\r\nX: y"}) {
      const Response refused = handle(served.site(), asked(method, path));
      CHECK(refused.status == 405);
      CHECK(header(refused, "Allow") == "GET, HEAD, OPTIONS");
      check(asked(method, path), refused);
    }
  }
}

TEST_CASE("no random bytes for a target do harm", "[slow]") {
  const Served served;
  std::mt19937 chance(20261128);  // NOLINT: the same every time
  const std::string letters = "/api/v1models?&=%{}.\\<>'\";:@#[]\x01\x7f\x80\xff 0129afAF";
  for (int i = 0; i < 5'000; ++i) {
    std::string target = i % 2 == 0 ? "/api/v1/" : "/";
    const std::size_t size = chance() % 60;
    for (std::size_t k = 0; k < size; ++k) target += letters[chance() % letters.size()];
    const Request request = assay::api::make_request("GET", target);
    check(request, handle(served.site(), request));
  }
}

TEST_CASE("input that is not HTTP ends its own connection and nothing else", "[slow][threads]") {
  const Served served;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::promise<int> bound;
  std::mutex one_store;
  std::thread server([&] {
    assay::api::serve(
        {"127.0.0.1", 0},
        [&](const Request& request) {
          const std::lock_guard lock(one_store);  // one Site serves one thread
          return handle(served.site(), request);
        },
        [&](int port) { bound.set_value(port); });
  });
  const int port = bound.get_future().get();
  const std::string end = "\r\nHost: x\r\nConnection: close\r\n\r\n";
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += fmt::format("X-{}: y\r\n", i);
  const std::vector<std::string> sent{
      "GET / HTTP/1.1\r\nX-Giant: " + std::string(1 << 20, 'a') + end,
      "GET / HTTP/1.1\r\n" + many + end,
      "GET /" + std::string(200'000, 'a') + " HTTP/1.1" + end,
      "POST /" + std::string(7'000, 'a') + " HTTP/1.1" + end,
      "GET /../../../../etc/passwd HTTP/1.1" + end,
      "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1" + end,
      "GET /style.css/../../../etc/passwd HTTP/1.1" + end,
      "GET /api/v1/models?q=%00%ff%c0%af HTTP/1.1" + end,
      "GET http://elsewhere.example/ HTTP/1.1" + end,
      "GET / HTTP/9.9" + end,
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: -1" + end,
      "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999" + end,
      "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 50" + end + "hello",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked" + end + "zz\r\nhello\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked" + end + "ffffffffffffffff\r\nhello\r\n",
      "POST /api/v1/models HTTP/1.1\r\nContent-Length: 3" + end + "a=b",
      "TRACE / HTTP/1.1" + end,
      "CONNECT elsewhere.example:443 HTTP/1.1" + end,
      "BREW / HTTP/1.1" + end,
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nRange: bytes=0-0,1-1,2-2" + end,
      "GET / HTTP/1.1\r\n: no name\r\n\tfolded" + end,
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + end,
      std::string("\0\0\0\0\r\n\r\n", 8),
      "\r\n\r\n\r\n\r\n",
  };
  for (const std::string& bytes : sent) {
    CAPTURE(bytes.substr(0, 120));
    const std::string answer = http_exchange(port, bytes);
    const bool server_error = answer.starts_with("HTTP/1.1 5") || answer.starts_with("HTTP/1.0 5");
    CHECK_FALSE(server_error);
    CHECK(answer.find("root:x:0") == std::string::npos);
    CHECK_THAT(http_exchange(port, "GET /healthz HTTP/1.1" + end),
               ContainsSubstring("HTTP/1.1 200"));
  }
  kill(getpid(), SIGTERM);
  server.join();
}
