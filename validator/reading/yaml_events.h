#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "validator/reading/tree_builder.h"

namespace assay {

/// A piece of YAML text and where it lies in its file.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;
};

/// Why a parse ended early.
struct ParseFailure {
  enum class Cause { syntax, open_quote, unknown_anchor, too_deep, too_large, more_documents };
  Cause cause = Cause::syntax;
  std::size_t offset = 0;  ///< where the parser noticed, sometimes far after the mistake
  std::string message;     ///< the parser's own words, shown as a last resort
};

/// Parses the pieces as if they were one text, as one YAML document, into the builder. The text
/// must be UTF-8 without control characters and byte-order mark; a first piece of several must have
/// more than 4 bytes.
std::optional<ParseFailure> parse_yaml(std::span<const Piece> pieces, TreeBuilder& builder);

}  // namespace assay
