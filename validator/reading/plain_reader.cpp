#include "validator/reading/plain_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "validator/reading/yaml_text.h"

namespace assay {
namespace {

constexpr std::size_t kLongestKey = 128;  // yaml-cpp allows more, but nobody writes that

// What a byte may be part of. Of the characters that mean something in YAML, only those whose
// meaning is clear from their neighbours are in any class.
enum Class : std::uint8_t {
  kKey = 1,         // of a key
  kPlainFirst = 2,  // begins a plain scalar
  kFlow = 4,        // of a plain scalar between brackets
};

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&classes](std::string_view bytes, std::uint8_t what) {
    for (const char c : bytes) classes[static_cast<unsigned char>(c)] |= what;
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
      kKey | kPlainFirst | kFlow);
  add("-. /+()", kKey | kFlow);
  add(".(/+$~", kPlainFirst);
  add("%$@&*=;^~", kFlow);
  for (std::size_t byte = 0x80; byte < classes.size(); ++byte) classes[byte] = kPlainFirst | kFlow;
  return classes;
}();

bool is(char c, Class what) { return (kClasses[static_cast<unsigned char>(c)] & what) != 0; }

class PlainReader {
 public:
  PlainReader(std::string_view text, std::size_t begin, TreeBuilder& builder)
      : text_(text), builder_(builder) {
    next_ = begin;
  }

  bool read() {
    advance();
    return !done_ && is_dash(at_) && read_list(column()) && done_;
  }

 private:
  using Style = TreeBuilder::Style;

  // The reader is at `at_`: the first byte of a line's content, or of what follows a dash in it.
  std::size_t column() const { return at_ - begin_; }

  void take_line(std::size_t begin) {
    begin_ = begin;
    const std::size_t feed = text_.find('\n', begin);
    end_ = next_ = std::min(feed, text_.size());
    if (feed == std::string_view::npos) return;
    ++next_;
    if (end_ > begin && text_[end_ - 1] == '\r') --end_;
  }

  std::size_t skip_spaces(std::size_t at) const {
    while (at < end_ && text_[at] == ' ') ++at;
    return at;
  }

  // To the next line with content.
  void advance() {
    passed_ = false;
    while (next_ < text_.size()) {
      take_line(next_);
      at_ = skip_spaces(begin_);
      if (at_ < end_ && text_[at_] != '#') return;
      passed_ = true;
    }
    done_ = true;
  }

  bool is_dash(std::size_t at) const {
    return text_[at] == '-' && (at + 1 == end_ || text_[at + 1] == ' ');
  }

  // Nothing but spaces and a comment from `at` on, which is after a value.
  bool rest_is_empty(std::size_t at) const {
    const std::size_t next = skip_spaces(at);
    return next == end_ || (next > at && text_[next] == '#');
  }

  // The colon of the key at `at`.
  std::optional<std::size_t> colon_of(std::size_t at) const {
    if (at >= end_ || !is(text_[at], kKey) || !is(text_[at], kPlainFirst)) return std::nullopt;
    const std::size_t limit = std::min(end_, at + kLongestKey);
    std::size_t colon = at;
    while (colon < limit && is(text_[colon], kKey)) ++colon;
    const bool found = colon < limit && text_[colon] == ':' && text_[colon - 1] != ' ' &&
                       (colon + 1 == end_ || text_[colon + 1] == ' ');
    if (!found || resolve_plain(text_.substr(at, colon - at)) == Kind::null) return std::nullopt;
    return colon;
  }

  void add(std::size_t begin, std::size_t end, Style style) {
    const std::size_t quote = style == Style::quoted ? 1 : 0;
    builder_.on_scalar({begin, end}, style, text_.substr(begin + quote, end - begin - 2 * quote),
                       begin + quote);
  }

  bool read_list(std::size_t column);
  bool read_mapping(std::size_t column);
  bool read_below(std::size_t column, std::size_t colon);
  bool read_value(std::size_t at, std::size_t parent);
  bool read_plain_scalar(std::size_t at, std::size_t parent);
  bool read_folded(std::size_t begin, std::size_t end, std::size_t parent);
  bool read_block(std::size_t at, std::size_t parent);
  std::optional<std::size_t> plain_end(std::size_t at) const;
  std::optional<std::size_t> read_quoted(std::size_t at);
  std::optional<std::size_t> read_flow_value(std::size_t at);
  std::optional<std::size_t> read_flow(std::size_t at);
  std::optional<std::size_t> read_flow_plain(std::size_t at);

  std::string_view text_;
  TreeBuilder& builder_;
  std::size_t begin_ = 0;  // of the line
  std::size_t at_ = 0;
  std::size_t end_ = 0;   // of the line, without its break
  std::size_t next_ = 0;  // line
  bool passed_ = false;   // blank lines or comments came before this line
  bool done_ = false;
  std::string value_;  // of a scalar of several lines
};

bool PlainReader::read_list(std::size_t column) {
  builder_.on_sequence_begin(at_, 0, false);
  do {
    const std::size_t content = skip_spaces(at_ + 1);
    if (content == end_ || is_dash(content)) return false;
    if (colon_of(content)) {
      at_ = content;
      if (!read_mapping(this->column())) return false;
    } else if (!read_value(content, column)) {
      return false;
    }
  } while (!done_ && this->column() == column && is_dash(at_));
  if (!done_ && this->column() > column) return false;
  builder_.on_collection_end();
  return true;
}

bool PlainReader::read_mapping(std::size_t column) {
  builder_.on_mapping_begin(at_, 0, false);
  do {
    const std::optional<std::size_t> colon = colon_of(at_);
    if (!colon) return false;
    add(at_, *colon, Style::plain);
    const bool fine = rest_is_empty(*colon + 1) ? read_below(column, *colon)
                                                : read_value(skip_spaces(*colon + 1), column);
    if (!fine) return false;
  } while (!done_ && this->column() == column);
  if (!done_ && this->column() > column) return false;
  builder_.on_collection_end();
  return true;
}

// The value of a key that has none on its line.
bool PlainReader::read_below(std::size_t column, std::size_t colon) {
  advance();
  const bool is_list = !done_ && this->column() >= column && is_dash(at_);
  if (is_list) return read_list(this->column());
  if (!done_ && this->column() > column) return colon_of(at_) && read_mapping(this->column());
  builder_.on_null(colon + 1, 0);
  return true;
}

// A value at `at`, inside a list or mapping at the column `parent`; goes on to the next line.
bool PlainReader::read_value(std::size_t at, std::size_t parent) {
  std::optional<std::size_t> end;
  switch (text_[at]) {
    case '|':
    case '>':
      return read_block(at, parent);
    case '"':
    case '\'':
      end = read_quoted(at);
      break;
    case '[':
    case '{':
      end = read_flow(at);
      break;
    default:
      return read_plain_scalar(at, parent);
  }
  if (!end || !rest_is_empty(*end)) return false;
  advance();
  return true;
}

// The end of the plain scalar at `at` in its line; null when it is not plainly one.
std::optional<std::size_t> PlainReader::plain_end(std::size_t at) const {
  const bool number = text_[at] == '-' && at + 1 < end_ && is(text_[at + 1], kPlainFirst);
  if (!number && !is(text_[at], kPlainFirst)) return std::nullopt;
  std::size_t end = at;
  for (; end < end_; ++end) {
    const char c = text_[end];
    if (c == '\t') return std::nullopt;
    if (c == ':' && (end + 1 == end_ || text_[end + 1] == ' ')) return std::nullopt;
    if (c == '#' && text_[end - 1] == ' ') break;
  }
  while (text_[end - 1] == ' ') --end;
  return end;
}

bool PlainReader::read_plain_scalar(std::size_t at, std::size_t parent) {
  const std::optional<std::size_t> end = plain_end(at);
  if (!end) return false;
  const bool commented = skip_spaces(*end) != end_;
  advance();
  if (done_ || column() <= parent) {
    add(at, *end, Style::plain);
    return true;
  }
  return !commented && !passed_ && read_folded(at, *end, parent);
}

// The plain scalar [begin, end) goes on in the line that the reader is at.
bool PlainReader::read_folded(std::size_t begin, std::size_t end, std::size_t parent) {
  value_ = text_.substr(begin, end - begin);
  bool commented = false;
  while (!done_ && column() > parent) {
    const std::optional<std::size_t> line_end = plain_end(at_);
    if (!line_end || passed_ || commented) return false;
    end = *line_end;
    value_ += ' ';
    value_ += text_.substr(at_, end - at_);
    commented = skip_spaces(end) != end_;
    advance();
  }
  builder_.on_scalar({begin, end}, Style::plain, value_, begin);
  return true;
}

bool PlainReader::read_block(std::size_t at, std::size_t parent) {
  const bool fold = text_[at] == '>';
  const bool strip = at + 1 < end_ && text_[at + 1] == '-';
  if (skip_spaces(at + (strip ? 2 : 1)) != end_) return false;
  value_.clear();
  std::size_t indent = 0;  // 0 until the first line of text
  std::size_t first = 0;   // byte of the text
  std::size_t end = 0;     // of the last line of text
  std::size_t blank = 0;   // lines since then
  bool broken = false;     // whether a line break follows the last line of text
  while (next_ < text_.size()) {
    take_line(next_);
    at_ = skip_spaces(begin_);
    if (at_ == end_) {
      // Whether blanks at the end of the file, without a line break, end the text or belong to it
      // is a question on which parsers differ.
      const bool unended = next_ == end_ && column() > 0;
      if (indent == 0 || column() > indent || unended) return false;
      ++blank;
      continue;
    }
    if (indent == 0) {
      if (column() <= parent) return false;
      indent = column();
      first = at_;
    } else if (column() < indent) {
      next_ = begin_;  // to be read again
      break;
    } else if (fold) {
      value_.append(blank > 0 ? blank : 1, blank > 0 ? '\n' : ' ');
    } else {
      value_.append(blank + 1, '\n');
    }
    if (text_[at_] == '\t' || (fold && column() > indent)) return false;
    value_ += text_.substr(begin_ + indent, end_ - begin_ - indent);
    end = end_;
    blank = 0;
    broken = next_ > end_;
  }
  if (indent == 0) return false;
  if (broken && !strip) value_ += '\n';
  builder_.on_scalar({at, end}, Style::block, value_, first);
  advance();
  return true;
}

// On one line and without escapes; returns its end.
std::optional<std::size_t> PlainReader::read_quoted(std::size_t at) {
  const char quote = text_[at];
  for (std::size_t i = at + 1; i < end_; ++i) {
    if (text_[i] == '\\' && quote == '"') return std::nullopt;
    if (text_[i] == '\t') return std::nullopt;
    if (text_[i] != quote) continue;
    if (i + 1 < end_ && text_[i + 1] == quote) return std::nullopt;
    add(at, i + 1, Style::quoted);
    return i + 1;
  }
  return std::nullopt;
}

// A value between brackets, which is on one line as a whole.
std::optional<std::size_t> PlainReader::read_flow_value(std::size_t at) {
  if (at >= end_) return std::nullopt;
  switch (text_[at]) {
    case '"':
    case '\'':
      return read_quoted(at);
    case '[':
    case '{':
      return read_flow(at);
    default:
      return read_flow_plain(at);
  }
}

std::optional<std::size_t> PlainReader::read_flow(std::size_t at) {
  const bool is_map = text_[at] == '{';
  const char bracket = is_map ? '}' : ']';
  if (is_map) {
    builder_.on_mapping_begin(at, 0, true);
  } else {
    builder_.on_sequence_begin(at, 0, true);
  }
  at = skip_spaces(at + 1);
  bool first = true;
  while (at < end_ && (text_[at] != bracket || !first)) {
    if (is_map) {
      const std::optional<std::size_t> colon = colon_of(at);
      if (!colon) return std::nullopt;
      add(at, *colon, Style::plain);
      at = skip_spaces(*colon + 1);
    }
    const std::optional<std::size_t> end = read_flow_value(at);
    if (!end) return std::nullopt;
    first = false;
    at = skip_spaces(*end);
    if (at < end_ && text_[at] == bracket) break;
    if (at >= end_ || text_[at] != ',') return std::nullopt;
    at = skip_spaces(at + 1);
  }
  if (at >= end_) return std::nullopt;
  builder_.on_collection_end();
  return at + 1;
}

std::optional<std::size_t> PlainReader::read_flow_plain(std::size_t at) {
  if (!is(text_[at], kPlainFirst) || !is(text_[at], kFlow)) return std::nullopt;
  std::size_t end = at;
  for (; end < end_ && std::string_view(",]}").find(text_[end]) == std::string_view::npos; ++end) {
    const bool in_url = text_[end] == ':' && end + 1 < end_ && text_[end + 1] == '/';
    if (!in_url && !is(text_[end], kFlow)) return std::nullopt;
  }
  while (text_[end - 1] == ' ') --end;
  add(at, end, Style::plain);
  return end;
}

}  // namespace

bool read_plain(std::string_view text, std::size_t begin, std::size_t end, TreeBuilder& builder) {
  return PlainReader(text.substr(0, end), begin, builder).read();
}

}  // namespace assay
