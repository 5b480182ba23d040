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

std::string read_some(Connection& connection, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = connection.read(bytes.data(), size);
  return got < 0 ? "failed" : bytes.substr(0, static_cast<std::size_t>(got));
}

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
  pair.send("onetwo");
  REQUIRE(connection.next_request());
  CHECK(read_some(connection, 3) == "one");
  CHECK(connection.write("1", 1) == 1);
  REQUIRE(connection.next_request());
  CHECK(read_some(connection, 100) == "two");
  CHECK(connection.write("2", 1) == 1);
  CHECK(pair.received().empty());
  pair.send("three");
  REQUIRE(connection.next_request());
  CHECK(pair.received() == "12");
  SECTION("or when more of a request is needed") {
    CHECK(read_some(connection, 5) == "three");
    connection.write("go on", 5);
    pair.send("!");
    CHECK(read_some(connection, 5) == "!");
    CHECK(pair.received() == "go on");
  }
  SECTION("or when there is much of it") {
    connection.write("a", 1);
    const std::string long_one(20'000, 'b');
    CHECK(connection.write(long_one.data(), long_one.size()) == 20'000);
    CHECK(pair.received() == "a" + long_one);
  }
  SECTION("or at the end") {
    connection.write("bye", 3);
    shutdown(pair.peer, SHUT_WR);
    connection.finish();
    CHECK(pair.received() == "bye");
  }
}

TEST_CASE("a head is read to its empty line and no further") {
  const Pair pair;
  Connection connection(pair.ours, patient());
  pair.send("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\n\nrest");
  REQUIRE(connection.next_request());
  std::string head;
  REQUIRE(connection.read_head(1'000, head));
  CHECK(head == "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  head.clear();
  REQUIRE(connection.read_head(1'000, head));
  CHECK(head == "GET /b HTTP/1.1\n\n");
  head.clear();
  CHECK_FALSE(connection.read_head(3, head));
  CHECK(head == "res");
}

TEST_CASE("a peer that has ended asks nothing more") {
  const Pair pair;
  Connection connection(pair.ours, patient());
  pair.send("one");
  shutdown(pair.peer, SHUT_WR);
  REQUIRE(connection.next_request());
  CHECK(read_some(connection, 100) == "one");
  CHECK(read_some(connection, 100).empty());
  CHECK_FALSE(connection.next_request());
}

TEST_CASE("who sends a request slowly or without end is not waited for") {
  const Pair pair;
  ConnectionLimits limits = patient();
  SECTION("a long pause") {
    limits.pause = milliseconds(20);
    Connection connection(pair.ours, limits);
    CHECK_FALSE(connection.next_request());
    pair.send("G");
    REQUIRE(connection.next_request());
    CHECK(read_some(connection, 100) == "G");
    CHECK(read_some(connection, 100) == "failed");
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
    REQUIRE(connection.next_request());
    while (read_some(connection, 1) == "x") continue;
    CHECK(read_some(connection, 1) == "failed");
    ended = true;
    dripping.join();
  }
  SECTION("too much of it") {
    limits.request_bytes = 20'000;
    Connection connection(pair.ours, limits);
    pair.send(std::string(60'000, 'x'));
    REQUIRE(connection.next_request());
    std::size_t taken = 0;
    while (true) {
      const std::string some = read_some(connection, 1'000);
      if (some == "failed") break;
      taken += some.size();
    }
    CHECK(taken > 20'000);
    CHECK(taken < 40'000);
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
    CHECK(connection.write(answer.data(), answer.size()) == -1);
    CHECK(connection.broken());
    CHECK(connection.write("x", 1) == -1);
    CHECK_FALSE(connection.next_request());
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
    CHECK(connection.write(answer.data(), answer.size()) == -1);
    CHECK(connection.broken());
    shutdown(pair.ours, SHUT_RDWR);
    reader.join();
  }
  SECTION("one that takes enough") {
    limits.standstill = milliseconds(20'000);
    limits.grace = milliseconds(1);
    limits.bytes_per_second = 1;
    Connection connection(pair.ours, limits);
    std::thread reader(take_slowly);
    CHECK(connection.write(answer.data(), answer.size()) == 1 << 20);
    shutdown(pair.ours, SHUT_RDWR);
    reader.join();
  }
}

TEST_CASE("the end of a server wakes those who wait and loses no request that has come") {
  OpenConnections open;
  const Pair waiting;
  const Pair asking;
  asking.send("asked");
  {
    const OpenConnections::Member first(open, waiting.ours);
    const OpenConnections::Member second(open, asking.ours);
    Connection idle(waiting.ours, patient());
    auto woken = std::async(std::launch::async, [&] { return idle.next_request(); });
    open.end();
    CHECK(open.ended());
    CHECK_FALSE(woken.get());
    Connection busy(asking.ours, patient());
    REQUIRE(busy.next_request());
    CHECK(read_some(busy, 100) == "asked");
  }
  const Pair late;
  const OpenConnections::Member member(open, late.ours);
  Connection connection(late.ours, patient());
  CHECK_FALSE(connection.next_request());
}
