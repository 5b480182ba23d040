#pragma once

#include "api/http/connection.h"
#include "api/http/message.h"
#include "api/http/request_head.h"

namespace assay::api {

/// Writes an answer in the form that the method and version of the request call for: HEAD gets no
/// body, HTTP/1.0 no chunks. `last` announces the end of the connection. False when the answer
/// could not be written completely; the connection must then end, so that nobody takes a part for
/// the whole.
bool write_answer(Connection& connection, const RequestHead& asked, const Response& answer,
                  bool last);

}  // namespace assay::api
