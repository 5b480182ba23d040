#pragma once

#include <functional>

#include "api/http/listen.h"
#include "api/http/message.h"

namespace assay::api {

/// Answers requests from several threads until SIGINT or SIGTERM; `handler` must be thread-safe.
/// Calls `ready` with the bound port once connections are accepted. Throws std::runtime_error when
/// it cannot listen, or can no longer accept connections.
void serve(const Listen& listen, const std::function<Response(const Request&)>& handler,
           const std::function<void(int port)>& ready);

}  // namespace assay::api
