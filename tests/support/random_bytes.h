#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace assay::test {

/// A short text of pieces that tend to break what copes with text: any byte, parts of code points,
/// characters with a meaning in XML, JSON, URLs and YAML.
inline std::string random_bytes(std::mt19937_64& random) {
  static constexpr std::array<std::string_view, 16> kPieces{
      "a",     "7",  " ", "%", "%2F",          "%zz",          "+",   "/", "<b>",
      "&amp;", "\"", "é", "😀", "\xef\xbf\xbe", "\xed\xa0\x80", "\xc3"};
  std::string text;
  const std::size_t pieces = random() % 12;
  for (std::size_t i = 0; i < pieces; ++i) {
    if (random() % 4 == 0) {
      text += static_cast<char>(random() % 256);
    } else {
      text += kPieces[random() % kPieces.size()];
    }
  }
  return text;
}

}  // namespace assay::test
