#include "validator/reading/prepared_text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlankLine = "  \n";  // as long as the mark
constexpr char kStandIn = '_';                   // means nothing in YAML, wherever it is

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// Length of the well-formed UTF-8 sequence of several bytes at `at`; 0 when it is ill-formed
// (stray continuation, overlong, surrogate, beyond U+10FFFF, cut off).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned char lead = byte_at(text, at);
  const unsigned char second = byte_at(text, at + 1);
  if (!is_continuation(second)) return 0;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
    return is_continuation(byte_at(text, at + 2)) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
    return is_continuation(byte_at(text, at + 2)) && is_continuation(byte_at(text, at + 3)) ? 4 : 0;
  }
  return 0;
}

// Eight bytes at once, as most of any catalog is printable ASCII: true when one of them is not
// ASCII or below the space.
bool has_special(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, sizeof word);
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  constexpr std::uint64_t kSpace = 0x2020202020202020U;
  return ((word | (word - kSpace)) & kHigh) != 0;
}

Diagnostic problem(std::string_view rule, Severity severity, Span span, std::string message,
                   std::string help) {
  Diagnostic diagnostic;
  diagnostic.rule = rule;
  diagnostic.severity = severity;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  diagnostic.help = std::move(help);
  return diagnostic;
}

std::string& own_bytes(PreparedText& out) {
  if (out.copy.empty()) {
    out.copy = out.text;
    out.text = out.copy;
  }
  return out.copy;
}

// yaml-cpp takes the tab of an otherwise blank line for indentation. Returns the end of the blanks.
std::size_t blank_out_tabs(std::size_t line, PreparedText& out) {
  const std::size_t end = std::min(out.text.find_first_not_of(" \t", line), out.text.size());
  const bool blank = end == out.text.size() || out.text[end] == '\n' || out.text[end] == '\r';
  if (blank) own_bytes(out).replace(line, end - line, end - line, ' ');
  return end;
}

void replace_bad_bytes(std::string_view bytes, std::size_t begin, PreparedText& out) {
  std::size_t first_bad = std::string_view::npos;
  std::size_t bad = 0;
  for (std::size_t at = begin; at < bytes.size();) {
    if (at + 8 <= bytes.size() && !has_special(bytes, at)) {
      at += 8;
      continue;
    }
    const unsigned char byte = byte_at(bytes, at);
    std::size_t length = 1;
    bool fine = byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
    if (byte >= 0x80) {
      length = sequence_length(bytes, at);
      fine = length > 0;
      length = std::max<std::size_t>(length, 1);
    } else if (byte == '\r' && byte_at(bytes, at + 1) != '\n') {
      // A lone carriage return is a line end, which not every yaml-cpp knows.
      own_bytes(out)[at] = '\n';
    } else if (byte == '\t' && (at == 0 || byte_at(bytes, at - 1) == '\n')) {
      length = blank_out_tabs(at, out) - at;
    }
    if (!fine) {
      own_bytes(out)[at] = kStandIn;
      first_bad = std::min(first_bad, at);
      ++bad;
    }
    at += length;
  }
  if (bad == 0) return;
  out.altered = true;
  const unsigned char byte = byte_at(bytes, first_bad);
  const std::string more = bad == 1 ? "" : fmt::format(" (and {} more such bytes)", bad - 1);
  const std::string what = byte < 0x20 ? fmt::format("control character 0x{:02X}{}", byte, more)
                                       : fmt::format("byte 0x{:02X} is not UTF-8{}", byte, more);
  out.problems.push_back(problem("yaml-encoding", Severity::error, {first_bad, first_bad + 1}, what,
                                 byte < 0x20 ? "remove it" : "save the file as UTF-8"));
}

}  // namespace

void prepare_text(std::string_view bytes, const ReadLimits& limits, PreparedText& out) {
  out.text = bytes;
  // Offsets are kept in 32 bits, and the parser counts in int.
  const std::size_t most =
      std::min<std::size_t>(limits.file_bytes, std::numeric_limits<std::int32_t>::max() / 2);
  if (bytes.size() > most) {
    out.readable = false;
    out.problems.push_back(
        problem("too-large", Severity::error, {0, 0},
                fmt::format("the file has {} bytes, but at most {} are read", bytes.size(), most),
                "split the catalog"));
    return;
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    out.readable = false;
    out.problems.push_back(problem("yaml-encoding", Severity::error, {0, 2}, "the file is UTF-16",
                                   "save the file as UTF-8"));
    return;
  }
  std::size_t begin = 0;
  while (bytes.substr(begin).starts_with(kByteOrderMark)) {
    own_bytes(out).replace(begin, kByteOrderMark.size(), kBlankLine);
    begin += kByteOrderMark.size();
  }
  if (begin > 0) {
    Diagnostic mark = problem("yaml-bom", Severity::note, {0, begin},
                              "the file starts with a byte-order mark", "save it without one");
    mark.fix = Fix{{0, begin}, ""};
    out.problems.push_back(std::move(mark));
  }
  replace_bad_bytes(bytes, begin, out);
}

}  // namespace assay
