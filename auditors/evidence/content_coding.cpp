#include "auditors/evidence/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "validator/text/ascii.h"

namespace assay {

struct ContentDecoder::Stream {
  z_stream zlib{};
  bool ended = false;  // at the end of a gzip member, where the body may end too

  Stream() {
    constexpr int kAnyWindowOfGzipOrZlib = 15 + 32;
    if (inflateInit2(&zlib, kAnyWindowOfGzipOrZlib) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&zlib); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

ContentDecoder::ContentDecoder(std::string_view coding) {
  const std::string name = ascii::lower(coding);
  if (name == "gzip" || name == "x-gzip" || name == "deflate") {
    stream_ = std::make_unique<Stream>();
  } else {
    known_ = name.empty() || name == "identity";
  }
}

ContentDecoder::~ContentDecoder() = default;

ContentDecoder::Status ContentDecoder::add(std::string_view bytes, std::string& body,
                                           std::size_t cap) {
  if (!known_) return Status::bad;
  if (!stream_) {
    if (bytes.size() > cap - body.size()) return Status::too_large;
    body.append(bytes);
    return Status::ok;
  }
  if (bytes.size() > std::numeric_limits<uInt>::max()) return Status::too_large;
  z_stream& zlib = stream_->zlib;
  // zlib reads through a pointer to non-const in its older headers.
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  zlib.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 16 * 1024> piece{};
  // What does not fit into `piece` stays inside of zlib without input left: go on while it is full.
  bool full = false;
  while (zlib.avail_in > 0 || full) {
    // A gzip body may have several members, one after the other.
    if (stream_->ended && inflateReset(&zlib) != Z_OK) return Status::bad;
    stream_->ended = false;
    zlib.next_out = reinterpret_cast<Bytef*>(piece.data());
    zlib.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&zlib, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return Status::bad;
    const std::size_t count = piece.size() - zlib.avail_out;
    if (count > cap - body.size()) return Status::too_large;
    body.append(piece.data(), count);
    stream_->ended = result == Z_STREAM_END;
    full = zlib.avail_out == 0 && !stream_->ended;
  }
  return Status::ok;
}

bool ContentDecoder::complete() const { return known_ && (!stream_ || stream_->ended); }

struct GzipEncoder::Stream {
  Stream() {
    constexpr int kWindowOfGzip = 15 + 16;
    constexpr int kMemory = 8;
    if (deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowOfGzip, kMemory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Stream() { deflateEnd(&zlib); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream zlib{};
};

GzipEncoder::GzipEncoder() : stream_(std::make_unique<Stream>()) {}
GzipEncoder::~GzipEncoder() = default;

std::string GzipEncoder::add(std::string_view bytes) { return run(bytes, false); }
std::string GzipEncoder::finish() { return run({}, true); }

std::string GzipEncoder::run(std::string_view bytes, bool last) {
  z_stream& zlib = stream_->zlib;
  std::string coded;
  std::array<char, 16 * 1024> piece{};
  bool more = true;
  while (more) {
    if (zlib.avail_in == 0 && !bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), std::size_t{1} << 30U);
      zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      zlib.avail_in = static_cast<uInt>(part);
      bytes.remove_prefix(part);
    }
    zlib.next_out = reinterpret_cast<Bytef*>(piece.data());
    zlib.avail_out = static_cast<uInt>(piece.size());
    const int result = deflate(&zlib, last && bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    coded.append(piece.data(), piece.size() - zlib.avail_out);
    more = last ? result == Z_OK : zlib.avail_in > 0 || !bytes.empty() || zlib.avail_out == 0;
    if (result != Z_OK) more = false;  // at its end, or with nothing to do
  }
  return coded;
}

std::string gzip_member(std::string_view bytes) {
  GzipEncoder encoder;
  std::string member = encoder.add(bytes);
  return member += encoder.finish();
}

}  // namespace assay
