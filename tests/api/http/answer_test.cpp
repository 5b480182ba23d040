#include "api/http/answer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "support/catch.h"

using assay::api::Connection;
using assay::api::parse_head;
using assay::api::Response;

namespace {

struct Written {
  bool whole = false;
  std::string bytes;
};

// What the answer to a request is on the connection.
Written written(const std::string& request, const Response& answer, bool last = false) {
  std::array<int, 2> both{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
  Written out;
  {
    Connection connection(both[1]);
    shutdown(both[0], SHUT_WR);
    out.whole = write_answer(connection, parse_head(request + "\r\nHost: x\r\n\r\n"), answer, last);
    connection.finish();
  }
  close(both[1]);
  std::array<char, 4'096> some;
  for (ssize_t got = 0; (got = recv(both[0], some.data(), some.size(), 0)) > 0;) {
    out.bytes.append(some.data(), static_cast<std::size_t>(got));
  }
  close(both[0]);
  return out;
}

Response text(const std::string& body) {
  Response response;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = body;
  return response;
}

Response pieces(int count) {
  Response response = text("");
  response.stream = [n = 0, count](std::string& piece) mutable {
    piece = "piece";
    if (n == 7) throw std::runtime_error("broken");
    return n++ < count;
  };
  return response;
}

}  // namespace

TEST_CASE("an answer has the form that method and version ask for") {
  const std::string got = written("GET / HTTP/1.1", text("hello")).bytes;
  CHECK(got.starts_with("HTTP/1.1 200 OK\r\nDate: "));
  CHECK_THAT(got, ContainsSubstring("\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"));
  CHECK_THAT(got, !ContainsSubstring("Connection: close"));
  CHECK(got.ends_with("\r\n\r\nhello"));
  const std::string head = written("HEAD / HTTP/1.1", text("hello")).bytes;
  CHECK_THAT(head, ContainsSubstring("Content-Length: 5\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK_THAT(written("GET / HTTP/1.1", text("hello"), true).bytes,
             ContainsSubstring("\r\nConnection: close\r\n"));
  Response shared = text("");
  shared.shared_body = std::make_shared<const std::string>("of many");
  CHECK(written("GET / HTTP/1.1", shared)
            .bytes.ends_with("Content-Length: 7\r\nKeep-Alive: timeout=5\r\n\r\nof many"));
}

TEST_CASE("an answer without content says no length") {
  for (const int status : {204, 304}) {
    Response response = text("");
    response.status = status;
    const std::string got = written("GET / HTTP/1.1", response).bytes;
    CHECK(got.starts_with("HTTP/1.1 " + std::to_string(status)));
    CHECK_THAT(got, !ContainsSubstring("Content-Length"));
    CHECK(got.ends_with("\r\n\r\n"));
  }
}

TEST_CASE("a stream goes out in chunks and a broken one has no end") {
  const Written whole = written("GET / HTTP/1.1", pieces(2));
  CHECK(whole.whole);
  CHECK_THAT(whole.bytes, ContainsSubstring("Transfer-Encoding: chunked\r\n"));
  CHECK(whole.bytes.ends_with("\r\n\r\n5\r\npiece\r\n5\r\npiece\r\n0\r\n\r\n"));
  const Written broken = written("GET / HTTP/1.1", pieces(100));
  CHECK_FALSE(broken.whole);
  CHECK_FALSE(broken.bytes.ends_with("0\r\n\r\n"));
  CHECK(written("GET / HTTP/1.0", pieces(2)).bytes.ends_with("\r\n\r\npiecepiece"));
  CHECK(written("HEAD / HTTP/1.1", pieces(2)).bytes.ends_with("\r\n\r\n"));
}

TEST_CASE("no header of an answer can become two") {
  Response response = text("x");
  response.headers.emplace_back("X-Notice", "a\r\nSet-Cookie: b");
  response.headers.emplace_back("X\r\nSet-Cookie", "b");
  CHECK_THAT(written("GET / HTTP/1.1", response).bytes, !ContainsSubstring("Set-Cookie"));
}
