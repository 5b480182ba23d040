#include "validator/reading/catalog_cut.h"

#include <algorithm>

#include "validator/reading/yaml_text.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

// A line by its parts. `first` is the first byte that is not a space.
struct Line {
  std::size_t begin = 0;
  std::size_t first = 0;
  std::size_t next = 0;
  std::size_t column() const { return first - begin; }
};

Line line_at(std::string_view text, std::size_t begin) {
  const std::size_t next = next_line(text, begin);
  std::size_t first = begin;
  while (first < next && text[first] == ' ') ++first;
  return {begin, first, next};
}

bool is_empty(std::string_view text, const Line& line) {
  return line.first == line.next || is_break(text[line.first]) || text[line.first] == '#' ||
         rest_is_empty(text, line.first);
}

bool is_dash(std::string_view text, const Line& line) {
  return line.first < line.next && text[line.first] == '-' &&
         is_blank_or_break_at(text, line.first + 1);
}

bool is_document_marker(std::string_view text, const Line& line) {
  const std::string_view marker = text.substr(line.begin, 3);
  return line.column() == 0 && (marker == "---" || marker == "...") &&
         is_blank_or_break_at(text, line.begin + 3);
}

// One past the colon of `key:` at the start of the line's content; npos when there is none.
std::size_t key_end(std::string_view text, const Line& line) {
  if (line.first >= line.next) return std::string_view::npos;
  std::size_t at = line.first;
  const char first = text[at];
  if (first == '"' || first == '\'') {
    at = quoted_end(text.substr(0, line.next), at);
    if (at == std::string_view::npos) return at;
    at = skip_blanks(text, at);
    return at < line.next && text[at] == ':' && is_blank_or_break_at(text, at + 1)
               ? at + 1
               : std::string_view::npos;
  }
  if (std::string_view("\t-#[]{},&*!|>%@`").find(first) != std::string_view::npos) {
    return std::string_view::npos;
  }
  for (; at < line.next && !is_break(text[at]); ++at) {
    if (text[at] == ':' && is_blank_or_break_at(text, at + 1)) return at + 1;
    if (text[at] == '#' && ascii::is_blank(text[at - 1])) break;
  }
  return std::string_view::npos;
}

// Whether `key: value` on this line is complete, so that deeper lines cannot belong to it.
bool has_whole_value(std::string_view text, const Line& line, std::size_t colon_end) {
  if (rest_is_empty(text, colon_end)) return false;
  const std::size_t value = skip_blanks(text, colon_end);
  const char first = text[value];
  if (first == '"' || first == '\'') {
    return quoted_end(text.substr(0, line.next), value) != std::string_view::npos;
  }
  return std::string_view("|>&!*[{").find(first) == std::string_view::npos;
}

// Whether a key at column 0 inside the list lost its indentation. Then what follows makes no
// sense below a top-level key: another item, or deeper keys although it has its value.
bool lost_indentation(std::string_view text, const Line& line, std::size_t colon_end) {
  if (!has_whole_value(text, line, colon_end)) return false;
  for (std::size_t at = line.next; at < text.size();) {
    const Line next = line_at(text, at);
    at = next.next;
    if (is_empty(text, next)) continue;
    if (is_document_marker(text, next)) return false;
    if (is_dash(text, next)) return true;
    return next.column() > 0 && key_end(text, next) != std::string_view::npos;
  }
  return false;
}

// The first line of content at or after `at`.
std::optional<Line> content_line(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Line line = line_at(text, at);
    if (!is_empty(text, line)) return line;
    at = line.next;
  }
  return std::nullopt;
}

bool is_models(std::string_view text, const Line& line) {
  return text.substr(line.begin, 7) == "models:" && rest_is_empty(text, line.begin + 7) &&
         is_blank_or_break_at(text, line.begin + 7);
}

std::optional<Line> models_line(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Line line = line_at(text, at);
    if (is_models(text, line)) return line;
    at = line.next;
  }
  return std::nullopt;
}

// The first item after `first`, which is in its place but is not an item. Null when `models:` may
// hold something other than a list.
std::optional<Line> item_after(std::string_view text, const Line& first) {
  const bool is_key = key_end(text, first) != std::string_view::npos;
  for (std::size_t at = first.begin; at < text.size();) {
    const Line line = line_at(text, at);
    at = line.next;
    if (is_empty(text, line)) continue;
    const bool top_level = line.column() == 0 && key_end(text, line) != std::string_view::npos;
    if (is_document_marker(text, line) || top_level) return std::nullopt;
    if (!is_slug_item(text, line.first)) continue;
    if (is_key && line.column() > first.column()) return std::nullopt;
    return line;
  }
  return std::nullopt;
}

// The column of the items' dashes: that of the first item, unless `- slug:` occurs more often
// further to the left, which makes the first item the odd one out.
std::size_t item_column(std::string_view text, const Line& first) {
  const std::size_t column = first.column();
  if (column == 0) return column;
  std::vector<std::size_t> counts(std::min<std::size_t>(column, 64) + 1, 0);
  for (std::size_t at = first.begin; at < text.size();) {
    const Line line = line_at(text, at);
    if (is_models(text, line) || is_document_marker(text, line)) break;
    at = line.next;
    if (line.column() <= column && line.column() < counts.size() &&
        is_slug_item(text, line.first)) {
      ++counts[line.column()];
    }
  }
  const std::size_t at_first = column < counts.size() ? counts[column] : 0;
  const auto most = std::max_element(counts.begin(), counts.end());
  return *most > at_first ? static_cast<std::size_t>(most - counts.begin()) : column;
}

// The colon of the key `slug` at `at`, in quotes or not; npos for other keys.
std::size_t slug_colon(std::string_view text, std::size_t at) {
  constexpr std::size_t kNone = std::string_view::npos;
  for (const std::string_view key : {"slug", "\"slug\"", "'slug'"}) {
    if (text.substr(at, key.size()) != key) continue;
    const std::size_t colon = skip_blanks(text, at + key.size());
    const bool is_key = colon < text.size() && text[colon] == ':' &&
                        (key.size() > 4 || is_blank_or_break_at(text, colon + 1));
    return is_key ? colon : kNone;
  }
  return kNone;
}

// The value after the colon. A plain one also ends at one of `closing`.
std::string_view slug_after(std::string_view text, std::size_t colon, std::string_view closing) {
  const std::size_t begin = skip_blanks(text, colon + 1);
  std::size_t end = begin;
  while (!is_blank_or_break_at(text, end) && closing.find(text[end]) == std::string_view::npos) {
    ++end;
  }
  std::string_view slug = text.substr(begin, end - begin);
  if (!slug.empty() && (slug.front() == '"' || slug.front() == '\'')) {
    const char quote = slug.front();
    slug.remove_prefix(1);
    slug = slug.substr(0, slug.find(quote));
  }
  return slug;
}

// The slug of an item that is written in brackets: of its first such key, as nothing closes where
// it should in a broken one.
std::string_view slug_in_flow(std::string_view text, std::size_t bracket) {
  for (std::size_t at = bracket; at != std::string_view::npos; at = text.find(',', at + 1)) {
    const std::size_t colon = slug_colon(text, skip_space(text, at + 1));
    if (colon != std::string_view::npos) return slug_after(text, colon, ",}]");
  }
  return {};
}

// Finds the items one after the other.
class Cutter {
 public:
  Cutter(std::string_view text, std::size_t column, CatalogCut& cut)
      : text_(text), column_(column), cut_(cut) {}

  // `at` is where the line of the first item begins.
  void run(std::size_t at) {
    while (at < text_.size()) {
      const Line line = line_at(text_, at);
      at = line.next;
      if (is_empty(text_, line)) continue;
      if (begins_item(line)) {
        add_item(line);
      } else if (ends_list(line)) {
        cut_.items_end = line.begin;
        break;
      }
    }
    cut_.items.back().end = cut_.items_end;
  }

 private:
  bool begins_item(const Line& line) const {
    const bool between = line.column() > column_ && line.column() < content_column_;
    return is_dash(text_, line) && (line.column() <= column_ || cut_.items.empty() || anew_ ||
                                    (between && is_slug_item(text_, line.first)));
  }

  void add_item(const Line& line) {
    if (anew_) {
      column_ = line.column();
    } else if (!cut_.items.empty()) {
      cut_.items.back().end = line.begin;
    }
    anew_ = false;
    cut_.items.push_back({line.begin, line.first, text_.size(), line.column() != column_});
    content_column_ = skip_blanks(text_, line.first + 1) - line.begin;
  }

  // Whether the list ends before the line. When items follow nevertheless, the line is omitted.
  bool ends_list(const Line& line) {
    const bool marker = is_document_marker(text_, line);
    if (!marker) {
      const std::size_t colon_end =
          line.column() == 0 ? key_end(text_, line) : std::string_view::npos;
      if (colon_end == std::string_view::npos || lost_indentation(text_, line, colon_end)) {
        return false;
      }
    }
    if (!goes_on(line, marker)) return true;
    if (anew_) return false;  // the key of another document: one mistake
    cut_.items.back().end = line.begin;
    cut_.strays.push_back(
        {marker ? Stray::Kind::document : Stray::Kind::key, line.begin, line.next});
    anew_ = true;
    return false;
  }

  bool goes_on(const Line& line, bool marker) const {
    if (!marker && !is_models(text_, line)) return false;
    std::optional<Line> next = content_line(text_, line.next);
    if (marker && next && is_models(text_, *next)) next = content_line(text_, next->next);
    return next && is_slug_item(text_, next->first);
  }

  std::string_view text_;
  std::size_t column_;
  CatalogCut& cut_;
  std::size_t content_column_ = 0;  // where the keys of the current item stand
  bool anew_ = false;               // the next item is the first one after a stray line
};

}  // namespace

std::optional<CatalogCut> cut_catalog(std::string_view text) {
  const std::optional<Line> models = models_line(text);
  if (!models) return std::nullopt;
  std::optional<Line> first = content_line(text, models->next);
  if (!first) return std::nullopt;
  CatalogCut cut;
  if (!is_dash(text, *first)) {
    const std::optional<Line> item = item_after(text, *first);
    if (!item) return std::nullopt;
    cut.strays.push_back({Stray::Kind::head, first->begin, item->begin});
    first = item;
  }
  cut.key = models->begin;
  cut.items_begin = models->next;
  cut.items_end = text.size();
  Cutter(text, item_column(text, *first), cut).run(first->begin);
  return cut;
}

std::size_t lost_columns(std::string_view text, const CutItem& item) {
  if (!item.misplaced || !is_slug_item(text, item.dash)) return 0;
  const std::size_t key = skip_blanks(text, item.dash + 1) - line_begin(text, item.dash);
  const auto below = content_line(text.substr(0, item.end), next_line(text, item.dash));
  if (!below || below->column() <= key) return 0;
  return key_end(text, *below) == std::string_view::npos ? 0 : below->column() - key;
}

bool is_slug_item(std::string_view text, std::size_t dash) {
  if (dash >= text.size() || text[dash] != '-' || !is_blank_or_break_at(text, dash + 1)) {
    return false;
  }
  return slug_colon(text, skip_blanks(text, dash + 1)) != std::string_view::npos;
}

std::size_t trimmed_end(std::string_view text, const CutItem& item) {
  std::size_t end = item.end;
  while (end > item.begin) {
    const Line line = line_at(text, line_begin(text, end - 1));
    if (!is_empty(text.substr(0, end), {line.begin, line.first, end})) break;
    end = line.begin;
  }
  end = std::max(end, item.dash + 1);
  while (end > item.dash + 1 && (is_break(text[end - 1]) || ascii::is_blank(text[end - 1]))) --end;
  return end;
}

std::string_view slug_in_text(std::string_view text, const CutItem& item) {
  const std::string_view own = text.substr(0, item.end);
  const std::size_t content = skip_blanks(own, item.dash + 1);
  if (content < own.size() && own[content] == '{') return slug_in_flow(own, content);
  std::optional<std::size_t> key_column;
  for (std::size_t at = item.begin; at < own.size();) {
    Line line = line_at(own, at);
    at = line.next;
    if (line.begin <= item.dash && item.dash < line.next) line.first = content;
    if (is_empty(own, line)) continue;
    // A key of the item is in the column of its first one; a deeper `slug` belongs to something
    // else.
    if (!key_column) key_column = line.column();
    if (line.column() > *key_column) continue;
    const std::size_t colon = slug_colon(own, line.first);
    if (colon != std::string_view::npos) return slug_after(own, colon, "");
  }
  return {};
}

std::string_view slug_in_head(std::string_view text, const Stray& head) {
  const std::string_view own = text.substr(0, head.end);
  for (std::size_t at = head.begin; at < own.size(); at = next_line(own, at)) {
    const std::size_t key = std::min(own.find_first_not_of(" \t-*", at), own.size());
    const std::size_t colon = slug_colon(own, key);
    if (colon != std::string_view::npos) return slug_after(own, colon, "");
  }
  return {};
}

}  // namespace assay
