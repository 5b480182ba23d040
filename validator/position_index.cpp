#include "validator/position_index.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace assay {
namespace {

constexpr std::size_t kLongLine = 8192;
constexpr std::size_t kStep = 4096;  // bytes between two checkpoints, about

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Number of the line that holds `offset`.
std::size_t line_of(const Source& source, std::size_t offset) {
  std::size_t first = 1;
  std::size_t last = source.line_count();
  while (first < last) {
    const std::size_t middle = first + (last - first + 1) / 2;
    if (source.line_start(middle) <= offset) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  return first;
}

// Columns between two offsets of one line, counted by Source itself so that both always agree.
std::size_t columns(const Source& source, std::size_t from, std::size_t to) {
  constexpr std::size_t kRestOfCodePoint = 3;
  const std::string_view piece = source.bytes().substr(from, to - from + kRestOfCodePoint);
  return Source("", std::string(piece)).position(to - from).column - 1;
}

}  // namespace

const std::vector<PositionIndex::Checkpoint>& PositionIndex::checkpoints(std::size_t line) {
  const auto [found, is_new] = long_lines_.try_emplace(line);
  std::vector<Checkpoint>& points = found->second;
  if (!is_new) return points;
  const std::string_view bytes = source_.bytes();
  const std::size_t end = source_.line_start(line) + source_.line(line).size();
  points.push_back({source_.line_start(line), 1});
  while (end - points.back().offset > 2 * kStep) {
    // A checkpoint stands where a code point begins; in a long run of continuation bytes, which is
    // not UTF-8, every byte begins one.
    std::size_t at = points.back().offset + kStep;
    for (int i = 0; i < 3 && continues(bytes[at]); ++i) ++at;
    if (bytes.substr(at).starts_with("\xEF\xBB\xBF")) at += 3;  // would pass for a byte-order mark
    points.push_back({at, points.back().column + columns(source_, points.back().offset, at)});
  }
  return points;
}

Position PositionIndex::position(std::size_t offset) {
  offset = std::min(offset, source_.bytes().size());
  const std::size_t line = line_of(source_, offset);
  if (offset - source_.line_start(line) < kLongLine) return source_.position(offset);
  const std::vector<Checkpoint>& points = checkpoints(line);
  const auto after = std::upper_bound(
      points.begin(), points.end(), offset,
      [](std::size_t value, const Checkpoint& point) { return value < point.offset; });
  const Checkpoint& point = *(after - 1);
  return {line, point.column + columns(source_, point.offset, offset)};
}

}  // namespace assay
