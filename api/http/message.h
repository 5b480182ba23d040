#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/routes.h"

namespace assay::api {

/// Takes a request target as it stands in the request line ("/models/x?limit=2") apart.
Request make_request(std::string method, std::string_view target);

/// The value of a query parameter; null when it is absent.
const std::string* parameter(const Request& request, std::string_view name);
/// The same as text; empty when it is absent.
std::string parameter_text(const Request& request, std::string_view name);

/// Rows of a page: the parameter `limit`. Throws Problem unless it is a number from 1 to the most.
inline constexpr std::size_t kDefaultLimit = 100;
inline constexpr std::size_t kMaxLimit = 1000;
std::size_t limit_of(const Request& request);

/// Cursors are opaque: whoever reads them apart cannot complain when they change.
std::string make_cursor(std::string_view position);
/// What make_cursor was given; empty when there is no cursor. Throws Problem for any other text.
std::string cursor_of(const Request& request);
/// The URL of this request with another cursor.
std::string next_url(const Request& request, std::string_view position);

/// Whether the request allows gzip as Content-Encoding (RFC 9110: named, and not with weight 0).
bool accepts_gzip(const Request& request);

/// Whether a stored ETag is among those of an If-None-Match header (weak comparison, RFC 9110).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace assay::api
