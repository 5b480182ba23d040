#include "api/pages/wording.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

#include "validator/text/json_text.h"

namespace assay::api {
namespace {

constexpr std::size_t kLongestValue = 300;

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string words(std::string_view id) {
  std::string text(id);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

std::string day_of(std::string_view time) { return std::string(time.substr(0, 10)); }

std::string minute_of(std::string_view time) {
  std::string text(time.substr(0, 16));
  if (text.size() > 10) text[10] = ' ';
  return text;
}

std::string grouped(std::string_view text) {
  if (!all_digits(text) || text.size() < 5) return std::string(text);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && (text.size() - i) % 3 == 0) result += ',';
    result += text[i];
  }
  return result;
}

std::string in_short(std::string_view text) {
  constexpr std::string_view kUnits = "KMBT";
  if (!all_digits(text) || text.front() == '0' || text.size() < 4 || text.size() > 15) {
    return std::string(text);
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  std::uint64_t scale = 1'000;
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && value / scale >= 1'000) {
    scale *= 1'000;
    ++unit;
  }
  // Rounded, as such figures are written: 68.9766 billion is 69.0B, 405.85 is 406B.
  if (const std::uint64_t whole = (value + scale / 2) / scale; whole >= 100) {
    if (whole < 1'000 || unit + 1 == kUnits.size()) return fmt::format("{}{}", whole, kUnits[unit]);
    return fmt::format("1.0{}", kUnits[unit + 1]);
  }
  const std::uint64_t tenths = (value * 10 + scale / 2) / scale;
  return fmt::format("{}.{}{}", tenths / 10, tenths % 10, kUnits[unit]);
}

std::string shortened(std::string_view text, std::size_t code_points) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (seen++ == code_points) return std::string(text.substr(0, i)) + "…";
  }
  return std::string(text);
}

bool is_web_url(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

std::string host_of(std::string_view url) {
  if (!is_web_url(url)) return {};
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) url = url.substr(at + 1);
  if (url.starts_with("www.")) url.remove_prefix(4);
  return shortened(url, 100);
}

std::string shown(const nlohmann::json& value) {
  if (value.is_null()) return "–";
  if (value.is_string()) return shortened(value.get_ref<const std::string&>(), kLongestValue);
  if (value.is_number_integer()) return grouped(compact_json(value));
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_object() && value.contains("input_per_mtok_usd")) {
    const auto dollars = [&](const char* key) {
      const auto price = value.find(key);
      return price == value.end() || price->is_null() ? "not stated" : "$" + shown(*price);
    };
    return fmt::format("{} input, {} output", dollars("input_per_mtok_usd"),
                       dollars("output_per_mtok_usd"));
  }
  if (value.is_object()) {
    std::string text;
    for (const auto& [key, member] : value.items()) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", words(key), shown(member));
    }
    return shortened(text, kLongestValue);
  }
  return shortened(compact_json(value), kLongestValue);
}

}  // namespace assay::api
