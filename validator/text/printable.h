#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

/// One code point of a text of unknown origin, as a terminal may show it.
struct Glyph {
  std::string text;         ///< itself, or an escape such as `\x1b` for what must not be sent raw
  std::size_t bytes = 1;    ///< how many bytes of the original it stands for
  std::size_t columns = 1;  ///< width of `text` on a terminal: 2 for wide characters, 0 for marks
};

/// The glyph at byte `at`, which must lie in `text`. Tabs become four spaces. Control characters,
/// characters that reorder text, and bytes that are not UTF-8 become escapes.
Glyph glyph_at(std::string_view text, std::size_t at);

/// The whole text as glyphs; line feeds become `\n`.
std::string printable(std::string_view text);

/// Without the characters that show nothing (joiners, byte order marks, soft hyphens and the like),
/// with every other space as a plain one, one at a time, and none at either end.
std::string visible(std::string_view text);

/// A value for a message: in back quotes, cut after 60 code points.
std::string in_quotes(std::string_view value);

}  // namespace assay
