#include "validator/text/percent.h"

#include <cstddef>

#include "validator/text/ascii.h"

namespace assay {

bool is_unreserved(char c) {
  return ascii::is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_unreserved_or_slash(char c) { return is_unreserved(c) || c == '/'; }

std::string percent_encoded(std::string_view text, KeptCharacters keeps) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (keeps(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 0xFU];
  }
  return encoded;
}

std::string percent_decoded(std::string_view text, UrlPart part) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? ascii::hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? ascii::hex_value(text[i + 2]) : -1;
    const bool slash = high * 16 + low == '/';
    if (low >= 0 && !(part == UrlPart::path && slash)) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += part == UrlPart::query && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace assay
