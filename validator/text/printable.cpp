#include "validator/text/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace assay {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size()) return {lead, 1, false};
  std::uint32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {lead, 1, false};
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {lead, 1, false};
  return {value, length, true};
}

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, std::uint32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

// Controls, line and paragraph separators, the characters that change the direction of text, with
// which a line can be made to look like another one, and those that XML may not hold.
constexpr std::array<Range, 10> kNeverRaw{{{0x00, 0x1F},
                                           {0x7F, 0x9F},
                                           {0x61C, 0x61C},
                                           {0x200E, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2066, 0x2069},
                                           {0xFEFF, 0xFEFF},
                                           {0xFFF9, 0xFFFB},
                                           {0xFFFE, 0xFFFF},
                                           {0xE0000, 0xE007F}}};

// Combining marks and joiners of the scripts met in practice; the rest is taken as one column.
constexpr std::array<Range, 7> kNoColumn{{{0x300, 0x36F},
                                          {0x483, 0x489},
                                          {0x591, 0x5BD},
                                          {0x200B, 0x200D},
                                          {0x20D0, 0x20F0},
                                          {0xFE00, 0xFE0F},
                                          {0xFE20, 0xFE2F}}};

constexpr std::array<Range, 9> kTwoColumns{{{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF00, 0xFF60},
                                            {0x1F300, 0x1FAFF},
                                            {0x20000, 0x3FFFD}}};

// White space of Unicode.
constexpr std::array<Range, 9> kSpaces{{{0x09, 0x0D},
                                        {0x20, 0x20},
                                        {0x85, 0x85},
                                        {0xA0, 0xA0},
                                        {0x1680, 0x1680},
                                        {0x2000, 0x200A},
                                        {0x2028, 0x2029},
                                        {0x202F, 0x202F},
                                        {0x205F, 0x205F}}};

// Unicode's Default_Ignorable_Code_Point, the other controls, and blanks that are no white space.
constexpr std::array<Range, 17> kInvisible{{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0xAD, 0xAD},
                                            {0x34F, 0x34F},
                                            {0x61C, 0x61C},
                                            {0x115F, 0x1160},
                                            {0x17B4, 0x17B5},
                                            {0x180B, 0x180F},
                                            {0x200B, 0x200F},
                                            {0x202A, 0x202E},
                                            {0x2060, 0x206F},
                                            {0x2800, 0x2800},
                                            {0x3164, 0x3164},
                                            {0xFE00, 0xFE0F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF0, 0xFFFB},
                                            {0xE0000, 0xE0FFF}}};

Glyph escaped(std::string text, std::size_t bytes) {
  const std::size_t columns = text.size();
  return {std::move(text), bytes, columns};
}

}  // namespace

Glyph glyph_at(std::string_view text, std::size_t at) {
  const CodePoint point = decode(text, at);
  if (!point.valid) return escaped(fmt::format("\\x{:02x}", point.value), 1);
  if (point.value == '\t') return {"    ", 1, 4};
  if (point.value == '\n') return escaped("\\n", 1);
  if (in_ranges(kNeverRaw, point.value)) {
    return escaped(point.value < 0x100 ? fmt::format("\\x{:02x}", point.value)
                                       : fmt::format("\\u{{{:x}}}", point.value),
                   point.bytes);
  }
  const std::size_t columns = in_ranges(kNoColumn, point.value)     ? 0
                              : in_ranges(kTwoColumns, point.value) ? 2
                                                                    : 1;
  return {std::string(text.substr(at, point.bytes)), point.bytes, columns};
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Glyph glyph = glyph_at(text, at);
    out += glyph.text;
    at += glyph.bytes;
  }
  return out;
}

std::string visible(std::string_view text) {
  constexpr std::uint32_t kIdeographicSpace = 0x3000;
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode(text, at);
    const std::string_view bytes = text.substr(at, point.bytes);
    at += point.bytes;
    if (point.valid && (in_ranges(kSpaces, point.value) || point.value == kIdeographicSpace)) {
      gap = true;
    } else if (!point.valid || !in_ranges(kInvisible, point.value)) {
      if (gap && !out.empty()) out += ' ';
      gap = false;
      out += bytes;
    }
  }
  return out;
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t kMostCodePoints = 60;
  std::string out = "`";
  std::size_t count = 0;
  for (std::size_t at = 0; at < value.size(); ++count) {
    if (count == kMostCodePoints) {
      out += "…";
      break;
    }
    const Glyph glyph = glyph_at(value, at);
    out += glyph.text;
    at += glyph.bytes;
  }
  return out + "`";
}

}  // namespace assay
