#include "validator/text/xml.h"

#include <cstddef>

#include "validator/text/json_text.h"

namespace assay {

std::string xml_characters(std::string_view text) {
  const std::string clean = valid_utf8(text);
  std::string result;
  result.reserve(clean.size());
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const bool noncharacter =
        clean.compare(i, 3, "\xef\xbf\xbe") == 0 || clean.compare(i, 3, "\xef\xbf\xbf") == 0;
    if (noncharacter) {
      i += 2;
      continue;
    }
    const char c = clean[i];
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') result += c;
  }
  return result;
}

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : xml_characters(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace assay
