#include "api/http/connection.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include "support/catch.h"

using assay::api::Connection;
using assay::api::ConnectionLimits;
using assay::api::OpenConnections;
using std::chrono::milliseconds;

namespace {

// Two ends of a connection; `peer` is the client's.
struct Pair {
  Pair() {
    std::array<int, 2> both{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
    peer = both[0];
    ours = both[1];
  }
  ~Pair() {
    close(peer);
    close(ours);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void send(std::string_view bytes) const {
    REQUIRE(::write(peer, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  // What has arrived.
  std::string received() const {
    std::string all(64 * 1024, '\0');
    const ssize_t got = recv(peer, all.data(), all.size(), MSG_DONTWAIT);
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return all;
  }

  int peer = -1;
  int ours = -1;
};

// The head of the next request; "none" when nobody waits for an answer.
std::string next_head(Connection& connection, std::size_t most = 1'000) {
  std::string head;
  return connection.read_head(most, head) ? head : "none";
}

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\n\r\n"; }

// Limits that a test need not wait for.
ConnectionLimits patient() {
  ConnectionLimits limits;
  limits.pause = limits.request = limits.standstill = limits.grace = milliseconds(60'000);
  return limits;
}

}  // namespace

TEST_CASE("answers go out together once nothing is left to read") {
  const Pair pair;
  Connection connection(pair.ours, patient());
  pair.send(get("/one") + get("/two"));
  CHECK(next_head(connection) == get("/one"));
  CHECK(connection.write("1"));
  CHECK(next_head(connection) == get("/two"));
  CHECK(connection.write("2"));
  CHECK(pair.received().empty());
  pair.send(get("/three"));
  CHECK(next_head(connection) == get("/three"));
  CHECK(pair.received() == "12");
  SECTION("or when more of a request is needed") {
    pair.send("GET ");
    auto asked = std::async(std::launch::async, [&] {
      connection.write("go on");
      return next_head(connection);
    });
    std::string seen;
    while (seen.size() < 5) seen += pair.received();
    CHECK(seen == "go on");
    pair.send("/ HTTP/1.1\r\n\r\n");
    CHECK(asked.get() == get("/"));
  }
  SECTION("or when there is much of it") {
    connection.write("a");
    const std::string long_one(20'000, 'b');
    CHECK(connection.write(long_one));
    CHECK(pair.received() == "a" + long_one);
  }
  SECTION("or at the end") {
    connection.write("bye");
    shutdown(pair.peer, SHUT_WR);
    connection.finish();
    CHECK(pair.received() == "bye");
  }
}

TEST_CASE("a head is read to its empty line and no further") {
  const Pair pair;
  Connection connection(pair.ours, patient());
  pair.send("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\n\nrest");
  CHECK(next_head(connection) == "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(next_head(connection) == "GET /b HTTP/1.1\n\n");
  CHECK(next_head(connection, 3) == "res");
}

TEST_CASE("a peer that has ended asks nothing more") {
  const Pair pair;
  Connection connection(pair.ours, patient());
  pair.send(get("/") + "GET /half");
  shutdown(pair.peer, SHUT_WR);
  CHECK(next_head(connection) == get("/"));
  CHECK(next_head(connection) == "none");
  CHECK(next_head(connection) == "none");
}

TEST_CASE("who sends a request slowly or without end is not waited for") {
  const Pair pair;
  ConnectionLimits limits = patient();
  SECTION("a long pause") {
    limits.pause = milliseconds(20);
    Connection connection(pair.ours, limits);
    CHECK(next_head(connection) == "none");
    pair.send("G");
    CHECK(next_head(connection) == "G");
  }
  SECTION("byte by byte") {
    limits.request = milliseconds(50);
    Connection connection(pair.ours, limits);
    std::atomic<bool> ended = false;
    std::thread dripping([&] {
      while (!ended && ::write(pair.peer, "x", 1) == 1) {
        std::this_thread::sleep_for(milliseconds(5));
      }
    });
    const std::string head = next_head(connection, 1'000'000);
    CHECK(head.starts_with('x'));
    CHECK(head.size() < 1'000);
    ended = true;
    dripping.join();
  }
  SECTION("too much of it") {
    Connection connection(pair.ours, limits);
    pair.send(std::string(60'000, 'x'));
    CHECK(next_head(connection, 20'000) == std::string(20'000, 'x'));
  }
  SECTION("too much before it") {
    Connection connection(pair.ours, limits);
    std::string empty;
    for (int n = 0; n < 1'000; ++n) empty += "\r\n";
    pair.send(empty);
    CHECK(next_head(connection).empty());
  }
}

TEST_CASE("a reader may be slow but not for ever") {
  const Pair pair;
  const int small = 4'096;
  setsockopt(pair.ours, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  const std::string answer(1 << 20, 'x');
  ConnectionLimits limits = patient();
  SECTION("one that takes nothing") {
    limits.standstill = milliseconds(30);
    Connection connection(pair.ours, limits);
    CHECK_FALSE(connection.write(answer));
    CHECK_FALSE(connection.write("x"));
    CHECK(next_head(connection) == "none");
  }
  // Takes 1,000 bytes at a time until the connection ends.
  const auto take_slowly = [&] {
    std::array<char, 1'000> some;
    while (recv(pair.peer, some.data(), some.size(), 0) > 0) {
      std::this_thread::sleep_for(milliseconds(1));
    }
  };
  SECTION("one that takes too little") {
    limits.standstill = milliseconds(20);
    limits.grace = milliseconds(50);
    limits.bytes_per_second = 100'000'000;
    Connection connection(pair.ours, limits);
    std::thread reader(take_slowly);
    CHECK_FALSE(connection.write(answer));
    shutdown(pair.ours, SHUT_RDWR);
    reader.join();
  }
  SECTION("one that takes enough") {
    limits.standstill = milliseconds(20'000);
    limits.grace = milliseconds(1);
    limits.bytes_per_second = 1;
    Connection connection(pair.ours, limits);
    std::thread reader(take_slowly);
    CHECK(connection.write(answer));
    shutdown(pair.ours, SHUT_RDWR);
    reader.join();
  }
}

TEST_CASE("the end of a server wakes those who wait and loses no request that has come") {
  OpenConnections open;
  const Pair waiting;
  const Pair asking;
  asking.send(get("/asked"));
  {
    const OpenConnections::Member first(open, waiting.ours);
    const OpenConnections::Member second(open, asking.ours);
    Connection idle(waiting.ours, patient());
    auto woken = std::async(std::launch::async, [&] { return next_head(idle); });
    open.end();
    CHECK(open.ended());
    CHECK(woken.get() == "none");
    Connection busy(asking.ours, patient());
    CHECK(next_head(busy) == get("/asked"));
  }
  const Pair late;
  const OpenConnections::Member member(open, late.ours);
  Connection connection(late.ours, patient());
  CHECK(next_head(connection) == "none");
}
