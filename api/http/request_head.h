#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/http/message.h"

namespace assay::api {

/// The longest head that is read, and the longest line of a head, in bytes.
inline constexpr std::size_t kLongestHead = 64 * 1024;
inline constexpr std::size_t kLongestLine = 8'000;
/// The longest body that a request may announce. None is read, since no supported method has one.
inline constexpr std::size_t kLongestBody = 64 * 1024;

/// A parsed request head.
struct RequestHead {
  /// 0, or the status with which the request is refused (400, 408, 413, 414, 431).
  int status = 0;
  std::string why;   ///< the reason of a refusal, for people
  Request request;   ///< of a refusal only the path, where it could be read
  bool old = false;  ///< HTTP/1.0, which has no chunks
  /// The connection must end after the answer: the client says so, speaks HTTP/1.0, or sends a
  /// body, which is not read and must not be taken for the next request.
  bool last = false;
};

/// Parses a head, from the request line to the empty line, as strictly as RFC 9112 asks of a
/// server: what a proxy could read differently is refused, never guessed (sections 2.2, 3, 5, 6.3).
/// An incomplete head is refused as too long or too slow. Range is ignored, since this server has
/// no ranges (RFC 9110, section 14.2).
RequestHead parse_head(std::string_view head);

}  // namespace assay::api
