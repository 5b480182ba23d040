#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validator/diagnostic.h"

namespace assay {

enum class MistakeKind { syntax, indentation, tab, too_large, too_deep };

/// The id of the rule that such mistakes are reported under.
std::string_view rule_of(MistakeKind kind);

struct Mistake {
  MistakeKind kind = MistakeKind::syntax;
  Diagnostic diagnostic;  ///< entry is left empty; the label has the keys above the place
};

/// Walks YAML text line by line and finds the first of the usual mistakes: an unclosed quote or
/// bracket, a tab or a lost space in the indentation, a key without a colon. It knows just enough
/// of YAML to follow indentation, quotes, brackets and block scalars; it is asked after the parser
/// has failed, because the parser notices such mistakes late.
class MistakeFinder {
 public:
  /// Looks at [begin, end), which begins at a line.
  MistakeFinder(std::string_view text, std::size_t begin, std::size_t end);

  std::optional<Mistake> first_mistake();
  /// The first place from which on the parser would keep very many tokens at once.
  std::optional<Mistake> first_cost();

 private:
  struct Level {
    std::size_t column = 0;
    bool mapping = false;
    std::string_view key;  // of a mapping, the one read last
  };

  void walk();
  void line_content(std::size_t line, std::size_t first);
  bool unwind(std::size_t at, std::size_t column, bool dash);
  void block_node(std::size_t at);
  void inline_value(std::size_t at);
  std::size_t scalar_or_flow(std::size_t at, bool value);
  std::size_t properties(std::size_t at);
  std::size_t in_quotes(std::size_t at);
  std::size_t flow(std::size_t at);
  std::size_t block_scalar(std::size_t at);
  std::size_t alias(std::size_t at);
  bool swallows_a_line(std::size_t begin, std::size_t end) const;
  void after_closed(std::size_t begin, std::size_t end);
  bool ends_in_key(std::string_view value) const;
  void plain_value(std::size_t at);
  bool looks_like_key(std::size_t at) const;
  bool is_indicator(std::size_t at, char indicator) const;
  void open_level(std::size_t column, bool mapping);
  std::string label(std::size_t count) const;
  void colon_missing(std::size_t at);
  void misplaced_key(std::size_t at, std::string_view wording);
  Diagnostic& found(MistakeKind kind, std::size_t begin, std::size_t end, std::string message,
                    bool costly = false);

  std::string_view text_;
  std::size_t at_;
  bool costs_only_ = false;
  bool costly_ = false;  // whether the mistake in `mistake_` is one of cost

  std::vector<Level> levels_;
  std::size_t line_ = 0;         // start of the current line
  bool started_ = false;         // a node was seen
  bool awaiting_ = true;         // a deeper line may follow: a key or dash without its value
  std::size_t plain_begin_ = 0;  // of the plain scalar read last
  bool continues_ = false;       // a plain scalar may go on in deeper lines
  std::ptrdiff_t continues_beyond_ = -1;  // lines deeper than this column
  std::optional<Mistake> mistake_;
};

}  // namespace assay
