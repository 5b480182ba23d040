#include "db/statement.h"

#include <fmt/format.h>

#include "db/error.h"
#include "validator/text/ascii.h"
#include "validator/text/json_text.h"

namespace assay::db {
namespace {

// Deeper than any value that an auditor makes, yet shallow enough for recursive code.
constexpr int kMaxJsonDepth = 64;

bool is_deeper(const nlohmann::json& value, int depth) {
  if (!value.is_structured()) return false;
  if (depth == 0) return true;
  for (const nlohmann::json& item : value) {
    if (is_deeper(item, depth - 1)) return true;
  }
  return false;
}

}  // namespace

void Statement::bind_one(int index, const Blob& value) {
  // A null pointer would bind NULL instead of an empty blob.
  const void* bytes = value.bytes.empty() ? "" : value.bytes.data();
  statement_.bind(index, bytes, static_cast<int>(value.bytes.size()));
}

std::optional<std::int64_t> interned(SQLite::Database& connection, const std::string& value) {
  Statement find(connection, "SELECT id FROM string WHERE value = ?");
  if (!find.bind(value).step()) return std::nullopt;
  return find.integer(0);
}

std::int64_t intern(SQLite::Database& connection, const std::string& value) {
  if (const auto id = interned(connection, value)) return *id;
  Statement(connection, "INSERT INTO string (value) VALUES (?)").bind(value).run();
  return connection.getLastInsertRowid();
}

std::optional<std::string> digest_bytes(std::string_view hex) {
  constexpr std::size_t kBytes = 32;
  if (hex.size() != 2 * kBytes) return std::nullopt;
  std::string bytes(kBytes, '\0');
  for (std::size_t i = 0; i < kBytes; ++i) {
    const int high = ascii::hex_value(hex[2 * i]);
    const int low = ascii::hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string digest_hex(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string json_text(const nlohmann::json& value) {
  if (is_deeper(value, kMaxJsonDepth)) {
    throw Error(fmt::format("a value is nested more than {} levels deep", kMaxJsonDepth));
  }
  return compact_json(value);
}

nlohmann::json json_value(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded() || is_deeper(value, kMaxJsonDepth)) {
    throw Error("a stored value is not the JSON that assay writes; the database was damaged");
  }
  return value;
}

}  // namespace assay::db
