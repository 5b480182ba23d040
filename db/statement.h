#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace assay::db {

/// Bytes that go into a BLOB column.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement whose parameters are bound in order and whose columns are read by position.
/// Text keeps its bytes, whatever they are: NUL and invalid UTF-8 come back as they went in.
class Statement {
 public:
  Statement(SQLite::Database& connection, const char* sql) : statement_(connection, sql) {}

  /// Starts over with these parameters.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    statement_.reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  /// Whether there is another row.
  bool step() { return statement_.executeStep(); }
  void run() { statement_.exec(); }

  bool is_null(int column) const { return statement_.getColumn(column).isNull(); }
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }

 private:
  void bind_one(int index, std::int64_t value) { statement_.bind(index, value); }
  void bind_one(int index, const std::string& value) { statement_.bind(index, value); }
  void bind_one(int index, std::nullptr_t) { statement_.bind(index); }
  void bind_one(int index, const Blob& value);
  template <typename Value>
  void bind_one(int index, const std::optional<Value>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      statement_.bind(index);
    }
  }

  SQLite::Statement statement_;
};

/// The id of a string that occurs often (URLs, slugs, names); stores the string when it is new.
std::int64_t intern(SQLite::Database& connection, const std::string& value);
/// The id of a string, if it is stored.
std::optional<std::int64_t> interned(SQLite::Database& connection, const std::string& value);

/// The 32 bytes of a SHA-256 given as 64 hexadecimal digits; null for anything else.
std::optional<std::string> digest_bytes(std::string_view hex);
std::string digest_hex(std::string_view bytes);

/// JSON as text, with U+FFFD for invalid UTF-8. Throws Error when it is nested so deeply that
/// handling it could exhaust the stack.
std::string json_text(const nlohmann::json& value);
/// Inverse of json_text; throws Error when the text is not what json_text writes.
nlohmann::json json_value(const std::string& text);

}  // namespace assay::db
