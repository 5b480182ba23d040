#pragma once

#include "api/http/connection.h"
#include "api/http/message.h"
#include "api/http/request_head.h"

namespace assay::api {

/// Writes the answer to a request in the form that the request's method and version ask for: HEAD
/// gets no body, HTTP/1.0 no chunks. `last` says that the connection ends after it. False when it
/// could not be written to its end; then the connection must end, so that nobody takes a part for
/// the whole.
bool write_answer(Connection& connection, const RequestHead& asked, const Response& answer,
                  bool last);

}  // namespace assay::api
