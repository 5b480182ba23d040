#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::prices {

/// JSON whose numbers keep the token that the source wrote: a price never passes through a double.
struct RawJson {
  enum class Kind { null, boolean, number, string, array, object };
  using Member = std::pair<std::string, RawJson>;

  Kind kind = Kind::null;
  std::string text;             ///< token of a number, content of a string, "true" or "false"
  std::vector<RawJson> items;   ///< of an array
  std::vector<Member> members;  ///< of an object, in order, duplicate keys included

  bool is_object() const { return kind == Kind::object; }
  bool is_array() const { return kind == Kind::array; }
  bool is_string() const { return kind == Kind::string; }
  /// The member; null when there is none, or when two of that key say different things: then
  /// neither is what the source states.
  const RawJson* get(std::string_view key) const;
  /// Whether a key stands here twice with different values.
  bool contradicts_itself(std::string_view key) const;
  /// The member as a string; empty when it is none.
  std::string_view string(std::string_view key) const;
  friend bool operator==(const RawJson&, const RawJson&) = default;
};

/// Null when the text is not JSON, or nested deeper (32 levels) or in more
/// pieces (2 million values) than any honest list.
std::optional<RawJson> parse_raw_json(std::string_view text);

/// A key as a step of a JSON pointer (RFC 6901): "/" and the escaped key.
std::string pointer_step(std::string_view key);
std::string pointer_step(std::size_t index);

}  // namespace assay::prices
