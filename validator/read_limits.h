#pragma once

#include <cstddef>

namespace assay {

/// Bounds that keep hostile input from costing unbounded time or memory. Each one exceeded is a
/// diagnostic, never a crash.
struct ReadLimits {
  std::size_t file_bytes = std::size_t{64} << 20;
  std::size_t depth = 64;            ///< nesting of collections
  std::size_t alias_nodes = 10'000;  ///< nodes that aliases may add to one file
};

}  // namespace assay
