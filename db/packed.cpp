#include "db/packed.h"

#include <utility>

#include "db/error.h"

namespace assay::db {
namespace {

constexpr unsigned kBits = 7;
constexpr std::uint64_t kMore = 0x80;

void append(std::string& bytes, std::uint64_t number) {
  for (; number >= kMore; number >>= kBits) bytes += static_cast<char>((number & 0x7F) | kMore);
  bytes += static_cast<char>(number);
}

// Maps small numbers of either sign to small unsigned ones.
std::uint64_t zigzag(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number) << 1U;
  return number < 0 ? ~bits : bits;
}
std::int64_t unzigzag(std::uint64_t bits) {
  const auto number = static_cast<std::int64_t>(bits >> 1U);
  return (bits & 1U) != 0 ? ~number : number;
}

std::uint64_t take(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += kBits) {
    if (bytes.empty()) break;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= (byte & std::uint64_t{0x7F}) << shift;
    if (byte < kMore) return number;
  }
  throw Error("a stored list of ids cannot be read; the database was damaged");
}

// Differences wrap around instead of overflowing, whatever a damaged database holds.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace

std::string pack_ids(const std::vector<std::int64_t>& ids) {
  std::string bytes;
  std::int64_t last = 0;
  for (const std::int64_t id : ids) append(bytes, zigzag(minus(id, std::exchange(last, id))));
  return bytes;
}

std::vector<std::int64_t> unpack_ids(std::string_view bytes) {
  std::vector<std::int64_t> ids;
  std::int64_t last = 0;
  while (!bytes.empty()) ids.push_back(last = plus(last, unzigzag(take(bytes))));
  return ids;
}

std::string pack_map(const std::map<std::int64_t, std::int64_t>& ids) {
  std::string bytes;
  std::int64_t last_key = 0;
  std::int64_t last_value = 0;
  for (const auto& [key, value] : ids) {
    append(bytes, zigzag(minus(key, std::exchange(last_key, key))));
    append(bytes, zigzag(minus(value, std::exchange(last_value, value))));
  }
  return bytes;
}

std::map<std::int64_t, std::int64_t> unpack_map(std::string_view bytes) {
  std::map<std::int64_t, std::int64_t> ids;
  std::int64_t key = 0;
  std::int64_t value = 0;
  while (!bytes.empty()) {
    key = plus(key, unzigzag(take(bytes)));
    value = plus(value, unzigzag(take(bytes)));
    ids.emplace(key, value);
  }
  return ids;
}

}  // namespace assay::db
