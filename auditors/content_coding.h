#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace assay {

/// Undoes the Content-Encoding of a body as its bytes arrive. Unlike libcurl's own decoding it
/// tells a compressed body that ends early from a whole one.
class ContentDecoder {
 public:
  enum class Status {
    ok,
    too_large,  ///< the decoded body would pass the cap
    bad,        ///< not what the header says, or a coding that was not asked for
  };

  /// `coding` as in the header: nothing, identity, gzip, x-gzip or deflate.
  explicit ContentDecoder(std::string_view coding);
  ~ContentDecoder();
  ContentDecoder(const ContentDecoder&) = delete;
  ContentDecoder& operator=(const ContentDecoder&) = delete;

  /// Appends the decoded bytes to `body`, which never grows beyond `cap`.
  Status add(std::string_view bytes, std::string& body, std::size_t cap);
  /// Whether the body may end here.
  bool complete() const;

 private:
  struct Stream;
  bool known_ = true;
  std::unique_ptr<Stream> stream_;  // null when nothing is to be undone
};

/// `bytes` as one gzip member, the same on every machine with the same zlib.
std::string gzip_member(std::string_view bytes);

}  // namespace assay
