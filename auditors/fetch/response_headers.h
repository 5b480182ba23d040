#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "auditors/sources.h"

namespace assay {

/// The header fields of one response that evidence keeps: none that could hold a credential, names
/// in lower case, values printable ASCII of at most 4 KiB.
class ResponseHeaders {
 public:
  using Fields = std::map<std::string, std::string>;

  ResponseHeaders() = default;
  /// `kept`: fields to keep besides those of every server.
  explicit ResponseHeaders(std::span<const SourceHeader> kept) : kept_(kept) {}

  /// Takes one line as received. A status line begins anew (interim responses), lines after the
  /// empty one (trailers) are passed over. False when the fields are too many or too large, or when
  /// a field that decides where to go on (link, location) is longer than can be kept: then nothing
  /// may be concluded from the response.
  bool add_line(std::string_view line);

  /// Whether the empty line after the fields of a final response has come.
  bool complete() const { return complete_; }
  const Fields& fields() const { return fields_; }
  /// The Content-Encoding; no kept field, because a kept body is decoded.
  const std::string& content_encoding() const { return content_encoding_; }
  /// Value of a kept field; empty when it is absent.
  std::string_view get(std::string_view name) const;

 private:
  std::span<const SourceHeader> kept_;
  Fields fields_;
  std::string content_encoding_;
  std::size_t bytes_ = 0;
  bool open_ = false;
  bool complete_ = false;
  bool interim_ = false;
};

/// Weak comparison of entity tags: without W/ and quotes.
bool same_etag(std::string_view a, std::string_view b);

/// Without what belongs to one exchange only (date, rate limits, request id). Those help to see why
/// an exchange failed; of one that succeeded they would only make stored evidence grow.
ResponseHeaders::Fields lasting_fields(ResponseHeaders::Fields fields);

/// Lasting fields of a stored response after a 304 confirmed it: what describes the content is kept
/// where the 304 does not say it anew; all else is of the 304. `kept`: as for ResponseHeaders.
ResponseHeaders::Fields confirmed_fields(const ResponseHeaders::Fields& stored,
                                         const ResponseHeaders::Fields& not_modified,
                                         std::span<const SourceHeader> kept);

}  // namespace assay
