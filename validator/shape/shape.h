#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validator/node.h"

namespace assay {

/// One bit per Kind.
using KindSet = unsigned;
constexpr KindSet kind_bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }
inline constexpr KindSet kAnyKind = 0x7F;

/// Texts longer than this are never given to std::regex, which recurses once per character.
inline constexpr std::size_t kLongestPatterned = 1024;

/// What one part of a JSON Schema demands of a value, independent of the library that read it.
/// Shapes refer to each other and live in the Schema that made them.
struct Shape {
  struct Bound {
    double limit = 0;
    bool exclusive = false;
  };
  struct Pattern {
    std::string text;
    std::shared_ptr<const std::regex> compiled;  ///< shared by all shapes with this text
  };
  struct Choice {
    const Shape* condition = nullptr;
    const Shape* then = nullptr;       ///< null accepts everything
    const Shape* otherwise = nullptr;  ///< null accepts everything
  };
  /// A demand without an explanation of its own. The function judges values within the library's
  /// bounds and returns null for others.
  struct Other {
    std::string keyword;
    std::function<std::optional<bool>(const Node&)> accepts;
  };

  bool never = false;  ///< the schema `false`
  KindSet kinds = kAnyKind;
  std::optional<std::vector<Node>> allowed;  ///< enum or const
  std::optional<Bound> minimum, maximum;
  std::optional<std::uint64_t> min_length, max_length;  ///< in code points
  std::optional<std::uint64_t> min_items, max_items;
  std::optional<Pattern> pattern;
  bool unique_items = false;

  std::vector<std::string> required;
  bool has_properties = false;  ///< without it keys are free
  std::map<std::string, const Shape*, std::less<>> properties;
  std::vector<std::pair<std::regex, const Shape*>> pattern_properties;
  const Shape* additional = nullptr;  ///< of keys not named; null forbids them
  const Shape* items = nullptr;       ///< null: items are free

  std::vector<const Shape*> all_of, any_of, one_of;
  std::vector<Choice> choices;
  std::vector<Other> others;
};

/// An integer, or a number such as `7.0` or `7e9` without a fraction: draft-07 counts it as one.
bool is_whole(const Node& node);

/// The kinds that a schema may ask for to allow this value: two for a number such as `7.0`.
KindSet kinds_of(const Node& node);

/// Equality of JSON values: numbers by value, mappings without regard to order.
bool same_value(const Node& a, const Node& b);

/// The value of a number; saturated where it does not fit.
double number_of(const Node& node);

/// The node as it is written in the file that has these bytes; empty when it comes from elsewhere.
std::string_view written(std::string_view bytes, const Node& node);

/// Code points of a text.
std::size_t length_of(std::string_view text);

}  // namespace assay
