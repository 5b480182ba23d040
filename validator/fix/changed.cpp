#include "validator/fix/changed.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace assay {
namespace {

bool is_comment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] == '#';
}

// The entry with the comments right above it, which may suppress what is found in it.
Span with_comments(const Source& source, const Entry& entry) {
  std::size_t line = source.position(entry.span.begin).line;
  std::size_t begin = entry.span.begin;
  while (line > 1 && is_comment(source.line(line - 1))) begin = source.line_start(--line);
  return {begin, entry.span.end};
}

std::vector<Span> places(const Document& document) {
  std::vector<Span> spans;
  for (const Entry& entry : document.entries()) {
    spans.push_back(with_comments(document.source(), entry));
  }
  return spans;
}

std::string_view text(const Document& document, Span span) {
  return document.source().bytes().substr(span.begin, span.end - span.begin);
}

// By entry of `now`: whether `before` has no such text under its slug.
std::vector<bool> changed(const Document& before, const Document& now,
                          const std::vector<Span>& spans) {
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> known;
  const std::vector<Span> old_spans = places(before);
  for (std::size_t i = 0; i < old_spans.size(); ++i) {
    ++known[{before.entries()[i].slug, text(before, old_spans[i])}];
  }
  std::vector<bool> result;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto found = known.find({now.entries()[i].slug, text(now, spans[i])});
    result.push_back(found == known.end() || found->second == 0);
    if (!result.back()) --found->second;
  }
  return result;
}

// Problems without their offsets, and how often each occurs.
class Known {
 public:
  explicit Known(const Diagnostics& diagnostics) {
    for (const Diagnostic& problem : diagnostics) ++counts_[key(problem)];
  }

  // Whether the problem is there at least as often as it was asked for.
  bool take(const Diagnostic& problem) {
    const auto found = counts_.find(key(problem));
    if (found == counts_.end() || found->second == 0) return false;
    --found->second;
    return true;
  }

 private:
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  static Key key(const Diagnostic& problem) {
    return {problem.rule, problem.entry, problem.label, problem.message};
  }
  std::map<Key, std::size_t> counts_;
};

}  // namespace

void keep_changed(const Earlier& before, const Document& now, Diagnostics& diagnostics) {
  const std::vector<Span> spans = places(now);
  const std::vector<bool> is_changed = changed(before.document, now, spans);
  Known known(before.diagnostics);
  // Index of the entry that holds an offset; the number of entries when none does.
  const auto entry_at = [&](std::size_t offset) {
    const auto behind = std::partition_point(spans.begin(), spans.end(),
                                             [offset](Span span) { return span.begin <= offset; });
    // An empty value may be right after the entry's last byte.
    if (behind == spans.begin() || std::prev(behind)->end < offset) return spans.size();
    return static_cast<std::size_t>(behind - spans.begin()) - 1;
  };
  const auto lies_in_changed = [&](Span span) {
    const std::size_t entry = entry_at(span.begin);
    return entry < spans.size() && is_changed[entry];
  };
  std::erase_if(diagnostics, [&](const Diagnostic& problem) {
    if (entry_at(problem.span.begin) == spans.size() || lies_in_changed(problem.span)) return false;
    return known.take(problem) &&
           std::none_of(problem.related.begin(), problem.related.end(),
                        [&](const Related& related) { return lies_in_changed(related.span); });
  });
}

}  // namespace assay
