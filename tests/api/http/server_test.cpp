#include "api/http/server.h"

#include <httplib.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/http/http_exchange.h"

using assay::api::Request;
using assay::api::Response;
using assay::api::serve;

namespace {

// A server that runs until it goes out of scope, ended as a person would end it: by a signal to the
// process, which only the server may take.
class Running {
 public:
  explicit Running(std::function<Response(const Request&)> handler) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    thread_ = std::thread([this, handler = std::move(handler)] {
      serve({"127.0.0.1", 0}, handler, [this](int bound) { bound_.set_value(bound); });
    });
    port_ = bound_.get_future().get();
  }
  ~Running() {
    kill(getpid(), SIGTERM);
    thread_.join();
  }

  int port() const { return port_; }

 private:
  std::promise<int> bound_;
  int port_ = 0;
  std::thread thread_;
};

Response echo(const Request& request) {
  if (request.path == "/throw") throw std::runtime_error("broken");
  Response response;
  response.headers = {{"Content-Type", "text/plain"}, {"ETag", "\"1\""}};
  response.body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
  if (const auto found = request.headers.find("x-test"); found != request.headers.end()) {
    response.body += " " + found->second;
  }
  if (request.path == "/shared") {
    response.shared_body = std::make_shared<const std::string>(std::exchange(response.body, {}));
  }
  if (request.path == "/streamed") {
    response.stream = [text = std::exchange(response.body, {})](std::string& piece) mutable {
      piece = std::exchange(text, {});
      return !piece.empty();
    };
  }
  return response;
}

}  // namespace

TEST_CASE("requests pass through a socket unchanged and errors keep their shape") {
  const Running server(echo);
  httplib::Client client("127.0.0.1", server.port());
  const auto got = client.Get("/a%20b?x=1&y=2&x=3", {{"X-Test", "seen"}});
  REQUIRE(got);
  CHECK(got->status == 200);
  CHECK(got->body == "GET /a b x=1 y=2 x=3 seen");
  CHECK(got->get_header_value("ETag") == "\"1\"");
  CHECK(got->get_header_value("Content-Type") == "text/plain");

  // Newer libraries compress also what is only announced.
  const auto head = client.Head("/a", {{"Accept-Encoding", "identity"}});
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->body.empty());
  CHECK(head->get_header_value("Content-Length") == "7");

  const auto posted = client.Post("/a", "body", "text/plain");
  REQUIRE(posted);
  CHECK(posted->body == "POST /a");
  CHECK(client.Options("/a")->body == "OPTIONS /a");

  // There are no ranges; many of one body must not multiply it.
  const auto ranges = client.Get("/a", {{"Range", "bytes=0-,0-,0-,0-"}});
  REQUIRE(ranges);
  CHECK(ranges->status == 200);
  CHECK(ranges->body == "GET /a");

  const auto large = client.Post("/api/x", std::string(100'000, 'x'), "text/plain");
  REQUIRE(large);
  CHECK(large->status == 413);
  CHECK(large->get_header_value("Content-Type") == "application/problem+json");
  const auto failed = client.Get("/throw");
  REQUIRE(failed);
  CHECK(failed->status == 500);
  CHECK_THAT(failed->body, ContainsSubstring("broken"));

  const auto long_uri = client.Get("/" + std::string(20'000, 'x'));
  if (long_uri) CHECK(long_uri->status >= 400);
  CHECK(client.Get("/after")->status == 200);
}

TEST_CASE("many clients are answered at once and a signal ends it cleanly") {
  std::atomic<int> answered = 0;
  {
    const Running server([&](const Request& request) {
      ++answered;
      return echo(request);
    });
    // The port is taken, also for those who would share it.
    CHECK_THROWS_AS(serve({"127.0.0.1", server.port()}, echo, [](int) {}), std::runtime_error);
    std::vector<std::thread> clients;
    std::atomic<int> good = 0;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        httplib::Client client("127.0.0.1", server.port());
        for (int n = 0; n < 10; ++n) {
          const auto got = client.Get("/x");
          if (got && got->body == "GET /x") ++good;
        }
      });
    }
    for (std::thread& client : clients) client.join();
    CHECK(good == 80);
  }
  CHECK(answered == 80);
}

TEST_CASE("a connection serves request after request") {
  const Running server(echo);
  httplib::Client client("127.0.0.1", server.port());
  client.set_keep_alive(true);
  for (int n = 0; n < 20; ++n) {
    const auto got = client.Get("/x");
    REQUIRE(got);
    CHECK(got->body == "GET /x");
    CHECK(got->get_header_value("Connection") != "close");
  }
}

TEST_CASE("requests that come together are answered in their order") {
  const Running server(echo);
  const auto path = [](int n) {
    const std::array kinds{"/shared/", "/plain/", "/streamed/"};
    return kinds.at(static_cast<std::size_t>(n) % kinds.size()) + std::to_string(n) + ".";
  };
  std::string sent;
  for (int n = 0; n < 100; ++n) {
    sent += "GET " + path(n) + " HTTP/1.1\r\nHost: x\r\n";
    sent += n == 99 ? "Connection: close\r\n\r\n" : "\r\n";
  }
  const std::string answers = assay::test::http_exchange(server.port(), sent);
  std::size_t at = 0;
  for (int n = 0; n < 100; ++n) {
    at = answers.find("HTTP/1.1 200", at);
    REQUIRE(at != std::string::npos);
    at = answers.find("GET " + path(n), at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("input that is not a request is refused once and ends its connection") {
  const Running server(echo);
  const std::string answer = assay::test::http_exchange(
      server.port(), "what is this\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 400"));
  CHECK_THAT(answer, ContainsSubstring("Connection: close"));
  CHECK_THAT(answer, !ContainsSubstring("/hidden"));
}

TEST_CASE("an answer says when it was given") {
  const Running server(echo);
  httplib::Client client("127.0.0.1", server.port());
  const auto got = client.Get("/a");
  REQUIRE(got);
  const std::string date = got->get_header_value("Date");
  CAPTURE(date);
  std::tm read{};
  const char* end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &read);
  REQUIRE(end != nullptr);
  CHECK(*end == '\0');
  CHECK(date.size() == std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  CHECK(std::abs(timegm(&read) - std::time(nullptr)) < 600);
}

TEST_CASE("a request of HTTP 1.1 names its host once") {
  const Running server(echo);
  const auto ask = [&](const std::string& version, const std::string& hosts) {
    return assay::test::http_exchange(
        server.port(), "GET /api/x HTTP/" + version + "\r\n" + hosts + "Connection: close\r\n\r\n");
  };
  CHECK(ask("1.1", "Host: x\r\n").starts_with("HTTP/1.1 200"));
  CHECK(ask("1.0", "").starts_with("HTTP/1.1 200"));
  for (const char* hosts : {"", "Host: x\r\nHost: x\r\n"}) {
    CAPTURE(hosts);
    const std::string answer = ask("1.1", hosts);
    CHECK(answer.starts_with("HTTP/1.1 400"));
    CHECK_THAT(answer, ContainsSubstring("application/problem+json"));
  }
}

TEST_CASE("a body that comes with a GET is never taken for the next request") {
  const Running server(echo);
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string& framing : {"Content-Length: " + std::to_string(hidden.size() + 6000),
                                     std::string("Transfer-Encoding: chunked")}) {
    for (const std::string path : {"/seen", "/shared", "/streamed"}) {
      CAPTURE(framing, path);
      const std::string answer = assay::test::http_exchange(
          server.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n" +
                             std::string(6000, ' ') + hidden);
      CHECK_THAT(answer, ContainsSubstring("GET " + path));
      CHECK_THAT(answer, ContainsSubstring("Connection: close"));
      CHECK_THAT(answer, !ContainsSubstring("/hidden"));
    }
  }
}

TEST_CASE("the end of a server is the end of no answer") {
  std::promise<void> begun;
  auto server = std::make_unique<const Running>([&](const Request& request) {
    Response response = echo(request);
    response.body.clear();
    int pieces = 0;
    response.stream = [&begun, pieces](std::string& piece) mutable {
      if (pieces++ == 1) begun.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      piece = std::string(1'000, 'x');
      return pieces <= 30;
    };
    return response;
  });
  const int port = server->port();
  auto answer = std::async(std::launch::async, [&] {
    return assay::test::http_exchange(port, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  });
  begun.get_future().wait();
  server.reset();  // by a signal, see above
  const std::string text = answer.get();
  CHECK(std::count(text.begin(), text.end(), 'x') >= 30'000);
  CHECK(text.ends_with("0\r\n\r\n"));
}

TEST_CASE("a client of HTTP 1.0 gets no chunks") {
  const Running server(echo);
  const std::string answer =
      assay::test::http_exchange(server.port(), "GET /streamed HTTP/1.0\r\n\r\n");
  CHECK_THAT(answer, !ContainsSubstring("chunked"));
  CHECK(answer.ends_with("\r\n\r\nGET /streamed"));
}

TEST_CASE("idle connections starve nobody") {
  const Running server(echo);
  std::vector<std::unique_ptr<httplib::Client>> idle;
  for (int n = 0; n < 200; ++n) {
    auto& client = idle.emplace_back(std::make_unique<httplib::Client>("127.0.0.1", server.port()));
    client->set_keep_alive(true);
    REQUIRE(client->Get("/idle"));
  }
  httplib::Client late("127.0.0.1", server.port());
  late.set_read_timeout(4, 500'000);  // less than the pause after which an idle connection is ended
  const auto got = late.Get("/late");
  REQUIRE(got);
  CHECK(got->body == "GET /late");
}
