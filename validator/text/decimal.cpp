#include "validator/text/decimal.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include <boost/multiprecision/cpp_dec_float.hpp>

#include "validator/text/ascii.h"

namespace assay {
namespace {

constexpr std::size_t kDigits = 60;
constexpr long kExponent = 100;

// Room for all digits that may be significant, so that comparing never rounds.
using Number = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<100>>;

// (-1)^negative * digits * 10^exponent. Digits have no zero at either end; zero has no digits.
struct Parts {
  bool negative = false;
  std::string digits;
  long exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
  const auto length = static_cast<std::size_t>(
      std::find_if_not(text.begin(), text.end(), ascii::is_digit) - text.begin());
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

void strip_zeros(Parts& parts) {
  const std::size_t last = parts.digits.find_last_not_of('0');
  if (last == std::string::npos) {
    parts = {};
    return;
  }
  parts.exponent += static_cast<long>(parts.digits.size() - last - 1);
  parts.digits.erase(last + 1);
  parts.digits.erase(0, parts.digits.find_first_not_of('0'));
}

// The exponent after `e`, if the text is nothing but one. One far out of bounds becomes any other
// that is, since a zero may have it.
std::optional<long> read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  take(text, "+-");
  if (text.empty() || !std::all_of(text.begin(), text.end(), ascii::is_digit)) return std::nullopt;
  long value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr long kFar = 1'000'000'000;
  if (result.ec != std::errc() || value > kFar) value = kFar;
  return negative ? -value : value;
}

std::optional<Parts> read(std::string_view text) {
  Parts parts;
  parts.negative = text.starts_with('-');
  take(text, "+-");
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (take(text, ".")) fraction = take_digits(text);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (take(text, "eE")) {
    const std::optional<long> exponent = read_exponent(text);
    if (!exponent) return std::nullopt;
    parts.exponent = *exponent;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  parts.digits.append(whole).append(fraction);
  parts.exponent -= static_cast<long>(fraction.size());
  strip_zeros(parts);
  return parts;
}

bool in_bounds(const Parts& parts) {
  if (parts.digits.empty()) return true;
  const long leading = parts.exponent + static_cast<long>(parts.digits.size()) - 1;
  return parts.digits.size() <= kDigits && leading >= -kExponent && leading <= kExponent;
}

std::string canonical(const Parts& parts) {
  if (parts.digits.empty()) return "0";
  std::string text = parts.digits;
  if (parts.exponent >= 0) {
    text.append(static_cast<std::size_t>(parts.exponent), '0');
  } else {
    const auto places = static_cast<std::size_t>(-parts.exponent);
    if (places >= text.size()) text.insert(0, places - text.size() + 1, '0');
    text.insert(text.size() - places, 1, '.');
  }
  return parts.negative ? '-' + text : text;
}

// A result of calculation, rounded to so many digits, as text.
std::string digits_of(const Number& number, std::size_t digits) {
  return number.str(static_cast<std::streamsize>(digits) - 1, std::ios_base::scientific);
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const std::optional<Parts> parts = read(text);
  if (!parts || !in_bounds(*parts)) return std::nullopt;
  return Decimal(canonical(*parts));
}

Decimal Decimal::scaled_by_ten_to(int exponent) const {
  Parts parts = read(text_).value_or(Parts{});
  parts.exponent += exponent;
  return Decimal(canonical(parts));
}

std::optional<int> Decimal::power_of_ten_ratio(const Decimal& other) const {
  const Parts a = read(text_).value_or(Parts{});
  const Parts b = read(other.text_).value_or(Parts{});
  if (a.digits.empty() || a.digits != b.digits || a.negative != b.negative) return std::nullopt;
  if (a.exponent == b.exponent) return std::nullopt;
  return static_cast<int>(a.exponent - b.exponent);
}

std::size_t Decimal::significant_digits() const {
  return read(text_).value_or(Parts{}).digits.size();
}

int Decimal::leading_exponent() const {
  const Parts parts = read(text_).value_or(Parts{});
  if (parts.digits.empty()) return 0;
  return static_cast<int>(parts.exponent + static_cast<long>(parts.digits.size()) - 1);
}

Decimal Decimal::rounded_to(std::size_t digits) const {
  Parts parts = read(text_).value_or(Parts{});
  if (parts.digits.size() <= digits) return *this;
  const std::string_view rest = std::string_view(parts.digits).substr(digits);
  const bool odd = (parts.digits[digits - 1] - '0') % 2 == 1;
  // Digits have no zero at their end, so a lone 5 is exactly the half.
  const bool up = rest.front() > '5' || (rest.front() == '5' && (rest.size() > 1 || odd));
  parts.exponent += static_cast<long>(rest.size());
  parts.digits.resize(digits);
  if (up) {
    const std::size_t nines = parts.digits.find_last_not_of('9');
    if (nines == std::string::npos) {
      parts.digits.assign(1, '1');
      parts.exponent += static_cast<long>(digits);
    } else {
      ++parts.digits[nines];
      parts.exponent += static_cast<long>(digits - nines - 1);
      parts.digits.resize(nines + 1);
    }
  }
  strip_zeros(parts);
  return Decimal(canonical(parts));
}

Decimal Decimal::without_noise() const {
  constexpr std::size_t kExactInDouble = 15;
  constexpr std::size_t kMeant = 12;
  if (significant_digits() <= kExactInDouble) return *this;
  Decimal rounded = rounded_to(kExactInDouble);
  return rounded.significant_digits() <= kMeant ? rounded : *this;
}

std::optional<Decimal> Decimal::times(const Decimal& other) const {
  return parse(digits_of(Number(text_) * Number(other.text_), kDigits));
}

std::optional<Decimal> Decimal::divided_by(const Decimal& other) const {
  constexpr std::size_t kQuotient = 40;
  if (other.is_zero()) return std::nullopt;
  return parse(digits_of(Number(text_) / Number(other.text_), kQuotient));
}

Decimal Decimal::complement() const {
  return *parse(digits_of(Number(1) - Number(text_), kDigits));
}

std::optional<std::string> Decimal::percent_from(const Decimal& base) const {
  if (base.is_zero() || base.is_negative() || is_negative()) return std::nullopt;
  const Number change = (Number(text_) - Number(base.text_)) / Number(base.text_) * 100;
  const std::optional<Decimal> percent = parse(change.str(50, std::ios_base::scientific));
  if (!percent) return std::nullopt;
  const std::string text = percent->rounded_to(3).text();
  return (text.front() == '-' ? text : '+' + text) + " %";
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.text_ == b.text_) return std::strong_ordering::equal;
  return Number(a.text_) < Number(b.text_) ? std::strong_ordering::less
                                           : std::strong_ordering::greater;
}

}  // namespace assay
