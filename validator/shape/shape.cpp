#include "validator/shape/shape.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>

#include "validator/text/ascii.h"

namespace assay {
namespace {

bool is_number(const Node& node) { return node.kind == Kind::integer || node.kind == Kind::real; }

// A number without plus sign and leading zeros, for integers beyond what a double tells apart.
std::string_view bare_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  return text;
}

// Removes the digits at the start of `text` and returns them.
std::string_view take_digits(std::string_view& text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), ascii::is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

// From the text: a double would round 9007199254740993.5 to an integer.
bool is_whole_real(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::string digits(take_digits(text));
  std::int64_t after_point = 0;  // digits after the decimal point, the exponent applied
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::string_view fraction = take_digits(text);
    digits += fraction;
    after_point = static_cast<std::int64_t>(fraction.size());
  }
  if (digits.empty()) return false;  // such as .inf
  const std::size_t last = digits.find_last_not_of('0');
  if (last == std::string::npos) return true;  // zero
  if (!text.empty()) {
    text.remove_prefix(1);  // e or E
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    constexpr std::int64_t kMostExponent = 1'000'000;
    if (error != std::errc() || end != text.data() + text.size() || exponent > kMostExponent ||
        exponent < -kMostExponent) {
      return false;
    }
    after_point -= exponent;
  }
  const std::size_t trailing_zeros = digits.size() - 1 - last;
  return after_point <= static_cast<std::int64_t>(trailing_zeros);
}

}  // namespace

bool is_whole(const Node& node) {
  if (node.kind != Kind::real) return node.kind == Kind::integer;
  return is_whole_real(node.text) && std::isfinite(number_of(node));
}

KindSet kinds_of(const Node& node) {
  const KindSet kind = kind_bit(node.kind);
  return node.kind == Kind::real && is_whole(node) ? kind | kind_bit(Kind::integer) : kind;
}

double number_of(const Node& node) {
  const std::string text(node.text.substr(0, 400));
  if (node.kind == Kind::integer && (text.starts_with("0x") || text.starts_with("0o"))) {
    const int base = text[1] == 'x' ? 16 : 8;
    return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, base));
  }
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii::to_lower);
  if (lower == ".inf" || lower == "+.inf") return std::numeric_limits<double>::infinity();
  if (lower == "-.inf") return -std::numeric_limits<double>::infinity();
  if (lower == ".nan") return std::numeric_limits<double>::quiet_NaN();
  return std::strtod(text.c_str(), nullptr);
}

std::string_view written(std::string_view bytes, const Node& node) {
  if (node.begin >= node.end || node.end > bytes.size()) return {};
  return bytes.substr(node.begin, node.end - node.begin);
}

std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool same_value(const Node& a, const Node& b) {
  if (is_number(a) && is_number(b)) {
    if (a.kind == Kind::integer && b.kind == Kind::integer &&
        bare_integer(a.text) == bare_integer(b.text)) {
      return true;
    }
    constexpr std::size_t kExactDigits = 15;
    if (a.text.size() > kExactDigits && b.text.size() > kExactDigits) return a.text == b.text;
    return number_of(a) == number_of(b);
  }
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return (a.text.front() | 0x20) == (b.text.front() | 0x20);  // true, True, TRUE
    case Kind::integer:
    case Kind::real:
    case Kind::string:
      return a.text == b.text;
    case Kind::sequence:
      return std::equal(a.sequence().begin(), a.sequence().end(), b.sequence().begin(),
                        b.sequence().end(), same_value);
    case Kind::mapping:
      return a.count == b.count &&
             std::all_of(a.mapping().begin(), a.mapping().end(), [&](const Member& member) {
               const Node* other = b.get(member.key.text);
               return other != nullptr && same_value(member.value, *other);
             });
  }
  return false;
}

}  // namespace assay
