#pragma once

#include <functional>
#include <string>

#include "api/http/message.h"

namespace assay::api {

/// Where to listen, as written: "127.0.0.1:8080", "[::1]:8080", ":8080" (loopback). Port 0 = any
/// free.
struct Listen {
  std::string host = "127.0.0.1";
  int port = 8080;
};
/// Throws std::runtime_error that says what is allowed.
Listen parse_listen(std::string_view text);

/// Answers requests from several threads until SIGINT or SIGTERM; `handler` must be thread-safe.
/// Calls `ready` with the bound port once connections are accepted. Throws std::runtime_error when
/// it cannot listen.
void serve(const Listen& listen, const std::function<Response(const Request&)>& handler,
           const std::function<void(int port)>& ready);

}  // namespace assay::api
