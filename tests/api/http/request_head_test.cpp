#include "api/http/request_head.h"

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/seed.h"

using assay::api::kLongestHead;
using assay::api::parse_head;
using assay::api::RequestHead;

namespace {

RequestHead get_with(const std::string& fields) {
  return parse_head("GET /a?b=c HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
}

}  // namespace

TEST_CASE("a plain head is taken apart") {
  const RequestHead head = get_with("Accept:  text/html \r\nX-Empty:\r\nACCEPT: */*\r\n");
  CHECK(head.status == 0);
  CHECK(head.request.method == "GET");
  CHECK(head.request.path == "/a");
  CHECK(head.request.query == std::vector<std::pair<std::string, std::string>>{{"b", "c"}});
  CHECK_FALSE(head.last);
  CHECK_FALSE(head.old);
  const std::map<std::string, std::string> fields{
      {"accept", "text/html, */*"}, {"host", "x"}, {"x-empty", ""}};
  CHECK(head.request.headers == fields);
  // As it stands: percent signs are decoded in addresses only.
  CHECK(get_with("If-None-Match: \"%41\"\r\n").request.headers.at("if-none-match") == "\"%41\"");
}

TEST_CASE("what two programs could read differently is refused") {
  for (const char* fields : {"Content-Length: 0\r\nContent-Length: 40\r\n",
                             "Content-Length : 44\r\n",
                             "Content-Length: 4, 4\r\n",
                             "Content-Length: +4\r\n",
                             "Content-Length: -1\r\n",
                             "Content-Length: 99999999999999999999\r\n",
                             "Content-Length:\r\n 44\r\n",
                             "Transfer-Encoding : chunked\r\n",
                             "Transfer-Encoding:\r\n chunked\r\n",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                             "Transfer-Encoding: gzip, chunked\r\n",
                             "Transfer-Encoding: xchunked\r\n",
                             "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                             "no colon\r\n",
                             ": no name\r\n",
                             "\tfolded\r\n",
                             "X: a\rb\r\n",
                             "X: a\nY: b\r\n",
                             "X: \x01\r\n",
                             "Host: y\r\n"}) {
    CAPTURE(fields);
    const RequestHead head = get_with(fields);
    CHECK(head.status == 400);
    CHECK_FALSE(head.why.empty());
    CHECK(head.last);
    CHECK(head.request.path == "/a");
  }
  CHECK(get_with(std::string("X: a\0b\r\n", 8)).status == 400);
  CHECK(parse_head("GET / HTTP/1.1\r\n\r\n").status == 400);
  CHECK(parse_head("GET / HTTP/1.1\r\nHost: a b<>\r\n\r\n").status == 400);
  CHECK(parse_head("GET / HTTP/1.1\nHost: a\n\n").status == 400);
  CHECK(parse_head("GET /\r\n\r\n").status == 400);
  CHECK(parse_head("GET / x HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
  CHECK(parse_head("GET / HTTP/9.9\r\nHost: a\r\n\r\n").status == 400);
}

TEST_CASE("a refusal says what is allowed instead") {
  const std::string long_one(9'000, 'a');
  CHECK(parse_head("GET /" + long_one + " HTTP/1.1\r\nHost: x\r\n\r\n").status == 414);
  CHECK(get_with("X: " + long_one + "\r\n").status == 431);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  CHECK(get_with(many).status == 431);
  CHECK(get_with("Content-Length: 65537\r\n").status == 413);
}

TEST_CASE("a connection ends where the client says so or a body comes") {
  CHECK(get_with("Connection: close\r\n").last);
  CHECK(get_with("Connection: foo , Close\r\n").last);
  CHECK_FALSE(get_with("Connection: keep-alive, closer\r\n").last);
  CHECK(get_with("Content-Length: 3\r\n").last);
  CHECK_FALSE(get_with("Content-Length: 0\r\n").last);
  CHECK(get_with("Transfer-Encoding: Chunked\r\n").last);
  CHECK(parse_head("GET / HTTP/1.0\r\n\r\n").last);
  CHECK(get_with("Connection: foo, CLOSE\r\n").last);
}

TEST_CASE("a part of a head is refused for what it lacks") {
  CHECK(parse_head("").status == 408);
  CHECK(parse_head("GET / HTTP/1.1\r\nHo").status == 408);
  CHECK(parse_head("GET / HTTP/1.1\r\nHost: x\r\n").status == 408);
  CHECK(parse_head(std::string(kLongestHead, 'a')).status == 414);
  std::string fields = "GET / HTTP/1.1\r\n";
  while (fields.size() < kLongestHead) fields += "X: y\r\n";
  CHECK(parse_head(fields).status == 431);
}

TEST_CASE("methods are refused by those who are asked") {
  for (const std::string method : {"POST", "TRACE", "get", "BREW"}) {
    const RequestHead head = parse_head(method + " / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(head.status == 0);
    CHECK(head.request.method == method);
    CHECK_FALSE(head.last);  // without a length there is no body (RFC 9112, section 6.3)
  }
}

TEST_CASE("whatever bytes come what is accepted can be read in one way only") {
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  const std::vector<std::string> parts{"GET ",
                                       "POST ",
                                       "/",
                                       "http://x/",
                                       " HTTP/1.1",
                                       " HTTP/1.0",
                                       "\r\n",
                                       "\r\n",
                                       "\r\n",
                                       "\n",
                                       "Host: x",
                                       "Host:",
                                       "Content-Length: ",
                                       "0",
                                       "7",
                                       "Transfer-Encoding: chunked",
                                       "Connection: ",
                                       "close",
                                       ",",
                                       " ",
                                       "\t",
                                       ":",
                                       "X: y",
                                       "Range: bytes=0-1",
                                       std::string(1, '\0'),
                                       "\xff",
                                       "\r"};
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = below(3) == 0 ? "" : "GET / HTTP/1.1\r\nHost: x\r\n";
    for (std::size_t n = below(8); n > 0; --n) bytes += parts[below(parts.size())];
    if (below(2) == 0) bytes += "\r\n\r\n";
    const RequestHead head = parse_head(bytes);
    if (head.status != 0) {
      REQUIRE_FALSE(head.why.empty());
      REQUIRE(head.last);
      continue;
    }
    ++accepted;
    // Written anew from what was read, it says the same.
    std::string again = head.request.method + " " + assay::api::next_url(head.request, "") +
                        (head.old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (const auto& [name, value] : head.request.headers) again += name + ": " + value + "\r\n";
    const RequestHead same = parse_head(again + "\r\n");
    REQUIRE(same.status == 0);
    REQUIRE(same.request.headers == head.request.headers);
    REQUIRE(same.request.path == head.request.path);
    REQUIRE(same.last == head.last);
  }
  CHECK(accepted > 100);
}
