#include "api/http/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <utility>

#include "api/http/compression.h"
#include "api/http/connection.h"
#include "api/http/message.h"
#include "api/http/request_head.h"
#include "api/http/worker_pool.h"
#include "api/problem.h"
#include "validator/ascii.h"

namespace assay::api {
namespace {

// Connections served at once; each holds a thread, also while it idles.
constexpr std::size_t kConnections = 1024;
constexpr std::size_t kRequestsPerConnection = 10'000;
constexpr std::size_t kMaxBodyBytes = 64 * 1024;
// For the answers that are on their way when the server is to end.
constexpr std::chrono::seconds kLastAnswers{10};

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
    // A header in several lines is one list (RFC 9110).
    std::string& list = request.headers[ascii::lower(name)];
    list += list.empty() ? value : ", " + value;
  }
  return request;
}

// Pieces as they are made; a failure ends the connection before the answer's end.
bool send_piece(const std::function<bool(std::string&)>& stream, httplib::DataSink& sink) {
  std::string piece;
  try {
    if (stream(piece)) return piece.empty() || sink.write(piece.data(), piece.size());
    sink.done();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

// RFC 9110, section 5.6.7.
std::string http_date(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  // The program never leaves the "C" locale, whose names of days and months these are.
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// `old`: for HTTP/1.0, which knows no chunks; the connection's end is the body's.
void to_response(Response&& from, bool old, httplib::Response& to) {
  to.status = from.status;
  to.set_header("Date", http_date(std::time(nullptr)));
  std::string type;
  for (const auto& [name, value] : from.headers) {
    if (name == "Content-Type") {
      type = value;
    } else {
      to.set_header(name, value);
    }
  }
  if (from.stream && old) {
    to.set_content_provider(type.c_str(),
                            [stream = from.stream](std::size_t, httplib::DataSink& sink) {
                              return send_piece(stream, sink);
                            });
  } else if (from.stream) {
    to.set_chunked_content_provider(type.c_str(),
                                    [stream = from.stream](std::size_t, httplib::DataSink& sink) {
                                      return send_piece(stream, sink);
                                    });
  } else if (from.shared_body != nullptr) {
    auto body = std::move(from.shared_body);
    const std::size_t size = body->size();
    to.set_content_provider(
        size, type.c_str(),
        [body = std::move(body)](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
          return sink.write(body->data() + offset, length);
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

// A connection is a file, and its thread may open catalog and store: a shell's usual 1024 are few.
void allow_many_files() {
  constexpr rlim_t kFiles = 4 * kConnections;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kFiles) return;
  limit.rlim_cur = std::min(limit.rlim_max, kFiles);
  setrlimit(RLIMIT_NOFILE, &limit);  // or else as it is
}

// A refusal as bytes: the library is not asked about what it may misread.
std::string refusal(const RequestHead& head) {
  // Most who send what is no request are programs.
  const std::string path = head.target.starts_with('/') ? head.target : "/api/";
  const Response response =
      problem_response(path, Problem(head.status, "not-understood", head.why));
  std::string bytes = fmt::format("HTTP/1.1 {} Refused\r\nDate: {}\r\nConnection: close\r\n",
                                  head.status, http_date(std::time(nullptr)));
  if (head.status == 405) bytes += "Allow: GET, HEAD, OPTIONS\r\n";
  for (const auto& [name, value] : response.headers) {
    bytes += fmt::format("{}: {}\r\n", name, value);
  }
  return bytes + fmt::format("Content-Length: {}\r\n\r\n{}", response.body.size(), response.body);
}

// The head as the library has written it, without what it should not say: a length in answers that
// have no content (RFC 9110, section 8.6), and ranges, which are not served.
std::string corrected(std::string head) {
  const auto drop = [&](std::string_view line) {
    if (const std::size_t at = head.find(line); at != std::string::npos) {
      head.erase(at + 2, line.size() - 2);
    }
  };
  drop("\r\nAccept-Ranges: bytes\r\n");
  const std::string_view status = std::string_view(head).substr(9, 3);
  if (status == "204" || status == "304") drop("\r\nContent-Length: 0\r\n");
  return head;
}

// The library's view of a connection.
class Stream : public httplib::Stream {
 public:
  /// Gives `head` to read, then what comes on the connection.
  Stream(Connection& connection, std::string head)
      : connection_(connection), head_(std::move(head)) {}

  bool is_readable() const override { return true; }  // reading waits by itself, within limits
  bool is_writable() const override { return !connection_.broken(); }
  ssize_t read(char* to, std::size_t size) override {
    if (taken_ == head_.size()) return connection_.read(to, size);
    const std::size_t part = head_.copy(to, size, taken_);
    taken_ += part;
    return static_cast<ssize_t>(part);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    const std::string_view text(bytes, size);
    // "100 Continue" comes before the answer.
    if (answered_ || !text.starts_with("HTTP/1.1 ") || text.starts_with("HTTP/1.1 1")) {
      return connection_.write(bytes, size);
    }
    answered_ = true;
    const std::string head = corrected(std::string(text));
    const bool written = connection_.write(head.data(), head.size()) >= 0;
    return written ? static_cast<ssize_t>(size) : -1;
  }
  // Nobody asks who the peer is: addresses are not logged.
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return connection_.socket(); }

 private:
  Connection& connection_;
  const std::string head_;
  std::size_t taken_ = 0;
  bool answered_ = false;
};

// The library's server on our connections. Its own ones forget what came together with a request,
// and read and write each part of a request or answer by itself.
class Server : public httplib::Server {
 public:
  /// Lets nobody in any more, answers what has been asked, then lets listen_after_bind() return.
  void end(int listener) {
    open_.end();
    ::shutdown(listener, SHUT_RDWR);
  }
  bool all_answered() const { return open_.empty(); }
  /// Breaks off what is still being answered.
  void cut() { open_.cut(); }

 private:
  bool process_and_close_socket(socket_t socket) override {
    {
      const OpenConnections::Member member(open_, socket);
      Connection connection(socket);
      for (std::size_t answered = 1; connection.next_request(); ++answered) {
        const bool last = answered == kRequestsPerConnection || open_.ended();
        if (!answer_one(connection, last) || last) break;
      }
      connection.finish();
    }
    close(socket);
    return true;
  }

  // False when the connection must end.
  bool answer_one(Connection& connection, bool last) {
    std::string bytes;
    const bool whole = connection.read_head(kLongestHead, bytes);
    if (!whole && (bytes.empty() || connection.peer_ended())) return false;
    RequestHead head =
        whole ? checked_head(bytes)
        : bytes.size() < kLongestHead
            ? refused_head(408,
                           "the request did not come to its end within 20 seconds, or paused for 5")
        : bytes.find('\n') == std::string::npos
            ? refused_head(414, "an address may have 8000 bytes; use fewer or shorter parameters")
            : refused_head(
                  431,
                  "a request's head may have 65536 bytes; send fewer or shorter header fields");
    if (head.status != 0) {
      const std::string answer = refusal(head);
      connection.write(answer.data(), answer.size());
      return false;
    }
    Stream stream(connection, std::move(head.bytes));
    bool ends = false;
    return process(*this, stream, last || head.last, ends) && !head.last && !ends;
  }

  // Newer versions want to be told the addresses as well.
  template <typename Base>
  static bool process(Base& base, httplib::Stream& stream, bool last, bool& ends) {
    if constexpr (requires { base.process_request(stream, last, ends, nullptr); }) {
      return base.process_request(stream, last, ends, nullptr);
    } else {
      return base.process_request(stream, std::string(), 0, std::string(), 0, last, ends, nullptr);
    }
  }

  OpenConnections open_;
};

// `listener` becomes the socket that listens.
void configure(httplib::Server& server, const std::function<Response(const Request&)>& handler,
               int& listener) {
  server.new_task_queue = [] { return new Connections; };
  server.set_keep_alive_max_count(kRequestsPerConnection);  // as announced
  server.set_tcp_nodelay(true);  // the rest of a long answer must not wait
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
    try {
      Response made = handler(plain);
      compress(plain, made);
      to_response(std::move(made), request.version == "HTTP/1.0", response);
    } catch (const std::exception& error) {
      to_response(problem_response(plain.path, Problem(500, "internal", error.what())), false,
                  response);
    }
  };
  server.set_pre_routing_handler(
      [answer](const httplib::Request& request, httplib::Response& response) {
        if (request.method != "GET" && request.method != "HEAD") {
          return httplib::Server::HandlerResponse::Unhandled;
        }
        answer(request, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  // Other methods pass by here only so that their body is read, bounded, before the refusal.
  server.Post(".*", answer);
  server.Put(".*", answer);
  server.Patch(".*", answer);
  server.Delete(".*", answer);
  server.Options(".*", answer);
  // What the library refuses by itself, while it reads a body, has none of its own yet.
  const httplib::Server::HandlerWithResponse refused = [](const httplib::Request& request,
                                                          httplib::Response& response) {
    if (!response.body.empty() || response.status < 400) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    const std::string path = to_request(request).path;
    to_response(problem_response(path, Problem(response.status, "not-understood",
                                               fmt::format("the request's body has more than {} "
                                                           "bytes, or is not what its head says; "
                                                           "none is needed here",
                                                           kMaxBodyBytes))),
                false, response);
    return httplib::Server::HandlerResponse::Handled;
  };
  server.set_error_handler(refused);
}

}  // namespace

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
  allow_many_files();
  Server server;
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
      server.end(listener);
      // Time, or a second signal, ends what is still being answered.
      const auto end = std::chrono::steady_clock::now() + kLastAnswers;
      while (!server.all_answered() && std::chrono::steady_clock::now() < end && !signals.wait()) {
      }
      server.cut();
      return;
    }
  });
  server.listen_after_bind();
}

}  // namespace assay::api
