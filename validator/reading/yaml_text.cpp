#include "validator/reading/yaml_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "validator/text/ascii.h"

namespace assay {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return text;
}

std::size_t count_digits(std::string_view text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), ascii::is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

bool is_integer(std::string_view text) {
  if (text.starts_with("0o")) {
    return text.size() > 2 && std::all_of(text.begin() + 2, text.end(), is_octal);
  }
  if (text.starts_with("0x")) {
    return text.size() > 2 && std::all_of(text.begin() + 2, text.end(), ascii::is_hex_digit);
  }
  text = without_sign(text);
  return !text.empty() && count_digits(text) == text.size();
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_real(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  text = without_sign(text);
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = count_digits(text);
    text.remove_prefix(fraction);
  }
  if (whole + fraction == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text = without_sign(text.substr(1));
  return !text.empty() && count_digits(text) == text.size();
}

}  // namespace

Kind resolve_plain(std::string_view text) {
  if (text.empty()) return Kind::null;
  // Everything that is not a string begins with one of these, most text does not.
  if (std::string_view("~nNtTfF0123456789+-.").find(text.front()) == std::string_view::npos) {
    return Kind::string;
  }
  if (text == "~" || text == "null" || text == "Null" || text == "NULL") return Kind::null;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
      text == "FALSE") {
    return Kind::boolean;
  }
  if (is_integer(text)) return Kind::integer;
  if (is_real(text)) return Kind::real;
  return Kind::string;
}

bool is_break(char c) { return c == '\n' || c == '\r'; }

bool is_blank_or_break_at(std::string_view text, std::size_t at) {
  return at >= text.size() || ascii::is_blank(text[at]) || is_break(text[at]);
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t feed = std::min(text.find('\n', at), text.size());
  return feed > at && feed < text.size() && text[feed - 1] == '\r' ? feed - 1 : feed;
}

std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t feed = text.find('\n', at);
  return feed == std::string_view::npos ? text.size() : feed + 1;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  const std::size_t feed = text.rfind('\n', at - 1);
  return feed == std::string_view::npos ? 0 : feed + 1;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && ascii::is_blank(text[at])) ++at;
  return at;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (ascii::is_blank(text[at]) || is_break(text[at])) {
      ++at;
    } else if (text[at] == '#' && (at == 0 || is_blank_or_break_at(text, at - 1))) {
      at = line_end(text, at);
    } else {
      break;
    }
  }
  return at;
}

bool rest_is_empty(std::string_view text, std::size_t at) {
  const std::size_t next = skip_blanks(text, at);
  if (next >= text.size() || is_break(text[next])) return true;
  return text[next] == '#' && (next > at || next == 0 || is_blank_or_break_at(text, next - 1));
}

std::size_t content_end(std::string_view text, std::size_t at) {
  std::size_t end = line_end(text, at);
  for (std::size_t i = at + 1; i < end; ++i) {
    if (text[i] == '#' && ascii::is_blank(text[i - 1])) end = i;
  }
  while (end > at && (ascii::is_blank(text[end - 1]) || is_break(text[end - 1]))) --end;
  return end;
}

std::size_t plain_key_end(std::string_view text, std::size_t at) {
  const std::size_t end = content_end(text, at);
  for (; at < end; ++at) {
    if (text[at] == ':' && is_blank_or_break_at(text, at + 1)) return at;
  }
  return end;
}

std::size_t quoted_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t plain_end(std::string_view text, std::size_t at, std::string_view value) {
  if (text.substr(at, value.size()) == value) return at + value.size();
  // Several lines: each run of white space in the value corresponds to one in the text.
  std::size_t end = at;
  std::size_t i = 0;
  while (i < value.size() && at < text.size()) {
    if (ascii::is_blank(value[i]) || is_break(value[i])) {
      while (i < value.size() && (ascii::is_blank(value[i]) || is_break(value[i]))) ++i;
      while (at < text.size() && (ascii::is_blank(text[at]) || is_break(text[at]))) ++at;
    } else if (value[i] == text[at]) {
      ++i;
      end = ++at;
    } else {
      break;
    }
  }
  return end;
}

std::size_t block_end(std::string_view text, std::size_t at, std::string_view value) {
  std::size_t end = line_end(text, at);
  const std::size_t first = value.find_first_not_of('\n');
  if (first == std::string_view::npos) return end;
  // Spaces that the value begins with are content, so they are not part of the indentation.
  const std::size_t content = std::min(value.find_first_not_of(' ', first), value.size()) - first;
  std::size_t indent = std::string_view::npos;
  for (std::size_t line = next_line(text, at); line < text.size(); line = next_line(text, line)) {
    std::size_t begin = line;
    while (begin < text.size() && text[begin] == ' ') ++begin;
    if (begin >= text.size()) break;
    if (is_break(text[begin])) continue;
    const std::size_t column = begin - line;
    if (indent == std::string_view::npos) indent = column > content ? column - content : 0;
    if (column < indent) break;
    end = line_end(text, line);
  }
  return end;
}

std::size_t skip_properties(std::string_view text, std::size_t at, std::size_t& end_of_last) {
  end_of_last = at;
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    while (!is_blank_or_break_at(text, at) &&
           std::string_view(",[]{}").find(text[at]) == std::string_view::npos) {
      ++at;
    }
    end_of_last = at;
    at = skip_space(text, at);
  }
  return at;
}

std::string single_quoted(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + '\'';
}

bool is_escape(std::string_view text, std::size_t at) {
  const std::size_t digits = text[at] == 'x' ? 2 : text[at] == 'u' ? 4 : text[at] == 'U' ? 8 : 0;
  if (digits == 0)
    return std::string_view("0abtnvfre \"/\\N_LP'\t\n\r").find(text[at]) != std::string_view::npos;
  const std::string_view number = text.substr(at + 1, digits);
  return number.size() == digits &&
         number.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_conflict_marker(std::string_view line) {
  constexpr std::array<std::string_view, 4> kMarkers = {"<<<<<<<", "|||||||", "=======", ">>>>>>>"};
  return std::any_of(kMarkers.begin(), kMarkers.end(), [&](std::string_view marker) {
    return line.starts_with(marker) && is_blank_or_break_at(line, marker.size());
  });
}

}  // namespace assay
