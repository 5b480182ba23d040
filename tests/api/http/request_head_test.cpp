#include "api/http/request_head.h"

#include <random>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/seed.h"

using assay::api::checked_head;
using assay::api::RequestHead;

namespace {

RequestHead get_with(const std::string& fields) {
  return checked_head("GET /a?b=c HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
}

}  // namespace

TEST_CASE("a plain head is handed on as it is") {
  const RequestHead head = get_with("Accept:  text/html \r\nX-Empty:\r\n");
  CHECK(head.status == 0);
  CHECK(head.target == "/a?b=c");
  CHECK_FALSE(head.last);
  CHECK(head.bytes == "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nX-Empty: \r\n\r\n");
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
    CHECK(head.bytes.empty());
  }
  CHECK(get_with(std::string("X: a\0b\r\n", 8)).status == 400);
  CHECK(checked_head("GET / HTTP/1.1\r\n\r\n").status == 400);
  CHECK(checked_head("GET / HTTP/1.1\r\nHost: a b<>\r\n\r\n").status == 400);
  CHECK(checked_head("GET / HTTP/1.1\nHost: a\n\n").status == 400);
  CHECK(checked_head("GET /\r\n\r\n").status == 400);
  CHECK(checked_head("GET / x HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
  CHECK(checked_head("GET / HTTP/9.9\r\nHost: a\r\n\r\n").status == 400);
  CHECK(checked_head("").status == 400);
}

TEST_CASE("a refusal says what is allowed instead") {
  CHECK(checked_head("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n").status == 405);
  CHECK(checked_head("get / HTTP/1.1\r\nHost: x\r\n\r\n").status == 405);
  const std::string long_one(9'000, 'a');
  CHECK(checked_head("GET /" + long_one + " HTTP/1.1\r\nHost: x\r\n\r\n").status == 414);
  CHECK(get_with("X: " + long_one + "\r\n").status == 431);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  CHECK(get_with(many).status == 431);
}

TEST_CASE("a connection ends where the client says so or a body comes") {
  CHECK(get_with("Connection: close\r\n").last);
  CHECK(get_with("Connection: foo , Close\r\n").last);
  CHECK_FALSE(get_with("Connection: keep-alive, closer\r\n").last);
  CHECK(get_with("Content-Length: 3\r\n").last);
  CHECK_FALSE(get_with("Content-Length: 0\r\n").last);
  CHECK(get_with("Transfer-Encoding: Chunked\r\n").last);
  CHECK(checked_head("GET / HTTP/1.0\r\n\r\n").last);
  CHECK(get_with("Connection: foo, CLOSE\r\n").bytes.ends_with("\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("a head is handed on without what the library would misread") {
  CHECK_THAT(get_with("Range: bytes=5-2\r\nIf-Range: \"x\"\r\n").bytes, !ContainsSubstring("ange"));
  // Without a length there is no body; the library would wait for one.
  const RequestHead posted = checked_head("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_THAT(posted.bytes, ContainsSubstring("Content-Length: 0\r\n"));
  CHECK_FALSE(posted.last);
  CHECK(checked_head("GET HTTP://x/A HTTP/1.1\r\nHost: x\r\n\r\n")
            .bytes.starts_with("GET http://x/A HTTP/1.1\r\n"));
}

TEST_CASE("whatever bytes come, what is handed on is checked once and for all") {
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
    const RequestHead head = checked_head(bytes);
    if (head.status != 0) {
      REQUIRE(head.bytes.empty());
      continue;
    }
    ++accepted;
    const RequestHead again = checked_head(head.bytes);
    REQUIRE(again.status == 0);
    REQUIRE(again.bytes == head.bytes);
    REQUIRE(again.last == head.last);
  }
  CHECK(accepted > 100);
}
