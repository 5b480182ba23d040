#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::db {

/// No body larger than this is stored or read back, whatever a database claims.
inline constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{256} << 20;

/// One zstd frame that records its size. Throws Error when `body` is larger than kMaxBodyBytes.
std::string compress(std::string_view body);

/// Inverse of compress. `size` is what the row says; throws Error when it exceeds kMaxBodyBytes or
/// the frame is not exactly that large, before memory is allocated for it.
std::string decompress(std::string_view frame, std::uint64_t size);

}  // namespace assay::db
