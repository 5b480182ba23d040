#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// An exact decimal number as written in a source: prices never pass through a double.
/// Up to 60 significant digits and exponents from -100 to 100.
class Decimal {
 public:
  /// Reads a JSON or YAML number ("0.10", "8.8e-07", "-1"); nothing else, no spaces. Null when it
  /// is not a number, not finite or out of bounds.
  static std::optional<Decimal> parse(std::string_view text);

  /// Canonical text: no exponent, no trailing zeros, "0" for zero, "-" only for negatives.
  const std::string& text() const { return text_; }
  bool is_zero() const { return text_ == "0"; }
  bool is_negative() const { return text_.front() == '-'; }

  /// This number times ten to the power of `exponent` (-100 to 100).
  Decimal scaled_by_ten_to(int exponent) const;
  /// k when this == other * 10^k for a k other than 0; null otherwise and for zeros.
  std::optional<int> power_of_ten_ratio(const Decimal& other) const;
  std::size_t significant_digits() const;
  /// Power of ten of the first significant digit: 0 for 1 to 9.99, -2 for 0.06; 0 for zero.
  int leading_exponent() const;
  /// Rounded half to even to so many significant digits (at least 1).
  Decimal rounded_to(std::size_t digits) const;
  /// Without the noise that binary floating point leaves; this where there is none. A decimal of up
  /// to 15 significant digits survives a double, so noise starts after them: a number is noisy that
  /// has more than 15 and that rounding to 15 leaves with at most 12. 0.29999999999999997 is 0.3,
  /// 0.1234567890123456789 is itself.
  Decimal without_noise() const;
  /// To 60 digits where the product has more. Null when it is out of bounds.
  std::optional<Decimal> times(const Decimal& other) const;
  /// To 40 digits. Null when `other` is zero, or the quotient out of bounds.
  std::optional<Decimal> divided_by(const Decimal& other) const;
  /// 1 minus this.
  Decimal complement() const;
  /// The change from `base` to this, as text: "+33.3 %", "-50 %", to three digits. Null when
  /// `base` is zero or either is negative.
  std::optional<std::string> percent_from(const Decimal& base) const;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  explicit Decimal(std::string canonical) : text_(std::move(canonical)) {}
  std::string text_;
};

}  // namespace assay
