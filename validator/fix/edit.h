#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "validator/diagnostic.h"

namespace assay {

/// Replacements of byte ranges of one text: in order, without overlap, all within the text.
class Edits {
 public:
  /// Takes those of `fixes` that fit together; of two that overlap, or begin at the same byte, the
  /// one that begins (then: ends, then: is given) first. A fix beyond `size` bytes is omitted.
  static Edits of(std::vector<Fix> fixes, std::size_t size);

  const std::vector<Fix>& fixes() const { return fixes_; }
  /// The text with all ranges replaced; every other byte stays as it is.
  std::string apply(std::string_view bytes) const;
  /// Where the byte at `offset` stands afterwards. What lies in a replaced range moves to its
  /// start.
  std::size_t moved(std::size_t offset) const;

 private:
  std::vector<Fix> fixes_;
  std::vector<std::ptrdiff_t> shifts_;  // by fix: how far the bytes after it move
};

}  // namespace assay
