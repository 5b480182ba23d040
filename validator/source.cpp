#include "validator/source.h"

#include <algorithm>

namespace assay {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Length of the code point that begins at `at`, 1 for a byte that begins none.
std::size_t code_point_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0xC2   ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 1;
  if (at + length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return 1;
  }
  return length;
}

}  // namespace

Source::Source(std::string path, std::string bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)), line_starts_{0} {
  constexpr std::size_t kShortLine = 32;  // more room than most files need, untouched if not needed
  line_starts_.reserve(bytes_.size() / kShortLine + 1);
  // Searching is much faster than looking at each byte; few files have a carriage return.
  std::size_t at_return = bytes_.find('\r');
  std::size_t at_feed = bytes_.find('\n');
  while (at_feed != std::string::npos || at_return != std::string::npos) {
    const std::size_t end = std::min(at_feed, at_return);
    const bool pair = end == at_return && at_feed == end + 1;
    line_starts_.push_back(end + (pair ? 2 : 1));
    if (at_return == end) at_return = bytes_.find('\r', end + 1);
    if (at_feed == end || pair) at_feed = bytes_.find('\n', line_starts_.back());
  }
}

Position Source::position(std::size_t offset) const {
  offset = std::min(offset, bytes_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  Position position{static_cast<std::size_t>(next - line_starts_.begin()), 1};
  std::size_t at = *(next - 1);
  if (at == 0 && std::string_view(bytes_).starts_with(kByteOrderMark)) {
    at = std::min(kByteOrderMark.size(), offset);
  }
  while (at < offset) {
    const std::size_t length = code_point_length(bytes_, at);
    if (at + length > offset) break;  // inside a code point: the column of its start
    at += length;
    ++position.column;
  }
  return position;
}

std::string_view Source::line(std::size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const std::size_t begin = line_starts_[number - 1];
  const std::size_t end = number < line_starts_.size() ? line_starts_[number] : bytes_.size();
  std::string_view text = std::string_view(bytes_).substr(begin, end - begin);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::size_t Source::line_start(std::size_t number) const {
  if (number == 0) return 0;
  return number <= line_starts_.size() ? line_starts_[number - 1] : bytes_.size();
}

}  // namespace assay
