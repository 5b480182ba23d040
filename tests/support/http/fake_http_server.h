#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::test {

/// A request as the fake server saw it.
struct FakeRequest {
  std::string method;
  std::string target;                          ///< path and query as sent
  std::string path;                            ///< target without its query
  std::string query;                           ///< without the question mark
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::size_t number = 0;                      ///< of this request at this server, from 1
  std::chrono::steady_clock::time_point at;    ///< when it was complete

  /// Value of a header (name in lower case); empty when it was not sent.
  std::string header(const std::string& name) const;
};

/// What the fake server answers: a response, and how it goes wrong on the way.
struct FakeResponse {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  std::chrono::milliseconds delay{0};       ///< before the first byte
  bool stall = false;                       ///< never answers; keeps the connection open
  std::size_t drip_bytes = 0;               ///< sends the body in pieces of this size, if not 0,
  std::chrono::milliseconds drip_pause{0};  ///< with this pause between them
  std::optional<std::size_t> announced_length;  ///< Content-Length instead of the true one
  bool chunked = false;                         ///< Transfer-Encoding: chunked, in two chunks
  std::optional<std::size_t> cut_after;         ///< closes after this many bytes of the body
  bool reset = false;              ///< ends the connection by RST instead of an orderly end
  bool close = false;              ///< closes after the response
  std::optional<std::string> raw;  ///< sent instead of a response, as it is; then closes
};

FakeResponse text_response(std::string body, int status = 200);
FakeResponse redirect_to(std::string location, int status = 302);
FakeResponse not_modified(std::string etag);

/// `text` as a gzip stream.
std::string gzip(std::string_view text);

/// An HTTP/1.1 server on 127.0.0.1 and a free port, over plain sockets so that it can misbehave in
/// every way that a server can. The handler runs on a thread per connection, under a lock: one
/// request at a time. The destructor ends all connections and waits for their threads.
class FakeHttpServer {
 public:
  using Handler = std::function<FakeResponse(const FakeRequest&)>;

  explicit FakeHttpServer(Handler handler);
  ~FakeHttpServer();
  FakeHttpServer(const FakeHttpServer&) = delete;
  FakeHttpServer& operator=(const FakeHttpServer&) = delete;

  int port() const;
  /// "http://127.0.0.1:PORT" followed by `target`.
  std::string url(std::string_view target = "") const;
  /// All requests so far, in the order of their numbers.
  std::vector<FakeRequest> requests() const;
  std::size_t request_count() const;
  std::size_t connection_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A port of 127.0.0.1 on which nothing listens while this lives.
class ClosedPort {
 public:
  ClosedPort();
  ~ClosedPort();
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  std::string url(std::string_view target = "") const;

 private:
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace assay::test
