#pragma once

#include "api/http/message.h"

namespace assay::api {

/// The ETag of an answer; null when it has none.
const std::string* etag_of(const Response& response);

/// Whether If-None-Match of the request names this answer, and the 304 that is then sent instead.
bool answers_condition(const Request& request, const Response& whole);
Response not_modified(const Request& request, const Response& whole);

}  // namespace assay::api
