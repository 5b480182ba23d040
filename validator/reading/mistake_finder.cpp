#include "validator/reading/mistake_finder.h"

#include <algorithm>

#include <fmt/format.h>

#include "validator/reading/yaml_text.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

constexpr std::size_t kStop = std::string_view::npos;
constexpr std::size_t kFlowParts = 1'000'000;  // brackets, commas and colons of one flow collection
constexpr std::size_t kFlowDepth = 1'000;
constexpr std::size_t kShown = 40;  // bytes of a key that a message quotes

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// At most kShown bytes, never half a code point.
std::string_view shortened(std::string_view text) {
  std::size_t length = std::min(text.size(), kShown);
  while (length < text.size() && length > 0 &&
         (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    --length;
  }
  return text.substr(0, length);
}

// A key without the quotes around it.
std::string_view bare(std::string_view key) {
  const bool quoted = key.size() > 1 && key.front() == key.back() && is_one_of(key.front(), "\"'");
  return quoted ? key.substr(1, key.size() - 2) : key;
}

}  // namespace

std::string_view rule_of(MistakeKind kind) {
  switch (kind) {
    case MistakeKind::syntax:
      return "yaml-syntax";
    case MistakeKind::indentation:
      return "yaml-indentation";
    case MistakeKind::tab:
      return "yaml-tab";
    case MistakeKind::too_large:
      return "too-large";
    case MistakeKind::too_deep:
      return "too-deep";
  }
  return "";
}

MistakeFinder::MistakeFinder(std::string_view text, std::size_t begin, std::size_t end)
    : text_(text.substr(0, end)), at_(begin) {}

std::optional<Mistake> MistakeFinder::first_mistake() {
  walk();
  return std::move(mistake_);
}

std::optional<Mistake> MistakeFinder::first_cost() {
  costs_only_ = true;
  walk();
  if (!costly_) return std::nullopt;
  return std::move(mistake_);
}

Diagnostic& MistakeFinder::found(MistakeKind kind, std::size_t begin, std::size_t end,
                                 std::string message, bool costly) {
  mistake_.emplace().kind = kind;
  Diagnostic& diagnostic = mistake_->diagnostic;
  diagnostic.rule = rule_of(kind);
  diagnostic.span = {begin, std::max(begin, std::min(end, text_.size()))};
  diagnostic.message = std::move(message);
  diagnostic.label = label(levels_.size());
  costly_ = costly;
  return diagnostic;
}

// The keys of the outer `count` levels, joined by dots.
std::string MistakeFinder::label(std::size_t count) const {
  std::string path;
  for (std::size_t i = 0; i < count; ++i) {
    const Level& level = levels_[i];
    if (!level.mapping || level.key.empty()) continue;
    if (!path.empty()) path += '.';
    path += level.key;
  }
  return path;
}

void MistakeFinder::walk() {
  while (at_ < text_.size()) {
    line_ = at_;
    const std::size_t first = skip_blanks(text_, at_);
    if (rest_is_empty(text_, first)) {
      at_ = next_line(text_, at_);
      continue;
    }
    const std::string_view marker = text_.substr(first, 3);
    if (first == line_ && is_conflict_marker(text_.substr(first, line_end(text_, first) - first))) {
      found(MistakeKind::syntax, first, line_end(text_, first), "merge conflict marker").help =
          "keep one side and remove the markers";
      return;
    }
    const bool separates = (marker == "---" || marker == "...") && first == line_ &&
                           is_blank_or_break_at(text_, first + 3);
    if (separates || (first == line_ && text_[first] == '%')) {
      levels_.clear();
      started_ = continues_ = false;
      awaiting_ = true;
      at_ = next_line(text_, at_);
      continue;
    }
    line_content(line_, first);
    if (!mistake_) continue;
    if (!costs_only_ || costly_) return;
    // The parser stops here or knows better; what follows is still looked at, unless an open
    // quote or bracket reaches to the end.
    const char at_fault = text_[mistake_->diagnostic.span.begin];
    const bool open = is_one_of(at_fault, "\"'[{") && mistake_->kind == MistakeKind::syntax;
    mistake_.reset();
    continues_ = false;
    awaiting_ = true;
    at_ = open ? text_.size() : next_line(text_, std::max(at_, line_));
  }
}

bool MistakeFinder::is_indicator(std::size_t at, char indicator) const {
  return at < text_.size() && text_[at] == indicator && is_blank_or_break_at(text_, at + 1);
}

bool MistakeFinder::looks_like_key(std::size_t at) const {
  if (is_indicator(at, '-')) at = skip_blanks(text_, at + 1);
  if (at >= text_.size() || is_one_of(text_[at], "\"'[]{}#&*!|>%@`,")) return false;
  return is_indicator(plain_key_end(text_, at), ':');
}

void MistakeFinder::line_content(std::size_t line, std::size_t first) {
  const std::size_t tab =
      line + std::min(text_.substr(line, first - line).find('\t'), first - line);
  const std::size_t column = tab - line;
  if (continues_ && static_cast<std::ptrdiff_t>(column) > continues_beyond_) {
    if (looks_like_key(first) && levels_.empty()) {
      colon_missing(plain_begin_);
    } else if (looks_like_key(first)) {
      misplaced_key(first, "`{}` is indented more than its sibling keys");
    }
    at_ = next_line(text_, first);
    return;
  }
  continues_ = false;
  if (tab < first) {
    Diagnostic& diagnostic = found(MistakeKind::tab, tab, first, "tab in the indentation");
    diagnostic.help = "indent with spaces";
    diagnostic.label.clear();
    return;
  }
  if (unwind(first, column, is_indicator(first, '-'))) block_node(first);
}

// Closes what is deeper than `column`. False when the line does not line up with what is open.
bool MistakeFinder::unwind(std::size_t at, std::size_t column, bool dash) {
  const std::size_t before = levels_.size();
  while (!levels_.empty() && levels_.back().column > column) levels_.pop_back();
  if (!levels_.empty() && levels_.back().column == column && !levels_.back().mapping && !dash) {
    levels_.pop_back();  // a list at the column of the key that it belongs to
  }
  const bool popped = levels_.size() != before;
  const bool level_fits = !levels_.empty() && levels_.back().column == column;
  if (!started_ || (level_fits && levels_.back().mapping != dash)) return true;
  if (awaiting_ && !popped) return true;  // the value of the key above
  if (level_fits) {
    misplaced_key(at, "expected a key, found list item `{}`");
  } else if (popped || levels_.empty()) {
    misplaced_key(at, "indentation of `{}` does not line up with any key above");
  } else {
    misplaced_key(at, "`{}` is indented more than its sibling keys");
  }
  return false;
}

void MistakeFinder::misplaced_key(std::size_t at, std::string_view wording) {
  const std::size_t end =
      std::max(at + 1, std::min(plain_key_end(text_, at), content_end(text_, at)));
  const std::string_view what = text_.substr(at, end - at);
  if (what.size() > 1 && what.front() == '-' && what[1] != '-' && what[1] != ' ') {
    found(MistakeKind::syntax, at, end, "dash without a space after it").help =
        fmt::format("write `- {}`", shortened(what.substr(1)));
    return;
  }
  Diagnostic& diagnostic =
      found(MistakeKind::indentation, at, end, fmt::format(fmt::runtime(wording), shortened(what)));
  diagnostic.help = "indent all keys of a mapping the same";
  diagnostic.label = text_[at] == '-' ? "" : std::string(shortened(bare(what)));
}

void MistakeFinder::colon_missing(std::size_t at) {
  Diagnostic& diagnostic =
      found(MistakeKind::syntax, at, content_end(text_, at), "key without a colon");
  diagnostic.help = "write `key: value`, with a space after the colon";
  diagnostic.label = label(levels_.empty() ? 0 : levels_.size() - 1);
}

void MistakeFinder::open_level(std::size_t column, bool mapping) {
  if (!levels_.empty() && levels_.back().column == column && levels_.back().mapping == mapping) {
    return;
  }
  levels_.push_back({column, mapping, {}});
}

// A node at the start of a line or after a dash.
void MistakeFinder::block_node(std::size_t at) {
  started_ = true;
  while (is_indicator(at, '-') || is_indicator(at, '?')) {
    open_level(at - line_, text_[at] == '?');
    awaiting_ = true;
    at = skip_blanks(text_, at + 1);
    if (rest_is_empty(text_, at)) {
      at_ = next_line(text_, at);
      return;
    }
  }
  const std::size_t begin = at;
  if (is_indicator(at, ':')) {
    inline_value(skip_blanks(text_, at + 1));
    return;
  }
  at = properties(at);
  if (at == kStop) return;
  if (rest_is_empty(text_, at)) {
    awaiting_ = true;
    at_ = next_line(text_, at);
    return;
  }
  const bool plain = !is_one_of(text_[at], "\"'[{|>*");
  const std::size_t end = plain ? plain_key_end(text_, at) : scalar_or_flow(at, false);
  if (end == kStop) return;
  const std::size_t colon = skip_blanks(text_, end);
  if (is_indicator(colon, ':')) {
    open_level(begin - line_, true);
    levels_.back().key = bare(text_.substr(at, end - at));
    awaiting_ = true;
    inline_value(skip_blanks(text_, colon + 1));
    return;
  }
  awaiting_ = false;
  if (text_[at] == '|' || text_[at] == '>') {
    at_ = end;
    return;
  }
  const bool expects_key =
      !levels_.empty() && levels_.back().mapping && levels_.back().column == begin - line_;
  if (expects_key) {
    colon_missing(at);
    return;
  }
  if (!plain) {
    after_closed(at, end);
    return;
  }
  plain_value(at);
}

// The value after the colon of a key.
void MistakeFinder::inline_value(std::size_t at) {
  if (rest_is_empty(text_, at)) {
    awaiting_ = true;
    at_ = next_line(text_, at);
    return;
  }
  at = properties(at);
  if (at == kStop) return;
  if (rest_is_empty(text_, at)) {
    awaiting_ = true;
    at_ = next_line(text_, at);
    return;
  }
  awaiting_ = false;
  if (is_indicator(at, '-')) {
    found(MistakeKind::syntax, at, at + 1, "list on the same line as its key").help =
        "begin the list on the next line";
    return;
  }
  if (!is_one_of(text_[at], "\"'[{|>*")) {
    plain_value(at);
    return;
  }
  const std::size_t end = scalar_or_flow(at, true);
  if (end == kStop) return;
  if (text_[at] == '|' || text_[at] == '>') {
    at_ = end;
  } else {
    after_closed(at, end);
  }
}

std::size_t MistakeFinder::scalar_or_flow(std::size_t at, bool value) {
  switch (text_[at]) {
    case '"':
    case '\'':
      return in_quotes(at);
    case '[':
    case '{':
      return flow(at);
    case '*':
      return alias(at);
    default:
      break;
  }
  const std::size_t header = skip_blanks(text_, at + 1);
  std::size_t behind = at + 1;
  while (behind < text_.size() && is_one_of(text_[behind], "+-0123456789")) ++behind;
  if (!rest_is_empty(text_, behind)) {
    Diagnostic& diagnostic =
        found(MistakeKind::syntax, header, content_end(text_, header),
              fmt::format("text after `{}`, which starts a block scalar", text_[at]));
    diagnostic.help = value ? "quote the value" : "quote the text";
    return kStop;
  }
  return block_scalar(behind);
}

// Past anchors and tags on the line. More than one of a kind has no meaning.
std::size_t MistakeFinder::properties(std::size_t at) {
  bool anchor = false;
  bool tag = false;
  while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
    bool& seen = text_[at] == '&' ? anchor : tag;
    std::size_t end = at;
    while (!is_blank_or_break_at(text_, end)) ++end;
    if (seen) {
      found(MistakeKind::syntax, at, end, "a value takes at most one anchor and one tag", true)
          .help = "quote text that starts with `&` or `!`";
      return kStop;
    }
    seen = true;
    at = skip_blanks(text_, end);
  }
  return at;
}

std::size_t MistakeFinder::in_quotes(std::size_t at) {
  const std::size_t end = quoted_end(text_, at);
  if (end == std::string_view::npos) {
    found(MistakeKind::syntax, at, line_end(text_, at), "quote is not closed").help =
        fmt::format("close it with `{}`", text_[at]);
    return kStop;
  }
  if (text_[at] == '\'') return end;
  for (std::size_t i = at + 1; i + 1 < end; ++i) {
    if (text_[i] != '\\') continue;
    if (!is_escape(text_, i + 1)) {
      found(MistakeKind::syntax, i, i + 2, "unknown escape in double quotes").help =
          "double the backslash, or use single quotes";
      return kStop;
    }
    ++i;
  }
  return end;
}

// A quote left open runs on to the next one. Then a line that it swallowed looks like a key or is a
// comment.
bool MistakeFinder::swallows_a_line(std::size_t begin, std::size_t end) const {
  for (std::size_t line = next_line(text_, begin); line < end; line = next_line(text_, line)) {
    const std::size_t first = skip_blanks(text_, line);
    if (looks_like_key(first) || text_[first] == '#') return true;
    const std::size_t key = is_one_of(text_[first], "\"'") ? quoted_end(text_, first) : kStop;
    if (key != kStop && key <= line_end(text_, first) &&
        is_indicator(skip_blanks(text_, key), ':')) {
      return true;
    }
  }
  return false;
}

// Checks that nothing follows on the line of a closed scalar or collection.
void MistakeFinder::after_closed(std::size_t begin, std::size_t end) {
  line_ = std::max(line_, line_begin(text_, end));
  if (rest_is_empty(text_, end)) {
    at_ = next_line(text_, end);
    return;
  }
  const char open = text_[begin];
  const bool is_quote = open == '"' || open == '\'';
  if (is_quote && swallows_a_line(begin, end)) {
    found(MistakeKind::syntax, begin, line_end(text_, begin), "quote is not closed").help =
        fmt::format("close it with `{}`", open);
    return;
  }
  const std::size_t text = skip_blanks(text_, end);
  const std::string_view what = is_quote      ? "closing quote"
                                : open == '*' ? "alias"
                                              : "closing bracket";
  Diagnostic& diagnostic = found(MistakeKind::syntax, text, content_end(text_, text),
                                 fmt::format("text after the {}", what), true);
  if (is_one_of(text_[text], ",]}")) {
    diagnostic.help = fmt::format("remove the `{}`", text_[text]);
  } else if (open == '\'') {
    diagnostic.help = "inside single quotes, write a quote as `''`";
  } else if (open == '"') {
    diagnostic.help = "inside double quotes, write a quote as `\\\"`";
  } else {
    diagnostic.help = "quote the whole value";
  }
}

// One past the closing bracket.
std::size_t MistakeFinder::flow(std::size_t at) {
  const auto parent =
      levels_.empty() ? std::ptrdiff_t{-1} : static_cast<std::ptrdiff_t>(levels_.back().column);
  std::vector<std::size_t> open;
  std::size_t parts = 0;
  bool token_begins = true;  // only there does a quote open a quoted scalar
  for (std::size_t i = at; i < text_.size(); ++i) {
    const char c = text_[i];
    if (ascii::is_blank(c)) continue;
    if (is_break(c)) {
      const std::size_t next = skip_blanks(text_, i + 1);
      const auto column = static_cast<std::ptrdiff_t>(next - (i + 1));
      if (!costs_only_ && c == '\n' && column <= parent && next < text_.size() &&
          (looks_like_key(next) || is_indicator(next, '-'))) {
        break;
      }
      continue;
    }
    if (c == '#' && is_blank_or_break_at(text_, i - 1)) {
      i = line_end(text_, i);
      if (i < text_.size()) --i;
      continue;
    }
    if (is_one_of(c, "[]{},:") && ++parts > kFlowParts) {
      found(MistakeKind::too_large, at, at + 1,
            fmt::format("list or mapping in brackets has more than {} parts", kFlowParts), true)
          .help = "write it on indented lines instead";
      return kStop;
    }
    if (c == '[' || c == '{') {
      open.push_back(i);
      if (open.size() > kFlowDepth) {
        found(MistakeKind::too_deep, i, i + 1, "nested too deeply", true);
        return kStop;
      }
      token_begins = true;
    } else if (c == ']' || c == '}') {
      if ((text_[open.back()] == '[') != (c == ']')) break;
      open.pop_back();
      if (open.empty()) return i + 1;
      token_begins = false;
    } else if ((c == '"' || c == '\'') && token_begins) {
      const std::size_t end = in_quotes(i);
      if (end == kStop) return kStop;
      const std::size_t next = skip_blanks(text_, end);
      if (!is_blank_or_break_at(text_, next) && !is_one_of(text_[next], ",:]}#")) {
        const std::size_t until = std::min(text_.find_first_of(",]}\r\n", next), text_.size());
        found(MistakeKind::syntax, next, until, "text after the closing quote").help =
            c == '"' ? "inside double quotes, write a quote as `\\\"`"
                     : "inside single quotes, write a quote as `''`";
        return kStop;
      }
      i = end - 1;
      token_begins = false;
    } else {
      token_begins = c == ',' || c == ':';
    }
  }
  found(MistakeKind::syntax, open.back(), open.back() + 1,
        fmt::format("`{}` is not closed", text_[open.back()]))
      .help = fmt::format("close it with `{}`", text_[open.back()] == '[' ? ']' : '}');
  return kStop;
}

// The line after a block scalar whose header ends at `at`.
std::size_t MistakeFinder::block_scalar(std::size_t at) {
  const auto parent =
      levels_.empty() ? std::ptrdiff_t{-1} : static_cast<std::ptrdiff_t>(levels_.back().column);
  std::size_t line = next_line(text_, at);
  while (line < text_.size()) {
    std::size_t first = line;
    while (first < text_.size() && text_[first] == ' ') ++first;
    const bool empty = first >= text_.size() || is_break(text_[first]);
    if (!empty && static_cast<std::ptrdiff_t>(first - line) <= parent) break;
    if (!empty && parent < 0 && first == line) break;
    line = next_line(text_, line);
  }
  return line;
}

std::size_t MistakeFinder::alias(std::size_t at) {
  std::size_t end = at + 1;
  while (!is_blank_or_break_at(text_, end) && !is_one_of(text_[end], "[]{},")) ++end;
  return end;
}

// Whether the last word is written as keys are, or is a key of this text.
bool MistakeFinder::ends_in_key(std::string_view value) const {
  const std::string_view word = value.substr(value.find_last_of(" \t") + 1);
  if (word.size() == value.size()) return false;
  const bool key_like =
      word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
  if (!key_like || word.find('_') != std::string_view::npos) return key_like;
  constexpr std::size_t kNear = 16 << 10;  // each broken entry looks
  const std::size_t from = line_ - std::min(line_, kNear);
  const std::string_view before = text_.substr(from, line_ - from);
  return before.find(fmt::format("  {}: ", word)) != std::string_view::npos;
}

// A plain scalar that is not a key: text up to the end of the line, and on in deeper lines.
void MistakeFinder::plain_value(std::size_t at) {
  plain_begin_ = at;
  const std::size_t end = content_end(text_, at);
  const std::size_t colon = plain_key_end(text_, at);
  if (is_one_of(text_[at], "@`%,]}")) {
    found(MistakeKind::syntax, at, end, fmt::format("a value cannot start with '{}'", text_[at]))
        .help = "quote the value";
    return;
  }
  if (is_indicator(colon, ':') && colon < end) {
    Diagnostic& diagnostic = found(MistakeKind::syntax, at, end, "unquoted value contains `: `");
    diagnostic.help = "quote the value";
    // After a lost line break comes another label, which is not text to be quoted.
    if (!ends_in_key(text_.substr(at, colon - at))) {
      diagnostic.fix = Fix{{at, end}, single_quoted(text_.substr(at, end - at))};
    }
    return;
  }
  continues_ = skip_blanks(text_, end) >= line_end(text_, end);  // a comment ends it for good
  continues_beyond_ =
      levels_.empty() ? std::ptrdiff_t{-1} : static_cast<std::ptrdiff_t>(levels_.back().column);
  at_ = next_line(text_, at);
}

}  // namespace assay
