#include "validator/text/decimal.h"

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "support/catch.h"

using assay::Decimal;

namespace {

Decimal decimal(std::string_view text) {
  const std::optional<Decimal> parsed = Decimal::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string random_number(std::mt19937_64& random) {
  std::string text = random() % 3 == 0 ? "-" : "";
  const std::size_t whole = random() % 20 + 1;
  for (std::size_t i = 0; i < whole; ++i) text += static_cast<char>('0' + random() % 10);
  if (random() % 2 == 0) text += '.';
  if (text.back() == '.') {
    const std::size_t places = random() % 20 + 1;
    for (std::size_t i = 0; i < places; ++i) text += static_cast<char>('0' + random() % 10);
  }
  if (random() % 3 == 0) text += "e" + std::to_string(static_cast<int>(random() % 61) - 30);
  return text;
}

}  // namespace

TEST_CASE("decimals have one text however they are written") {
  const auto [written, text] = GENERATE(table<std::string, std::string>({
      {"0.10", "0.1"},
      {"8.8e-07", "0.00000088"},
      {"2.9999999999999997e-05", "0.000029999999999999997"},
      {"-1", "-1"},
      {"+1.50", "1.5"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"00120.0", "120"},
      {".5", "0.5"},
      {"5.", "5"},
      {"-0.0", "0"},
      {"0e999999999999999999999", "0"},
      {"12345678901234567890.5", "12345678901234567890.5"},
  }));
  CAPTURE(written);
  CHECK(decimal(written).text() == text);
  CHECK(decimal(written) == decimal(text));
}

TEST_CASE("what is not a decimal number is not read") {
  const std::string text =
      GENERATE(as<std::string>(), "", "-", "+", ".", "e5", "1e", "1e+", "1 ", " 1", "1,5", "0x10",
               "1_000", "nan", ".nan", ".inf", "--1", "1e5.0", "1.2.3", "1e101", "1e-101",
               "1e99999999999999999999", "$1");
  CAPTURE(text);
  CHECK_FALSE(Decimal::parse(text));
}

TEST_CASE("sixty digits are exact and more are refused") {
  const std::string sixty = "1" + std::string(58, '0') + "1";
  CHECK(decimal(sixty).text() == sixty);
  CHECK(decimal(sixty) > decimal("1" + std::string(59, '0')));
  CHECK_FALSE(Decimal::parse("1" + std::string(59, '0') + "1"));
  CHECK(decimal("1" + std::string(80, '0')).text() == "1" + std::string(80, '0'));
}

TEST_CASE("decimals are ordered by value") {
  CHECK(decimal("2879.2") == decimal("2879.20"));
  CHECK(decimal("0.1") < decimal("0.2"));
  CHECK(decimal("-0.1") > decimal("-0.2"));
  CHECK(decimal("9") < decimal("10"));
  CHECK(decimal("1e-30") > decimal("0"));
  CHECK((decimal("1e2") <=> decimal("100")) == std::strong_ordering::equal);
}

TEST_CASE("scaling by powers of ten is exact") {
  CHECK(decimal("0.00000088").scaled_by_ten_to(6).text() == "0.88");
  CHECK(decimal("0.88").scaled_by_ten_to(-6).text() == "0.00000088");
  CHECK(decimal("0").scaled_by_ten_to(6).text() == "0");
}

TEST_CASE("a ratio that is a power of ten is found") {
  CHECK(decimal("0.25").power_of_ten_ratio(decimal("0.00000025")) == 6);
  CHECK(decimal("0.25").power_of_ten_ratio(decimal("25")) == -2);
  CHECK_FALSE(decimal("0.25").power_of_ten_ratio(decimal("0.25")));
  CHECK_FALSE(decimal("0.25").power_of_ten_ratio(decimal("0.26")));
  CHECK_FALSE(decimal("0.25").power_of_ten_ratio(decimal("-2.5")));
  CHECK_FALSE(decimal("0").power_of_ten_ratio(decimal("0")));
}

TEST_CASE("properties of random decimals hold") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    const std::string written = random_number(random);
    const std::string other_written = random_number(random);
    CAPTURE(written, other_written);
    const Decimal a = decimal(written);
    const Decimal b = decimal(other_written);
    CHECK(decimal(a.text()) == a);
    CHECK(decimal(a.text()).text() == a.text());
    CHECK((a < b) == (b > a));
    CHECK((a == b) == ((a <=> b) == std::strong_ordering::equal));
    // Both doubles are rounded, so they only decide when they differ clearly.
    const double x = std::stod(written);
    const double y = std::stod(other_written);
    if (x < y - std::abs(y) * 1e-9) CHECK(a < b);
    const int power = static_cast<int>(random() % 41) - 20;
    const Decimal scaled = a.scaled_by_ten_to(power);
    CHECK(scaled.scaled_by_ten_to(-power) == a);
    CHECK((scaled < b.scaled_by_ten_to(power)) == (a < b));
    if (power != 0 && !a.is_zero()) CHECK(scaled.power_of_ten_ratio(a) == power);
    CHECK(a.is_negative() == (a < decimal("0")));
  }
}

TEST_CASE("rounding keeps so many digits and takes the even one at the half") {
  const auto [text, digits, rounded] = GENERATE(table<std::string, std::size_t, std::string>({
      {"0.00000100000000000000015", 15, "0.000001"},
      {"2.9999999999999997", 15, "3"},
      {"7.500003000000001", 15, "7.500003"},
      {"0.125", 2, "0.12"},
      {"0.135", 2, "0.14"},
      {"0.1251", 2, "0.13"},
      {"999", 2, "1000"},
      {"-2.55", 2, "-2.6"},
      {"1299.6", 4, "1300"},
      {"1.5", 3, "1.5"},
      {"0", 1, "0"},
  }));
  CAPTURE(text, digits);
  CHECK(decimal(text).rounded_to(digits).text() == rounded);
}

TEST_CASE("rounding agrees with comparing") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) {
    const Decimal number = decimal(random_number(random));
    const std::size_t digits = random() % 12 + 1;
    const Decimal rounded = number.rounded_to(digits);
    CHECK(rounded.significant_digits() <= digits);
    CHECK(rounded.rounded_to(digits) == rounded);
    CHECK((number.significant_digits() > digits || rounded == number));
    CHECK((rounded.is_negative() == number.is_negative() || rounded.is_zero()));
  }
}

TEST_CASE("the leading exponent is the place of the first digit") {
  CHECK(decimal("0.06").leading_exponent() == -2);
  CHECK(decimal("1").leading_exponent() == 0);
  CHECK(decimal("71000").leading_exponent() == 4);
  CHECK(decimal("0").leading_exponent() == 0);
}

TEST_CASE("a change is told in percent") {
  CHECK(decimal("0.08").percent_from(decimal("0.06")) == "+33.3 %");
  CHECK(decimal("0.03").percent_from(decimal("0.06")) == "-50 %");
  CHECK(decimal("30.25").percent_from(decimal("1")) == "+2920 %");
  CHECK(decimal("0").percent_from(decimal("2")) == "-100 %");
  CHECK_FALSE(decimal("1").percent_from(decimal("0")));
  CHECK_FALSE(decimal("-1").percent_from(decimal("1")));
}

TEST_CASE("noise of binary floating point is told from what is meant") {
  const auto [written, meant] = GENERATE(table<std::string, std::string>({
      {"0.29999999999999997", "0.3"},
      {"0.30000000000000004", "0.3"},
      {"2.9999999999999997e-05", "0.00003"},
      {"0.00000100000000000000015", "0.000001"},
      {"4.5003000000000007E-7", "0.00000045003"},
      {"0.1234567890123456789", "0.1234567890123456789"},
      {"1.23456789012345", "1.23456789012345"},
      {"0.3", "0.3"},
      {"0", "0"},
  }));
  CAPTURE(written);
  CHECK(decimal(written).without_noise().text() == meant);
}

TEST_CASE("products and quotients and complements are exact where they end") {
  CHECK(decimal("0.75").times(decimal("0.65"))->text() == "0.4875");
  CHECK(decimal("0.03").divided_by(decimal("0.1"))->text() == "0.3");
  CHECK(decimal("0.4875").divided_by(decimal("0.65"))->text() == "0.75");
  CHECK(decimal("1").divided_by(decimal("3"))->text() == "0." + std::string(40, '3'));
  CHECK_FALSE(decimal("1").divided_by(decimal("0")));
  CHECK_FALSE(decimal("1e-99").times(decimal("1e-99")));
  CHECK(decimal("0.9").complement().text() == "0.1");
  CHECK(decimal("-0.1").complement().text() == "1.1");
  CHECK(decimal("1").complement().text() == "0");
}
