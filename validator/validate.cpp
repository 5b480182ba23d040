#include "validator/validate.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validator/rules/suppressions.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

// Index of the entry that holds an offset; the number of entries when none does.
std::size_t entry_at(const std::vector<Entry>& entries, std::size_t offset) {
  const auto after = std::upper_bound(
      entries.begin(), entries.end(), offset,
      [](std::size_t value, const Entry& entry) { return value < entry.span.begin; });
  if (after == entries.begin() || (after - 1)->span.end <= offset) return entries.size();
  return static_cast<std::size_t>(after - 1 - entries.begin());
}

About about(const Diagnostic& problem) {
  const Rule* rule = find_rule(problem.rule);
  return rule == nullptr ? About::value : rule->about;
}

bool loses_text(const Diagnostic& problem) {
  const Rule* rule = find_rule(problem.rule);
  return problem.severity == Severity::error && rule != nullptr && rule->loses_text;
}

// The reader put null where it could not read a value: what the schema says of that is not news.
void drop_unread_values(const Document& document, Diagnostics& shape) {
  std::set<std::pair<std::size_t, std::size_t>> unread;
  for (const Diagnostic& problem : document.problems()) {
    if (loses_text(problem)) unread.emplace(problem.span.begin, problem.span.end);
  }
  std::erase_if(shape, [&](const Diagnostic& problem) {
    return unread.contains({problem.span.begin, problem.span.end}) && about(problem) != About::rest;
  });
}

// In an entry that could only be read in part, a missing key may just not have been read.
void drop_missing_keys(const Document& document, Diagnostics& shape) {
  const std::vector<Entry>& entries = document.entries();
  std::set<std::size_t> damaged;
  for (const Diagnostic& problem : document.problems()) {
    if (loses_text(problem)) damaged.insert(entry_at(entries, problem.span.begin));
  }
  if (damaged.empty()) return;
  std::erase_if(shape, [&](const Diagnostic& problem) {
    return about(problem) == About::absence &&
           damaged.contains(entry_at(entries, problem.span.begin));
  });
}

// True when the label is one of `labels` or lies below one.
bool lies_below(const std::set<std::pair<std::string_view, std::string>>& labels,
                const Diagnostic& problem) {
  for (std::size_t dot = problem.label.find('.');; dot = problem.label.find('.', dot + 1)) {
    if (labels.contains({problem.entry, problem.label.substr(0, dot)})) return true;
    if (dot == std::string::npos) return false;
  }
}

// A rule does not repeat what the schema said of the same value, and says nothing about a key that
// was only misspelled.
void drop_repetitions(const Diagnostics& shape, Diagnostics& rules) {
  std::set<std::pair<std::size_t, std::size_t>> spans;
  std::set<std::pair<std::string_view, std::string>> unknown;  // entry and label
  std::set<std::pair<std::string_view, std::string>> meant;
  for (const Diagnostic& problem : shape) {
    const About what = about(problem);
    if (what == About::absence || what == About::rest) continue;
    spans.emplace(problem.span.begin, problem.span.end);
    if (what != About::key) continue;
    unknown.emplace(problem.entry, problem.label);
    if (!problem.fix) continue;
    const std::size_t dot = problem.label.rfind('.');
    const std::string parent =
        dot == std::string::npos ? std::string() : problem.label.substr(0, dot + 1);
    std::string_view key = problem.fix->text;
    if (key.starts_with('"') || key.starts_with('\'')) key = key.substr(1, key.size() - 2);
    meant.emplace(problem.entry, parent + std::string(key));
  }
  std::erase_if(rules, [&](const Diagnostic& problem) {
    return about(problem) != About::rest &&
           (spans.contains({problem.span.begin, problem.span.end}) ||
            meant.contains({problem.entry, problem.label}) || lies_below(unknown, problem));
  });
}

// True for text that holds what the reader replaced because YAML may not hold it.
bool holds_bad_bytes(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Glyph glyph = glyph_at(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    const bool stray = byte >= 0x80 && glyph.bytes == 1;
    if (control || stray) return true;
    at += glyph.bytes;
  }
  return false;
}

// All that can be said about a value with such bytes is that it has them.
void drop_damaged_values(const Document& document, Diagnostics& found) {
  const auto is_encoding = [](const Diagnostic& problem) {
    return about(problem) == About::encoding && problem.severity == Severity::error;
  };
  const Diagnostics& problems = document.problems();
  if (std::none_of(problems.begin(), problems.end(), is_encoding)) return;
  const std::string_view bytes = document.source().bytes();
  std::erase_if(found, [&](const Diagnostic& problem) {
    constexpr std::size_t kLongestValue = 1000;
    const std::size_t length = problem.span.end - problem.span.begin;
    return length <= kLongestValue && holds_bad_bytes(bytes.substr(problem.span.begin, length)) &&
           about(problem) != About::rest;
  });
}

}  // namespace

FileReport validate(const Document& document, const Schema& schema, const Vocabulary& vocabulary,
                    const RuleOptions& options) {
  Diagnostics shape;
  schema.check(document, shape);
  drop_missing_keys(document, shape);
  drop_unread_values(document, shape);

  Diagnostics rules;
  check_rules(document, vocabulary, options, rules);
  drop_repetitions(shape, rules);
  drop_damaged_values(document, shape);
  drop_damaged_values(document, rules);

  FileReport report;
  report.source = &document.source();
  report.entries = document.entries().size();
  report.diagnostics = document.problems();
  for (Diagnostics* stage : {&shape, &rules}) {
    report.diagnostics.insert(report.diagnostics.end(), std::make_move_iterator(stage->begin()),
                              std::make_move_iterator(stage->end()));
  }
  apply_suppressions(document, report.diagnostics);
  sort_and_unique(report.diagnostics);
  return report;
}

}  // namespace assay
