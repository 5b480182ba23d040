#include "db/body.h"

#include <fmt/format.h>
#include <zstd.h>

#include "db/error.h"

namespace assay::db {
namespace {

// Bodies are JSON and HTML, read once a day: the default level is fast, and small enough.
constexpr int kLevel = 3;

}  // namespace

std::string compress(std::string_view body) {
  if (body.size() > kMaxBodyBytes) {
    throw Error(fmt::format("a body of {} bytes is too large to store; the limit is {} bytes",
                            body.size(), kMaxBodyBytes));
  }
  std::string frame(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress(frame.data(), frame.size(), body.data(), body.size(), kLevel);
  if (ZSTD_isError(size) != 0) {
    throw Error(fmt::format("cannot compress a body: {}", ZSTD_getErrorName(size)));
  }
  frame.resize(size);
  return frame;
}

std::string decompress(std::string_view frame, std::uint64_t size) {
  if (size > kMaxBodyBytes || ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) {
    throw Error("a stored body does not have its recorded size; the database was damaged");
  }
  std::string body(static_cast<std::size_t>(size), '\0');
  const std::size_t written = ZSTD_decompress(body.data(), body.size(), frame.data(), frame.size());
  if (ZSTD_isError(written) != 0 || written != size) {
    throw Error("a stored body does not decompress; the database was damaged");
  }
  return body;
}

}  // namespace assay::db
