#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/http/message.h"

namespace assay::api {

/// The longest head that is read; a line of it may have kLongestLine bytes.
inline constexpr std::size_t kLongestHead = 64 * 1024;
inline constexpr std::size_t kLongestLine = 8'000;
/// The longest body that a request may announce. None is read: no method that is answered has one.
inline constexpr std::size_t kLongestBody = 64 * 1024;

/// What the head of a request says.
struct RequestHead {
  /// 0 when it may be answered; else the status with which it is refused (400, 408, 413, 414, 431).
  int status = 0;
  std::string why;   ///< of a refusal, a sentence for people
  Request request;   ///< of a refusal only the path, where it could be read
  bool old = false;  ///< HTTP/1.0, which knows no chunks
  /// The connection must end after the answer: the client says so, is too old to go on, or sends a
  /// body, which is not read and must not be taken for the next request.
  bool last = false;
};

/// Reads a head, from the request line to the empty line, as strictly as RFC 9112 asks of a server:
/// what two programs in a row could read differently is refused, never guessed (sections 2.2, 3, 5,
/// 6.3). A part of a head is refused too: it is too long, or its rest did not come in time. Range
/// is as good as absent, since this server has no ranges (RFC 9110, section 14.2).
RequestHead parse_head(std::string_view head);

}  // namespace assay::api
