#include "api/http/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <utility>

#include "api/http/answer.h"
#include "api/http/compression.h"
#include "api/http/connection.h"
#include "api/http/request_head.h"
#include "api/http/worker_pool.h"
#include "api/problem.h"

namespace assay::api {
namespace {

// Connections served at once; each holds a thread, also while it idles.
constexpr std::size_t kConnections = 1024;
constexpr std::size_t kRequestsPerConnection = 10'000;
// For the answers that are on their way when the server is to end.
constexpr std::chrono::seconds kLastAnswers{10};

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

// The library listens and accepts; what happens on a connection is ours, since its own reader of
// requests passes over lines that it cannot read, takes the first of two lengths, and forgets what
// came together with a request (ARCHITECTURE.md has what was measured).
class Server : public httplib::Server {
 public:
  explicit Server(const std::function<Response(const Request&)>& handler) : handler_(handler) {
    new_task_queue = [] { return new Connections; };
    set_tcp_nodelay(true);  // the rest of a long answer must not wait
    // The library's default also shares the port with other processes, which hides a second server.
    set_socket_options([this](auto socket) {
      listener_ = socket;
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
  }

  /// The port that it listens on; -1 when it cannot.
  int bind(const Listen& listen) {
    const int port = listen.port == 0                         ? bind_to_any_port(listen.host)
                     : bind_to_port(listen.host, listen.port) ? listen.port
                                                              : -1;
    // The library lets five connections wait to be taken; more than that, which come at once, would
    // each lose a second.
    if (port >= 0) ::listen(listener_, SOMAXCONN);
    return port;
  }
  /// Lets nobody in any more, answers what has been asked, then lets listen_after_bind() return.
  void end() {
    open_.end();
    ::shutdown(listener_, SHUT_RDWR);
  }
  bool all_answered() const { return open_.empty(); }
  bool ended() const { return open_.ended(); }
  /// Breaks off what is still being answered.
  void cut() { open_.cut(); }

 private:
  bool process_and_close_socket(socket_t socket) override {
    {
      const OpenConnections::Member member(open_, socket);
      Connection connection(socket);
      for (std::size_t n = 1; answer_one(connection, n == kRequestsPerConnection); ++n) {
      }
      connection.finish();
    }
    close(socket);
    return true;
  }

  // False when the connection must end.
  bool answer_one(Connection& connection, bool last) const {
    std::string bytes;
    if (!connection.read_head(kLongestHead, bytes)) return false;
    const RequestHead head = parse_head(bytes);
    last = last || head.last || open_.ended();
    return write_answer(connection, head, response_to(head), last) && !last;
  }

  Response response_to(const RequestHead& head) const {
    if (head.status != 0) {
      // Most who send what is no request are programs.
      return problem_response(head.request.path.starts_with('/') ? head.request.path : "/api/",
                              Problem(head.status, "not-understood", head.why));
    }
    try {
      Response response = handler_(head.request);
      compress_answer(head.request, response);
      return response;
    } catch (const std::exception& error) {
      return problem_response(head.request.path, Problem(500, "internal", error.what()));
    }
  }

  const std::function<Response(const Request&)>& handler_;
  int listener_ = -1;
  OpenConnections open_;
};

}  // namespace

void serve(const Listen& listen, const std::function<Response(const Request&)>& handler,
           const std::function<void(int port)>& ready) {
  const StopSignals signals;
  allow_many_files();
  Server server(handler);
  const int port = server.bind(listen);
  if (port < 0) {
    throw std::runtime_error(fmt::format(
        "cannot listen on {} port {}; the port is taken, or the address is not of this machine",
        listen.host, listen.port));
  }
  // The socket listens from here on: who connects now is answered as soon as the loop below runs.
  ready(port);
  std::jthread stopper([&](const std::stop_token& ended) {
    while (!ended.stop_requested()) {
      if (!signals.wait()) continue;
      server.end();
      // Time, or a second signal, ends what is still being answered.
      const auto end = std::chrono::steady_clock::now() + kLastAnswers;
      while (!server.all_answered() && std::chrono::steady_clock::now() < end && !signals.wait()) {
      }
      server.cut();
      return;
    }
  });
  server.listen_after_bind();
  if (!server.ended()) throw std::runtime_error("no connection can be accepted any more");
}

}  // namespace assay::api
