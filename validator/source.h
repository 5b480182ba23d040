#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Half-open byte range [begin, end) of a Source.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// Line and column as people count them: both from 1, the column in code points.
/// A byte that is not part of valid UTF-8 counts as one code point.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The bytes of one file and the map from byte offsets to lines and columns.
/// Lines end at "\n", "\r\n" or a lone "\r". A byte-order mark belongs to no column.
/// Immutable, so it may be shared between threads; positions cost O(log lines + length of the
/// line).
class Source {
 public:
  /// `path` is what diagnostics print; it is never opened.
  Source(std::string path, std::string bytes);

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }

  /// Offsets past the end are read as the end.
  Position position(std::size_t offset) const;
  std::size_t line_count() const { return line_starts_.size(); }
  /// The text of a line (counted from 1) without its line end; empty when there is no such line.
  std::string_view line(std::size_t number) const;
  /// Byte offset at which a line (counted from 1) begins; the end of the file past the last one.
  std::size_t line_start(std::size_t number) const;

 private:
  std::string path_;
  std::string bytes_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace assay
