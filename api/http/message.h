#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::api {

/// An HTTP request without its socket. `path` is percent-decoded except for escaped slashes
/// ("%2F"), which are not separators; `query` keeps order and duplicates.
struct Request {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::map<std::string, std::string> headers;  ///< names in lower case
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Replaces `body` when other answers share it.
  std::shared_ptr<const std::string> shared_body;
  /// Replaces `body` when it need not be in memory at once: appends the next piece to `text`; false
  /// when there is none. An exception ends the connection, so that nobody takes a part for the
  /// whole.
  std::function<bool(std::string& text)> stream;
};

/// Parses a request target as written in the request line ("/models/x?limit=2").
Request make_request(std::string method, std::string_view target);

/// The value of a query parameter; null when it is absent.
const std::string* parameter(const Request& request, std::string_view name);
/// The same as a string; empty when it is absent.
std::string parameter_text(const Request& request, std::string_view name);

/// Rows per page: the parameter `limit`. Throws Problem unless it is a number from 1 to kMaxLimit.
inline constexpr std::size_t kDefaultLimit = 100;
inline constexpr std::size_t kMaxLimit = 1000;
std::size_t limit_of(const Request& request);

/// Cursors are opaque, so that their content may change.
std::string make_cursor(std::string_view position);
/// The position given to make_cursor; empty without a cursor. Throws Problem for any other text.
std::string cursor_of(const Request& request);
/// The URL of this request with another cursor.
std::string next_url(const Request& request, std::string_view position);

/// Whether the request allows gzip as Content-Encoding (RFC 9110: named, with a weight other than
/// 0).
bool accepts_gzip(const Request& request);

/// Whether a stored ETag is among those of an If-None-Match header (weak comparison, RFC 9110).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace assay::api
