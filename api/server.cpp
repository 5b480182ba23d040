#include "api/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <utility>

#include "api/compression.h"
#include "api/problem.h"
#include "api/request.h"
#include "api/worker_pool.h"

namespace assay::api {
namespace {

// Connections served at once; each holds a thread, also while it idles.
constexpr std::size_t kConnections = 1024;
constexpr std::size_t kRequestsPerConnection = 10'000;
constexpr std::size_t kMaxBodyBytes = 64 * 1024;
// Of an answer; between two it is seen how fast its reader takes them.
constexpr std::size_t kPieceBytes = 256 * 1024;

[[noreturn]] void bad_listen(std::string_view text) {
  throw std::runtime_error(
      fmt::format("cannot listen on '{}'; expected ADDRESS:PORT such as 127.0.0.1:8080, [::1]:8080 "
                  "or :8080 (loopback), with a port from 0 (any free one) to 65535",
                  text));
}

Request to_request(const httplib::Request& from) {
  Request request = make_request(from.method, from.target.empty() ? from.path : from.target);
  for (const auto& [name, value] : from.headers) {
    // The library's own notes, and whatever else is no field name of HTTP in use.
    if (name.find('_') != std::string::npos) continue;
    std::string lower = name;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    // A header in several lines is one list (RFC 9110).
    std::string& list = request.headers[lower];
    list += list.empty() ? value : ", " + value;
  }
  return request;
}

// How one answer is taken by its reader.
class Taking {
 public:
  bool too_slow() const {
    const auto time = std::chrono::steady_clock::now() - begun_;
    return taken_too_slowly(std::chrono::duration_cast<std::chrono::seconds>(time), bytes_);
  }
  bool write(httplib::DataSink& sink, const char* data, std::size_t size) {
    bytes_ += size;
    return sink.write(data, size);
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t bytes_ = 0;
};

// Pieces as they are made; a failure ends the connection before the answer's end.
bool send_piece(const std::function<bool(std::string&)>& stream, bool last_answer, Taking& taking,
                httplib::DataSink& sink) {
  std::string piece;
  if (taking.too_slow()) return false;
  try {
    if (stream(piece)) return piece.empty() || taking.write(sink, piece.data(), piece.size());
    sink.done();
    return !last_answer;
  } catch (const std::exception&) {
    return false;
  }
}

// `last`: the connection ends after this answer. The library closes when a body's provider gives
// up, which it then does once everything is written.
void to_response(Response&& from, bool last, httplib::Response& to) {
  to.status = from.status;
  std::string type;
  for (const auto& [name, value] : from.headers) {
    if (name == "Content-Type") {
      type = value;
    } else {
      to.set_header(name, value);
    }
  }
  if (last) to.set_header("Connection", "close");
  if (from.stream) {
    to.set_chunked_content_provider(type.c_str(),
                                    [stream = from.stream, last, taking = Taking()](
                                        std::size_t, httplib::DataSink& sink) mutable {
                                      return send_piece(stream, last, taking, sink);
                                    });
  } else if (from.shared_body != nullptr || last || from.body.size() > kPieceBytes) {
    auto body = from.shared_body != nullptr
                    ? std::move(from.shared_body)
                    : std::make_shared<const std::string>(std::move(from.body));
    // Without any, nobody would ask for it.
    if (body->empty() && last) body = std::make_shared<const std::string>("\n");
    const std::size_t size = body->size();
    to.set_content_provider(
        size, type.c_str(),
        [body = std::move(body), last, taking = Taking()](std::size_t offset, std::size_t length,
                                                          httplib::DataSink& sink) mutable {
          if (taking.too_slow()) return false;
          const std::size_t piece = std::min(length, kPieceBytes);
          taking.write(sink, body->data() + offset, piece);
          return !last || offset + piece < body->size();
        });
  } else if (!from.body.empty() || !type.empty()) {
    to.set_content("", 0, type.c_str());
    to.body = std::move(from.body);
  }
}

// Signals are taken by one waiting thread, so that nothing runs inside of a signal handler. The
// mask is inherited by all threads made while this lives.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Whether one came within a tenth of a second.
  bool wait() const {
    const timespec tenth{0, 100'000'000};
    return sigtimedwait(&signals_, nullptr, &tenth) > 0;
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

// The library's queue over our threads. What its enqueue() returns differs between versions.
class Connections : public httplib::TaskQueue {
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));

 public:
  Enqueued enqueue(std::function<void()> connection) override {
    workers_.submit(std::move(connection));
    return static_cast<Enqueued>(true);
  }
  void shutdown() override { workers_.shutdown(); }

 private:
  WorkerPool workers_{kConnections};
};

bool brings_a_body(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          request.get_header_value("Content-Length") != "0");
}

// `listener` becomes the socket that listens.
void configure(httplib::Server& server, const std::function<Response(const Request&)>& handler,
               int& listener) {
  using namespace std::chrono_literals;
  server.new_task_queue = [] { return new Connections; };
  server.set_keep_alive_max_count(kRequestsPerConnection);
  server.set_tcp_nodelay(true);  // head and body are two writes; the second must not wait
  server.set_read_timeout(5s);
  server.set_write_timeout(10s);
  server.set_payload_max_length(kMaxBodyBytes);
  // The library's default also shares the port with other processes, which hides a second server.
  server.set_socket_options([&listener](auto socket) {
    listener = socket;
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });

  const auto answer = [handler](const httplib::Request& request, httplib::Response& response) {
    const Request plain = to_request(request);
    // Answers are compressed here: the library would send gzip to who refuses it.
    const_cast<httplib::Request&>(request).headers.erase("Accept-Encoding");
    // A body that came with a GET is not read, and must not be taken for the next request.
    const bool last =
        (request.method == "GET" || request.method == "HEAD") && brings_a_body(request);
    try {
      Response made = handler(plain);
      compress(plain, made);
      to_response(std::move(made), last, response);
    } catch (const std::exception& error) {
      to_response(problem_response(plain.path, Problem(500, "internal", error.what())), last,
                  response);
    }
  };
  server.set_pre_routing_handler(
      [answer](const httplib::Request& request, httplib::Response& response) {
        if (request.method != "GET" && request.method != "HEAD") {
          return httplib::Server::HandlerResponse::Unhandled;
        }
        // The library would repeat the body for each of any number of ranges; a range may be
        // ignored.
        const_cast<httplib::Request&>(request).ranges.clear();
        answer(request, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  // Other methods pass by here only so that their body is read, bounded, before the refusal.
  server.Post(".*", answer);
  server.Put(".*", answer);
  server.Patch(".*", answer);
  server.Delete(".*", answer);
  server.Options(".*", answer);
  // What the library refuses by itself (not HTTP, too large) has no body yet.
  const httplib::Server::HandlerWithResponse refused = [](const httplib::Request& request,
                                                          httplib::Response& response) {
    if (!response.body.empty() || response.status < 400) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    Request plain = to_request(request);
    // A request that was not understood names no path; most who send such a thing are programs.
    if (plain.path.empty()) plain.path = "/api/";
    to_response(problem_response(plain.path, Problem(response.status, "not-understood",
                                                     "the request is too large or not HTTP as "
                                                     "understood here")),
                false, response);
    return httplib::Server::HandlerResponse::Handled;
  };
  server.set_error_handler(refused);
}

}  // namespace

bool taken_too_slowly(std::chrono::seconds time, std::uint64_t bytes) {
  constexpr std::chrono::seconds kGrace{20};
  constexpr std::uint64_t kBytesPerSecond = 16 * 1024;
  return time > kGrace && bytes / kBytesPerSecond < static_cast<std::uint64_t>(time.count());
}

Listen parse_listen(std::string_view text) {
  Listen listen;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) bad_listen(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (error != std::errc{} || end != port.data() + port.size() || listen.port < 0 ||
      listen.port > 65535 || port.front() == '-') {
    bad_listen(text);
  }
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 4 ||
        host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") !=
            std::string_view::npos) {
      bad_listen(text);
    }
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789.-") != std::string_view::npos) {
    bad_listen(text);
  }
  if (!host.empty()) listen.host = host;
  return listen;
}

void serve(const Listen& listen, const std::function<Response(const Request&)>& handler,
           const std::function<void(int port)>& ready) {
  const StopSignals signals;
  httplib::Server server;
  int listener = -1;
  configure(server, handler, listener);
  const int port = listen.port == 0 ? server.bind_to_any_port(listen.host)
                   : server.bind_to_port(listen.host, listen.port) ? listen.port
                                                                   : -1;
  if (port < 0) {
    throw std::runtime_error(fmt::format(
        "cannot listen on {} port {}; the port is taken, or the address is not of this machine",
        listen.host, listen.port));
  }
  // The library lets five connections wait to be taken; more than that, which come at once, would
  // each lose a second.
  ::listen(listener, SOMAXCONN);
  // The socket listens from here on: who connects now is answered as soon as the loop below runs.
  ready(port);
  std::jthread stopper([&](const std::stop_token& ended) {
    while (!ended.stop_requested()) {
      if (!signals.wait()) continue;
      while (!server.is_running() && !ended.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      server.stop();
      return;
    }
  });
  server.listen_after_bind();
}

}  // namespace assay::api
