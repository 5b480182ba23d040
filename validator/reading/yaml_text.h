#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "validator/node.h"

namespace assay {

/// What a plain scalar is in the YAML 1.2 core schema.
Kind resolve_plain(std::string_view text);

// Where things end in YAML text. All take the whole text and an offset into it, and never read past
// its end.

bool is_break(char c);                                             ///< line feed or carriage return
bool is_blank_or_break_at(std::string_view text, std::size_t at);  ///< true at the end of the text

/// The next line break, or the end of the text.
std::size_t line_end(std::string_view text, std::size_t at);
/// The start of the line after the one of `at`.
std::size_t next_line(std::string_view text, std::size_t at);
/// The start of the line of `at`.
std::size_t line_begin(std::string_view text, std::size_t at);
std::size_t skip_blanks(std::string_view text, std::size_t at);
/// Past blanks, line breaks and comments.
std::size_t skip_space(std::string_view text, std::size_t at);
/// True when nothing but blanks and a comment is left on the line of `at`.
bool rest_is_empty(std::string_view text, std::size_t at);

/// The end of the content on the line of `at`, without a comment and blanks after it.
std::size_t content_end(std::string_view text, std::size_t at);
/// The colon that ends a plain key at `at`, or the end of the line's content.
std::size_t plain_key_end(std::string_view text, std::size_t at);

/// One past the quote that closes the one at `at`; npos when there is none.
std::size_t quoted_end(std::string_view text, std::size_t at);
/// Whether the text at `at`, after a backslash, is an escape of double-quoted scalars.
bool is_escape(std::string_view text, std::size_t at);
/// Whether the line is a merge conflict marker, as git writes them.
bool is_conflict_marker(std::string_view line);
/// A quoted form of `value` that YAML reads as the same text.
std::string single_quoted(std::string_view value);
/// One past a plain scalar at `at` whose folded value is `value`.
std::size_t plain_end(std::string_view text, std::size_t at, std::string_view value);
/// One past the last line of a block scalar at `at` that has the value `value`.
std::size_t block_end(std::string_view text, std::size_t at, std::string_view value);
/// Past anchors and tags; `end_of_last` is set to the end of the last one, or to `at` for none.
std::size_t skip_properties(std::string_view text, std::size_t at, std::size_t& end_of_last);

}  // namespace assay
