#include "support/http/fake_http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace assay::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxHead = 256 * 1024;

struct BoundSocket {
  int socket = -1;
  int port = 0;
};

BoundSocket bind_loopback() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("fake server: no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd, generic, size) != 0 || ::getsockname(fd, generic, &size) != 0) {
    ::close(fd);
    throw std::runtime_error("fake server: cannot bind");
  }
  return {fd, ntohs(address.sin_port)};
}

std::string loopback_url(int port, std::string_view target) {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// One accepted connection. Every wait also ends when the server stops.
class Connection {
 public:
  Connection(int socket, int stop) : socket_(socket), stop_(stop) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Bytes up to and with the empty line; nullopt when the connection or the server ended.
  std::optional<std::string> read_head() {
    while (true) {
      const std::size_t end = buffer_.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::string head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        return head;
      }
      if (buffer_.size() > kMaxHead || !wait(POLLIN, milliseconds(-1))) return std::nullopt;
      std::array<char, 4096> piece{};
      const ssize_t count = ::recv(socket_, piece.data(), piece.size(), 0);
      if (count <= 0) return std::nullopt;
      buffer_.append(piece.data(), static_cast<std::size_t>(count));
      // Not the name of a method, such as a TLS greeting.
      if (buffer_.front() < 'A' || buffer_.front() > 'Z') {
        send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        finish();
        return std::nullopt;
      }
    }
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!wait(POLLOUT, milliseconds(-1))) return false;
      const ssize_t count =
          ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// False when the client hung up or the server stopped before `time` had passed.
  bool pause(milliseconds time) {
    const auto end = steady_clock::now() + time;
    while (true) {
      const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
      if (left.count() <= 0) return true;
      pollfd watched[] = {{socket_, POLLRDHUP, 0}, {stop_, POLLIN, 0}};
      ::poll(watched, 2, static_cast<int>(left.count()));
      if (watched[0].revents != 0 || watched[1].revents != 0) return false;
    }
  }

  void wait_for_end() {
    while (pause(std::chrono::hours(1))) {
    }
  }

  void reset_on_close() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  // Closing with unread input would send RST, which can overtake the response.
  void finish() {
    ::shutdown(socket_, SHUT_WR);
    std::array<char, 4096> piece{};
    while (wait(POLLIN, milliseconds(1000)) && ::recv(socket_, piece.data(), piece.size(), 0) > 0) {
    }
  }

 private:
  bool wait(short event, milliseconds time) {
    pollfd watched[] = {{socket_, event, 0}, {stop_, POLLIN, 0}};
    return ::poll(watched, 2, static_cast<int>(time.count())) > 0 && watched[1].revents == 0;
  }

  int socket_;
  int stop_;
  std::string buffer_;
};

FakeRequest parse_request(std::string_view head) {
  FakeRequest request;
  request.at = steady_clock::now();
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  request.method = line.substr(0, first);
  if (first != std::string_view::npos) {
    request.target = line.substr(first + 1, second - first - 1);
  }
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  for (head.remove_prefix(line_end + 2); !head.empty();) {
    const std::size_t end = head.find("\r\n");
    const std::string_view field = head.substr(0, end);
    head.remove_prefix(end + 2);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = field.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.headers[lower(field.substr(0, colon))] = value;
  }
  return request;
}

bool has_body(const FakeResponse& response) {
  return response.status != 304 && response.status != 204;
}

std::string head_of(const FakeResponse& response) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " Fake\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (response.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (has_body(response)) {
    const std::size_t length = response.announced_length.value_or(response.body.size());
    head += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  if (response.close) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string chunk(std::string_view bytes) {
  std::array<char, 32> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return size.data() + std::string(bytes) + "\r\n";
}

std::string coded_body(const FakeResponse& response) {
  if (!has_body(response)) return {};
  if (!response.chunked) return response.body;
  const std::size_t half = response.body.size() / 2;
  std::string coded;
  if (half > 0) coded += chunk(std::string_view(response.body).substr(0, half));
  if (!response.body.empty()) coded += chunk(std::string_view(response.body).substr(half));
  return coded + "0\r\n\r\n";
}

// Whether the connection can serve another request.
bool answer(Connection& connection, const FakeRequest& request, const FakeResponse& response) {
  if (response.stall) {
    connection.wait_for_end();
    return false;
  }
  if (!connection.pause(response.delay)) return false;
  if (response.reset) connection.reset_on_close();
  if (response.raw) {
    connection.send(*response.raw);
    if (!response.reset) connection.finish();
    return false;
  }
  if (response.reset && response.body.empty()) return false;
  if (!connection.send(head_of(response))) return false;
  std::string body = request.method == "HEAD" ? std::string{} : coded_body(response);
  const bool cut = response.cut_after.has_value();
  if (cut) body.resize(std::min(body.size(), *response.cut_after));
  const std::size_t step = response.drip_bytes == 0 ? body.size() : response.drip_bytes;
  for (std::size_t at = 0; at < body.size(); at += step) {
    if (!connection.send(std::string_view(body).substr(at, step))) return false;
    if (at + step < body.size() && !connection.pause(response.drip_pause)) return false;
  }
  const bool last = cut || response.close || response.reset || response.announced_length;
  if (last && !response.reset) connection.finish();
  return !last;
}

}  // namespace

struct FakeHttpServer::State {
  Handler handler;
  BoundSocket listening;
  std::array<int, 2> stop{-1, -1};  // a pipe whose reading end becomes readable on stop
  mutable std::mutex mutex;
  std::vector<FakeRequest> requests;
  std::size_t connections = 0;
  std::vector<std::thread> workers;  // of the accepting thread only
  std::thread acceptor;

  void serve(int socket) {
    Connection connection(socket, stop[0]);
    while (const auto head = connection.read_head()) {
      FakeRequest request = parse_request(*head);
      FakeResponse response;
      {
        const std::lock_guard lock(mutex);
        request.number = requests.size() + 1;
        requests.push_back(request);
        response = handler(request);
      }
      if (!answer(connection, request, response)) return;
    }
  }

  void accept_all() {
    while (true) {
      pollfd watched[] = {{listening.socket, POLLIN, 0}, {stop[0], POLLIN, 0}};
      ::poll(watched, 2, -1);
      if (watched[1].revents != 0) break;
      const int socket = ::accept4(listening.socket, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      {
        const std::lock_guard lock(mutex);
        ++connections;
      }
      workers.emplace_back([this, socket] { serve(socket); });
    }
    for (std::thread& worker : workers) worker.join();
  }
};

FakeHttpServer::FakeHttpServer(Handler handler) : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  state_->listening = bind_loopback();
  if (::listen(state_->listening.socket, 128) != 0 || ::pipe(state_->stop.data()) != 0) {
    throw std::runtime_error("fake server: cannot listen");
  }
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

FakeHttpServer::~FakeHttpServer() {
  // The byte is never read, so every thread sees it.
  if (::write(state_->stop[1], "x", 1) == 1) state_->acceptor.join();
  ::close(state_->listening.socket);
  ::close(state_->stop[0]);
  ::close(state_->stop[1]);
}

int FakeHttpServer::port() const { return state_->listening.port; }

std::string FakeHttpServer::url(std::string_view target) const {
  return loopback_url(port(), target);
}

std::vector<FakeRequest> FakeHttpServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t FakeHttpServer::request_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests.size();
}

std::size_t FakeHttpServer::connection_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->connections;
}

// Bound but not listening: connecting is refused, and no one else gets the port.
ClosedPort::ClosedPort() {
  const BoundSocket bound = bind_loopback();
  socket_ = bound.socket;
  port_ = bound.port;
}

ClosedPort::~ClosedPort() { ::close(socket_); }

std::string ClosedPort::url(std::string_view target) const { return loopback_url(port_, target); }

std::string FakeRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

FakeResponse text_response(std::string body, int status) {
  FakeResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

FakeResponse redirect_to(std::string location, int status) {
  FakeResponse response;
  response.status = status;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

FakeResponse not_modified(std::string etag) {
  FakeResponse response;
  response.status = 304;
  response.headers.emplace_back("ETag", std::move(etag));
  return response;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("gzip: cannot begin");
  }
  std::string result(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  std::string input(text);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  const int ended = deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) throw std::runtime_error("gzip: cannot end");
  return result;
}

}  // namespace assay::test
