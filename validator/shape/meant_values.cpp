#include "validator/shape/meant_values.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// Digits with `,` or `_` between groups of three, without these; null for other texts.
std::optional<std::string> without_groups(std::string_view text) {
  std::string digits;
  std::size_t group = 0;
  bool grouped = false;
  for (const char c : text) {
    if (ascii::is_digit(c)) {
      digits += c;
      ++group;
      continue;
    }
    if ((c != ',' && c != '_') || group == 0 || group > 3 || (grouped && group != 3)) {
      return std::nullopt;
    }
    grouped = true;
    group = 0;
  }
  // Nobody groups a number below a thousand: `0,250` is a fraction.
  const bool odd = grouped && (group != 3 || digits.front() == '0');
  if (digits.empty() || odd) return std::nullopt;
  return digits;
}

// A unit and by how many digits it shifts the number.
using Unit = std::pair<std::string_view, std::size_t>;

// The units that a field counts in. A million of context is also 1048576, so no other fields have
// these.
std::span<const Unit> units_of(std::string_view field) {
  constexpr static std::array<Unit, 10> kCounts{{{"million", 6},
                                                 {"billion", 9},
                                                 {"trillion", 12},
                                                 {"mn", 6},
                                                 {"bn", 9},
                                                 {"tn", 12},
                                                 {"m", 6},
                                                 {"b", 9},
                                                 {"g", 9},
                                                 {"t", 12}}};
  constexpr static std::array<Unit, 1> kShares{{{"%", 0}}};
  constexpr static std::array<Unit, 1> kTimes{{{"ms", 0}}};
  if (field.starts_with("params_") || field == "pretraining_tokens") return kCounts;
  if (field == "score") return kShares;
  if (field.ends_with("_ms")) return kTimes;
  return {};
}

// Takes a unit off the end and returns how many digits it shifts the number.
std::size_t take_unit(std::string& text, std::string_view field) {
  for (const auto& [unit, digits] : units_of(field)) {
    if (!text.ends_with(unit)) continue;
    text.resize(text.size() - unit.size());
    while (text.ends_with(' ')) text.pop_back();
    return digits;
  }
  return 0;
}

// Where a fraction may be, a single comma is its point. Before three digits it could as well
// separate thousands, unless a zero comes before it. False when that is unclear.
bool settle_comma(std::string& text) {
  const std::size_t comma = text.find(',');
  const bool single = comma != std::string::npos && comma == text.rfind(',');
  if (!single || text.find_first_of("._") != std::string::npos) return true;
  if (text.size() - comma == 4 && text.substr(0, comma) != "0") return false;
  text[comma] = '.';
  return true;
}

}  // namespace

std::optional<std::string> meant_number(std::string_view text, bool integer,
                                        std::string_view field) {
  constexpr std::size_t kLongestNumber = 40;
  if (text.empty() || text.size() > kLongestNumber) return std::nullopt;
  std::string rest = ascii::lower(text);
  if (rest.starts_with('$') && field.ends_with("_usd")) rest.erase(0, 1);
  const std::size_t shift = take_unit(rest, field);
  if (!integer && !settle_comma(rest)) return std::nullopt;
  const std::size_t point = rest.find('.');
  const std::optional<std::string> whole = without_groups(rest.substr(0, point));
  if (!whole) return std::nullopt;
  std::string fraction = point == std::string::npos ? "" : rest.substr(point + 1);
  if (!std::all_of(fraction.begin(), fraction.end(), ascii::is_digit)) return std::nullopt;
  if (point != std::string::npos && fraction.empty()) return std::nullopt;
  // `32.000` may be meant for 32000.
  if (integer && shift == 0 && fraction.size() == 3) return std::nullopt;

  while (fraction.size() < shift) fraction += '0';
  std::string digits = *whole + fraction.substr(0, shift);
  fraction.erase(0, shift);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const bool has_fraction = fraction.find_first_not_of('0') != std::string::npos;
  if (integer && has_fraction) return std::nullopt;
  if (integer || fraction.empty()) return digits;
  return digits + "." + fraction;
}

std::string_view number_help(std::string_view text, bool integer) {
  if (text.find_first_of("0123456789") == std::string_view::npos) return "";
  if (!integer) {
    return text.find(',') == std::string_view::npos
               ? ""
               : "write it without a comma, which may separate thousands or decimals";
  }
  if (text.ends_with('k') || text.ends_with('K')) {
    return "write the number in full: 1k may be 1000 or 1024";
  }
  if (text.ends_with('m') || text.ends_with('M')) {
    return "write the number in full: 1M may be 1000000 or 1048576";
  }
  return "";
}

std::optional<std::string> meant_boolean(std::string_view text) {
  const std::string word = ascii::lower(text.substr(0, 8));
  for (const std::string_view yes : {"true", "yes", "on", "y"}) {
    if (word == yes) return "true";
  }
  for (const std::string_view no : {"false", "no", "off", "n"}) {
    if (word == no) return "false";
  }
  return std::nullopt;
}

namespace {

// 1 to 12 for the English name of a month or its first three letters; 0 for other words.
int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  const std::string name = ascii::lower(word);
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (name.size() >= 3 && kMonths[i].starts_with(name)) return static_cast<int>(i) + 1;
  }
  return 0;
}

// Dates with the name of their month: `Sep 5, 2024`, `5 September 2024`.
std::optional<std::string> date_with_name(std::string_view text) {
  std::string year;
  std::string day;
  int month = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" ,./-", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    const bool digits = std::all_of(word.begin(), word.end(), ascii::is_digit);
    if (digits && word.size() == 4 && year.empty()) {
      year = word;
    } else if (digits && word.size() <= 2 && day.empty()) {
      day = word;
    } else if (month == 0 && month_of(word) != 0) {
      month = month_of(word);
    } else {
      return std::nullopt;
    }
  }
  if (year.empty() || day.empty() || month == 0) return std::nullopt;
  return fmt::format("{}-{:02}-{:0>2}", year, month, day);
}

}  // namespace

std::optional<std::string> meant_date(std::string_view text) {
  constexpr std::size_t kLongestWithName = 30;
  if (text.size() <= kLongestWithName) {
    if (auto date = date_with_name(text)) return date;
  }
  constexpr std::size_t kLongestDate = 10;
  if (text.size() > kLongestDate) return std::nullopt;
  std::array<std::string, 3> parts;
  std::size_t part = 0;
  for (const char c : text) {
    if (ascii::is_digit(c)) {
      parts[part] += c;
    } else if ((c == '/' || c == '.' || c == '-') && part < 2) {
      ++part;
    } else {
      return std::nullopt;
    }
  }
  const auto& [year, month, day] = parts;
  const auto short_enough = [](const std::string& s) { return !s.empty() && s.size() <= 2; };
  if (year.size() != 4 || !short_enough(month) || !short_enough(day)) return std::nullopt;
  return fmt::format("{}-{:0>2}-{:0>2}", year, month, day);
}

std::string_view meant_word(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kWords{{
      {"uk", "GB"},
      {"usa", "US"},
      {"uae", "AE"},
      {"prc", "CN"},
      {"open-source", "open"},
      {"opensource", "open"},
      {"open source", "open"},
      {"closed", "proprietary"},
      {"closed-source", "proprietary"},
      {"closed source", "proprietary"},
      {"mixture-of-experts", "moe"},
      {"mixture of experts", "moe"},
      {"sparse", "moe"},
      {"mamba", "ssm"},
      {"vlm", "vision-language"},
      {"multimodal", "vision-language"},
      {"vision", "vision-language"},
      {"pretrained", "base"},
      {"coder", "code"},
      {"thinking", "reasoning"},
      {"bitsandbytes", "bnb"},
      {"q4_k_m", "gguf"},
  }};
  const std::string word = ascii::lower(text.substr(0, 32));
  for (const auto& [written, meant] : kWords) {
    if (word == written) return meant;
  }
  return "";
}

std::string meant_url(std::string_view text) {
  constexpr std::size_t kLongestUrl = 500;
  const std::size_t slash = text.find('/');
  const bool odd = text.find_first_of(" \t\r\n") != std::string_view::npos;
  if (text.size() > kLongestUrl || odd || text.find("//") != std::string_view::npos) return "";
  const std::string_view first = text.substr(0, slash);
  if (first.find('.') != std::string_view::npos && !first.starts_with('.') &&
      !first.ends_with('.')) {
    return fmt::format("https://{}", text);
  }
  const bool repository = slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() &&
                          text.find('/', slash + 1) == std::string_view::npos;
  return repository ? fmt::format("https://huggingface.co/{}", text) : std::string();
}

std::string meant_slug(std::string_view text) {
  constexpr std::size_t kLongestSlug = 128;
  std::string out;
  for (const char c : text.substr(0, kLongestSlug)) {
    const char small = ascii::to_lower(c);
    const bool keeps = ascii::is_digit(small) || (small >= 'a' && small <= 'z');
    if (keeps) {
      out += small;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string quoted_as(std::string_view written, std::string_view text) {
  if (written.starts_with('"')) return yaml_quoted(text);
  if (!written.starts_with('\'')) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

}  // namespace assay
