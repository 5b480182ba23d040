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

// Connections served at once; each holds a thread, even while it idles.
constexpr std::size_t kConnections = 1024;
constexpr std::size_t kRequestsPerConnection = 10'000;
// For answers in progress when the server is told to end.
constexpr std::chrono::seconds kLastAnswers{10};

// One waiting thread takes the signals, so that nothing runs in a signal handler. All threads
// started while this lives inherit the mask.
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

// The library's queue on our threads. The return type of enqueue() depends on the version.
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

// A connection is a file, and its thread may open catalog and store: the usual limit of 1024 is
// low.
void allow_many_files() {
  constexpr rlim_t kFiles = 4 * kConnections;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kFiles) return;
  limit.rlim_cur = std::min(limit.rlim_max, kFiles);
  setrlimit(RLIMIT_NOFILE, &limit);  // or leave it
}

// The library listens and accepts; connections are handled here, since its own parser skips lines
// that it cannot read, takes the first of two lengths, and drops pipelined requests
// (ARCHITECTURE.md has the measurements).
class Server : public httplib::Server {
 public:
  explicit Server(const std::function<Response(const Request&)>& handler) : handler_(handler) {
    new_task_queue = [] { return new Connections; };
    set_tcp_nodelay(true);  // the rest of a long answer must not wait
    // The library's default would share the port with other processes and hide a second server.
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
    // The library lets five connections wait to be accepted; of a larger burst, the others would
    // each lose a second.
    if (port >= 0) ::listen(listener_, SOMAXCONN);
    return port;
  }
  /// Accepts no more connections, answers what has been requested, then lets listen_after_bind()
  /// return.
  void end() {
    open_.end();
    ::shutdown(listener_, SHUT_RDWR);
  }
  bool all_answered() const { return open_.empty(); }
  bool ended() const { return open_.ended(); }
  /// Breaks off the answers still in progress.
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
      // Whoever sends something that is not a request is most likely a program.
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
    throw std::runtime_error(
        fmt::format("cannot listen on {} port {}; the port is in use, or the address does not "
                    "belong to this machine",
                    listen.host, listen.port));
  }
  // The socket is listening: whoever connects now is answered once the loop below runs.
  ready(port);
  std::jthread stopper([&](const std::stop_token& ended) {
    while (!ended.stop_requested()) {
      if (!signals.wait()) continue;
      server.end();
      // A timeout or a second signal ends what is still being answered.
      const auto end = std::chrono::steady_clock::now() + kLastAnswers;
      while (!server.all_answered() && std::chrono::steady_clock::now() < end && !signals.wait()) {
      }
      server.cut();
      return;
    }
  });
  server.listen_after_bind();
  if (!server.ended()) throw std::runtime_error("connections can no longer be accepted");
}

}  // namespace assay::api
