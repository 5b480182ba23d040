#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "validator/source.h"

namespace assay {

/// Positions of many offsets of one file, quickly even when a line is as long as the file:
/// the columns of long lines are remembered at checkpoints. Gives what Source::position gives.
/// Belongs to one thread.
class PositionIndex {
 public:
  /// `source` must outlive the index.
  explicit PositionIndex(const Source& source) : source_(source) {}

  Position position(std::size_t offset);

 private:
  struct Checkpoint {
    std::size_t offset;
    std::size_t column;
  };
  const std::vector<Checkpoint>& checkpoints(std::size_t line);

  const Source& source_;
  std::unordered_map<std::size_t, std::vector<Checkpoint>> long_lines_;
};

}  // namespace assay
