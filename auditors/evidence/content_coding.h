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

/// Makes one gzip member of bytes that come in pieces.
class GzipEncoder {
 public:
  GzipEncoder();
  ~GzipEncoder();
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;

  /// What is ready after these bytes; may be empty.
  std::string add(std::string_view bytes);
  /// The rest; nothing may be added after it.
  std::string finish();

 private:
  std::string run(std::string_view bytes, bool last);
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// `bytes` as one gzip member, the same on every machine with the same zlib.
std::string gzip_member(std::string_view bytes);

}  // namespace assay
