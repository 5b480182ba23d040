#include "validator/fix/edit.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace assay {

Edits Edits::of(std::vector<Fix> fixes, std::size_t size) {
  std::stable_sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) {
    return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
  });
  Edits edits;
  std::ptrdiff_t shift = 0;
  for (Fix& fix : fixes) {
    const auto [begin, end] = fix.span;
    if (begin > end || end > size) continue;
    if (!edits.fixes_.empty()) {
      const Span before = edits.fixes_.back().span;
      if (begin < before.end || begin == before.begin) continue;
    }
    shift +=
        static_cast<std::ptrdiff_t>(fix.text.size()) - static_cast<std::ptrdiff_t>(end - begin);
    edits.shifts_.push_back(shift);
    edits.fixes_.push_back(std::move(fix));
  }
  return edits;
}

std::string Edits::apply(std::string_view bytes) const {
  std::string out;
  std::size_t at = 0;
  for (const Fix& fix : fixes_) {
    out += bytes.substr(at, fix.span.begin - at);
    out += fix.text;
    at = fix.span.end;
  }
  return out += bytes.substr(at);
}

std::size_t Edits::moved(std::size_t offset) const {
  const auto behind = std::partition_point(
      fixes_.begin(), fixes_.end(), [offset](const Fix& fix) { return fix.span.begin <= offset; });
  if (behind == fixes_.begin()) return offset;
  const auto index = static_cast<std::size_t>(behind - fixes_.begin()) - 1;
  const Span span = fixes_[index].span;
  const std::ptrdiff_t shift = index == 0 ? 0 : shifts_[index - 1];
  const bool replaced = offset < span.end || offset == span.begin;
  return static_cast<std::size_t>(replaced ? static_cast<std::ptrdiff_t>(span.begin) + shift
                                           : static_cast<std::ptrdiff_t>(offset) + shifts_[index]);
}

}  // namespace assay
