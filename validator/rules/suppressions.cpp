#include "validator/rules/suppressions.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "validator/position_index.h"
#include "validator/rules/rules.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"

namespace assay {
namespace {

constexpr std::array kSuppressionRules{
    Rule{"unused-suppression", "suppressions", Severity::warning,
         "An ignore comment silences nothing.",
         "The mistake was fixed or the rule misspelled; left in place, the comment would hide the "
         "next mistake.",
         "license: MIT  # assay: ignore[almost-spdx] as the authors write it", "license: MIT"},
    Rule{"suppression-without-reason", "suppressions", Severity::warning,
         "An ignore comment gives no reason.",
         "Whoever reads the entry next year cannot tell whether the exception still holds.",
         "license: Apache 2  # assay: ignore[almost-spdx]",
         "license: Apache 2  # assay: ignore[almost-spdx] as the authors write it"},
};
constexpr const Rule& kUnused = kSuppressionRules[0];
constexpr const Rule& kWithoutReason = kSuppressionRules[1];

constexpr std::string_view kOpening = "# assay: ignore[";

bool is_break(char c) { return c == '\n' || c == '\r'; }

struct Suppression {
  Span span;     // of one rule id in the brackets
  Span comment;  // of the whole comment
  std::string id;
  std::size_t line = 0;  // the line that it refers to
  bool has_reason = false;
  bool used = false;
};

// Scalars that may hold a `#` that does not start a comment: only those longer than the opening.
void collect_texts(const Node& node, std::vector<Span>& texts) {
  for (const Member& member : node.mapping()) {
    collect_texts(member.key, texts);
    collect_texts(member.value, texts);
  }
  for (const Node& item : node.sequence()) collect_texts(item, texts);
  if (node.is_scalar() && node.end - node.begin > kOpening.size()) texts.push_back(node.span());
}

// The line that a comment at `offset` of `line` refers to.
std::size_t target_line(const Source& source, std::size_t line, std::size_t offset) {
  const std::string_view before =
      source.bytes().substr(source.line_start(line), offset - source.line_start(line));
  if (!ascii::trim_blanks(before).empty()) return line;
  constexpr std::size_t kMostLinesBetween = 50;
  const std::size_t last = std::min(source.line_count(), line + kMostLinesBetween);
  for (std::size_t next = line + 1; next <= last; ++next) {
    const std::string_view text = ascii::trim_blanks(source.line(next));
    if (!text.empty() && text.front() != '#') return next;
  }
  return line;
}

void read_comment(const Source& source, std::size_t offset, PositionIndex& positions,
                  std::vector<Suppression>& out) {
  const std::string_view bytes = source.bytes();
  constexpr std::size_t kLongestComment = 1000;
  const std::size_t last = std::min(bytes.size(), offset + kLongestComment);
  std::size_t end = offset;
  while (end < last && !is_break(bytes[end])) ++end;
  const std::string_view comment = bytes.substr(offset, end - offset);
  const std::size_t close = comment.find(']');
  if (close == std::string_view::npos) return;
  const std::size_t line = positions.position(offset).line;
  const std::size_t target = target_line(source, line, offset);
  const bool has_reason = !ascii::trim_blanks(comment.substr(close + 1)).empty();
  constexpr std::size_t kMostIds = 20;
  std::size_t at = kOpening.size();
  for (std::size_t i = 0; i < kMostIds && at <= close; ++i) {
    const std::size_t comma = std::min(comment.find(',', at), close);
    const std::string_view id = ascii::trim_blanks(comment.substr(at, comma - at));
    const std::size_t begin =
        id.empty() ? offset + at : static_cast<std::size_t>(id.data() - bytes.data());
    out.push_back({{begin, begin + std::max<std::size_t>(id.size(), 1)},
                   {offset, end},
                   std::string(id),
                   target,
                   has_reason,
                   false});
    at = comma + 1;
  }
}

std::vector<Suppression> find_suppressions(const Document& document, PositionIndex& positions) {
  const Source& source = document.source();
  const std::string_view bytes = source.bytes();
  std::vector<Suppression> found;
  std::size_t at = bytes.find(kOpening);
  if (at == std::string_view::npos) return found;
  std::vector<Span> texts;
  collect_texts(document.root(), texts);
  std::sort(texts.begin(), texts.end(),
            [](const Span& a, const Span& b) { return a.begin < b.begin; });
  constexpr std::size_t kMostSuppressions = 10'000;
  for (; at != std::string_view::npos && found.size() < kMostSuppressions;
       at = bytes.find(kOpening, at + 1)) {
    const bool begins_comment =
        at == 0 || ascii::is_blank(bytes[at - 1]) || is_break(bytes[at - 1]);
    const auto after =
        std::upper_bound(texts.begin(), texts.end(), at,
                         [](std::size_t offset, const Span& span) { return offset < span.begin; });
    const bool in_text = after != texts.begin() && at < (after - 1)->end;
    if (begins_comment && !in_text) read_comment(source, at, positions, found);
  }
  return found;
}

bool can_be_silenced(std::string_view rule) {
  const Rule* row = find_rule(rule);
  return row == nullptr || row->may_be_silenced;
}

void report(const Rule& rule, Span span, std::string message, std::string help,
            Diagnostics& diagnostics) {
  Diagnostic& problem = diagnostics.emplace_back();
  problem.rule = rule.id;
  problem.severity = rule.severity;
  problem.message = std::move(message);
  problem.span = span;
  problem.help = std::move(help);
}

// Whether the rule may not have looked at what the comment refers to, since it could not be read.
bool perhaps_not_run(const Document& document, const Suppression& suppression) {
  if (!document.incomplete()) return false;
  const Rule* rule = find_rule(suppression.id);
  if (rule != nullptr && rule->catalog_check != nullptr) return true;
  const Source& source = document.source();
  const Span line{source.line_start(suppression.line),
                  source.line_start(suppression.line) + source.line(suppression.line).size()};
  const auto& entries = document.entries();
  return document.root().kind == Kind::null ||
         std::any_of(entries.begin(), entries.end(), [line](const Entry& entry) {
           return entry.node == nullptr && entry.span.begin < line.end &&
                  line.begin < entry.span.end;
         });
}

}  // namespace

std::span<const Rule> suppression_rules() { return kSuppressionRules; }

void apply_suppressions(const Document& document, Diagnostics& diagnostics) {
  PositionIndex positions(document.source());
  std::vector<Suppression> suppressions = find_suppressions(document, positions);
  if (suppressions.empty()) return;

  std::multimap<std::size_t, Suppression*> by_line;
  for (Suppression& suppression : suppressions) by_line.emplace(suppression.line, &suppression);
  std::erase_if(diagnostics, [&](const Diagnostic& diagnostic) {
    if (!can_be_silenced(diagnostic.rule)) return false;
    const auto [begin, end] = by_line.equal_range(positions.position(diagnostic.span.begin).line);
    bool silenced = false;
    for (auto it = begin; it != end; ++it) {
      if (it->second->id != diagnostic.rule) continue;
      it->second->used = true;
      silenced = true;
    }
    return silenced;
  });

  std::vector<std::string> ids;
  for (const std::span<const Rule> group : rule_groups()) {
    for (const Rule& rule : group) ids.emplace_back(rule.id);
  }
  for (const Suppression& suppression : suppressions) {
    if (!suppression.used) {
      const bool known = find_rule(suppression.id) != nullptr;
      if (known && can_be_silenced(suppression.id) && perhaps_not_run(document, suppression)) {
        continue;
      }
      const auto nearest = known ? std::nullopt : nearest_word(suppression.id, ids);
      report(kUnused, suppression.span,
             known ? fmt::format("nothing here to ignore for rule {}", in_quotes(suppression.id))
                   : fmt::format("there is no rule {}", in_quotes(suppression.id)),
             known     ? "remove the comment"
             : nearest ? fmt::format("did you mean `{}`?", *nearest)
                       : "",
             diagnostics);
    } else if (!suppression.has_reason) {
      report(kWithoutReason, suppression.comment, "comment gives no reason",
             "say why after the closing bracket", diagnostics);
    }
  }
}

}  // namespace assay
