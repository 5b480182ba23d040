#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace assay {

/// One item of the `models:` list as text: [begin, end) are whole lines.
struct CutItem {
  std::size_t begin = 0;
  std::size_t dash = 0;
  std::size_t end = 0;
  bool misplaced = false;  ///< not indented like its siblings
};

/// Text among the items that belongs to none of them: [begin, end) are whole lines.
struct Stray {
  enum class Kind {
    head,      ///< in place of the first item, which may have lost its dash
    document,  ///< a marker of another document, with items after it
    key,       ///< `models:` once more, with items after it
  };
  Kind kind = Kind::head;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// How a catalog's text divides: [0, items_begin) up to and including the `models:` line, the
/// items, and [items_end, …) with the top-level keys that follow the list.
struct CatalogCut {
  std::size_t key = 0;  ///< the key `models`
  std::size_t items_begin = 0;
  std::size_t items_end = 0;
  std::vector<CutItem> items;
  std::vector<Stray> strays;
};

/// Cuts by indentation alone, so that an unclosed quote or bracket in one item does not reach the
/// others, and lines that are not items do not end the list when more items follow. Null when the
/// text has no top-level `models:` with a block list under it.
std::optional<CatalogCut> cut_catalog(std::string_view text);

/// How many columns further right the keys below an item's first line are than the key on it; 0
/// when that line has not lost its indentation.
std::size_t lost_columns(std::string_view text, const CutItem& item);
/// Whether an item that starts with its slug is at `dash`.
bool is_slug_item(std::string_view text, std::size_t dash);
/// The item's text without blank and comment lines at its end.
std::size_t trimmed_end(std::string_view text, const CutItem& item);
/// The value of the item's `slug` key as far as it can be seen without parsing; empty when there
/// is none.
std::string_view slug_in_text(std::string_view text, const CutItem& item);
/// The same for an item that does not begin with a dash.
std::string_view slug_in_head(std::string_view text, const Stray& head);

}  // namespace assay
