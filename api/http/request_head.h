#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::api {

/// The longest head that is read; a line of it may have kLongestLine.
inline constexpr std::size_t kLongestHead = 64 * 1024;
inline constexpr std::size_t kLongestLine = 8'000;

/// The head of a request as checked_head() hands it on.
struct RequestHead {
  /// 0 when it may be answered; else the status with which it is refused (400, 405, 414, 431).
  int status = 0;
  std::string why;     ///< of a refusal, a sentence for people
  std::string target;  ///< as sent; empty when not even that can be told
  /// Request line and fields, in a form that leaves no two ways to read it.
  std::string bytes;
  /// The connection must end after the answer: the client says so, is too old to go on, or sends a
  /// body, of which nothing tells whether it is read to its end.
  bool last = false;
};

/// Checks a head, from the request line to the empty line, as strictly as RFC 9112 asks of a
/// server: what two programs in a row could read differently is refused, never guessed (sections
/// 2.2, 3, 5, 6.3). Leaves out Range and If-Range, which this server ignores (RFC 9110, 14.2).
RequestHead checked_head(std::string_view head);

/// A refusal before there is a whole head.
RequestHead refused_head(int status, std::string why);

}  // namespace assay::api
