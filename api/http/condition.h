#pragma once

#include "api/http/message.h"

namespace assay::api {

/// The ETag of an answer; null when it has none.
const std::string* etag_of(const Response& response);

/// Whether the request's If-None-Match names this whole answer, and the 304 that then goes out in
/// its place.
bool answers_condition(const Request& request, const Response& whole);
Response not_modified(const Request& request, const Response& whole);

}  // namespace assay::api
