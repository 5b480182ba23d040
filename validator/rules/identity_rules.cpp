#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

// The place of an entry's slug, even if the entry could not be parsed.
Span slug_span(const Entry& entry, std::string_view bytes) {
  if (entry.node != nullptr) return place_of(entry);
  const std::less_equal<const char*> before;
  const bool in_file = !entry.slug.empty() && before(bytes.data(), entry.slug.data()) &&
                       before(entry.slug.data() + entry.slug.size(), bytes.data() + bytes.size());
  if (!in_file) return {entry.span.begin, std::min(entry.span.begin + 1, entry.span.end)};
  const auto begin = static_cast<std::size_t>(entry.slug.data() - bytes.data());
  return {begin, begin + entry.slug.size()};
}

void duplicate_slug(const Rule& rule, RuleContext& context) {
  const std::string_view bytes = context.document.source().bytes();
  std::unordered_map<std::string_view, const Entry*> first;
  for (const Entry& entry : context.document.entries()) {
    if (entry.slug.empty()) continue;
    const auto [found, is_new] = first.try_emplace(entry.slug, &entry);
    if (is_new) continue;
    Diagnostic& problem = context.report(
        rule, entry, slug_span(entry, bytes), "slug",
        fmt::format("slug {} is already used by an earlier entry", in_quotes(entry.slug)));
    problem.related.push_back({slug_span(*found->second, bytes), "first used here"});
    problem.help = "remove one of the two entries, or give this one a slug of its own";
  }
}

// Reports a text that two entries with different slugs share. A duplicate entry is one mistake,
// which duplicate-slug reports.
void report_shared(const Rule& rule, RuleContext& context, std::string_view key,
                   std::string (*normalized)(std::string_view), std::string_view what) {
  std::unordered_map<std::string, const Entry*> first;
  for (const Entry& entry : context.document.entries()) {
    if (entry.node == nullptr) continue;
    const std::string_view text = text_of(*entry.node, key);
    if (text.empty()) continue;
    const auto [found, is_new] = first.try_emplace(normalized(text), &entry);
    if (is_new || found->second->slug == entry.slug) continue;
    Diagnostic& problem =
        context.report(rule, entry, entry.node->get(key)->span(), std::string(key),
                       fmt::format("{} {} is also used by {}", what, in_quotes(text),
                                   in_quotes(found->second->slug)));
    problem.related.push_back({found->second->node->get(key)->span(), "first used here"});
  }
}

void duplicate_display_name(const Rule& rule, RuleContext& context) {
  report_shared(
      rule, context, "display_name", [](std::string_view text) { return std::string(text); },
      "display name");
}

void duplicate_base_repository(const Rule& rule, RuleContext& context) {
  const auto normalized = [](std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return ascii::lower(url);  // names on the Hub do not differ by case alone
  };
  report_shared(rule, context, "quantizations_source", normalized, "base repository");
}

// The scores of an entry as one text; empty when there are too few to be telling.
std::string scores_of(const Node& entry) {
  constexpr std::size_t kTelling = 3;
  std::vector<std::string> scores;
  for_each_benchmark(entry, [&](const std::string&, std::string_view name, const Node& benchmark) {
    const Node* score = benchmark.get("score");
    if (score != nullptr && score->is_scalar()) {
      scores.push_back(fmt::format("{}={}", name, score->text));
    }
  });
  if (scores.size() < kTelling) return {};
  std::sort(scores.begin(), scores.end());
  std::string all;
  for (const std::string& score : scores) all += score + "\n";
  return all;
}

void copied_benchmarks(const Rule& rule, RuleContext& context) {
  std::unordered_map<std::string, const Entry*> first;
  for (const Entry& entry : context.document.entries()) {
    if (entry.node == nullptr || entry.node->kind != Kind::mapping) continue;
    std::string scores = scores_of(*entry.node);
    if (scores.empty()) continue;
    const auto [found, is_new] = first.try_emplace(std::move(scores), &entry);
    if (is_new || found->second->slug == entry.slug) continue;
    Diagnostic& problem =
        context.report(rule, entry, entry.node->member("benchmarks")->key.span(), "benchmarks",
                       fmt::format("all scores equal those of {}", in_quotes(found->second->slug)));
    problem.related.push_back(
        {found->second->node->member("benchmarks")->key.span(), "the same scores"});
    problem.help = "check which of the two models the scores belong to";
  }
}

// What makes two scores the same statement.
using Row = std::array<std::string_view, 5>;

struct RowHash {
  std::size_t operator()(const Row& row) const {
    std::size_t hash = 0;
    for (const std::string_view part : row) {
      hash = hash * 31 + std::hash<std::string_view>()(part);
    }
    return hash;
  }
};

std::optional<Row> row_of(std::string_view name, const Node& benchmark) {
  const auto text = [&](std::string_view key) {
    const Node* value = benchmark.get(key);
    return value != nullptr && value->is_scalar() ? value->text : std::string_view();
  };
  const Row row{name, text("score"), text("source"), text("variant"), text("as_of")};
  if (row[1].empty() || row[2].empty()) return std::nullopt;
  return row;
}

void copied_score(const Rule& rule, RuleContext& context) {
  struct First {
    const Entry* entry = nullptr;
    const Node* benchmark = nullptr;
  };
  std::unordered_map<Row, First, RowHash> first;
  for (const Entry& entry : context.document.entries()) {
    if (entry.node == nullptr || entry.node->kind != Kind::mapping) continue;
    for_each_benchmark(*entry.node, [&](const std::string& label, std::string_view name,
                                        const Node& benchmark) {
      const auto row = row_of(name, benchmark);
      if (!row) return;
      const auto [found, is_new] = first.try_emplace(*row, First{&entry, &benchmark});
      const First& other = found->second;
      if (is_new || other.entry->slug == entry.slug) return;
      const std::string scores = scores_of(*entry.node);
      // copied-benchmarks reports that.
      if (!scores.empty() && scores == scores_of(*other.entry->node)) return;
      Diagnostic& problem = context.report(
          rule, entry, benchmark.get("score")->span(), label_of_member(label, "score"),
          fmt::format("{} has the same score from the same page", in_quotes(other.entry->slug)));
      problem.related.push_back({other.benchmark->get("score")->span(), "the same score"});
      problem.help = "check which of the two models the page states it for";
    });
  }
}

constexpr std::array kIdentityRules{
    Rule{
        "duplicate-slug", "identity", Severity::error, "Two entries have the same slug.",
        "The slug is the identity of an entry: pages, history and lineage refer to it, so a second "
        "entry under it hides the first or is hidden by it.",
        "- slug: phi-4\n  …\n- slug: phi-4\n  …", "- slug: phi-4\n  …\n- slug: phi-4-mini\n  …",
        nullptr, duplicate_slug},
    Rule{"duplicate-display-name", "identity", Severity::error,
         "Two entries have the same display name.",
         "Readers cannot tell two models with one name apart; usually an entry was copied and not "
         "changed everywhere.",
         "- slug: phi-4\n  display_name: Phi-4\n- slug: phi-4-mini\n  display_name: Phi-4",
         "- slug: phi-4\n  display_name: Phi-4\n- slug: phi-4-mini\n  display_name: Phi-4 Mini",
         nullptr, duplicate_display_name},
    Rule{"duplicate-base-repository", "identity", Severity::warning,
         "Two entries name the same base repository.",
         "Quantizations are looked up under the base repository, so one of the entries would be "
         "credited with those of the other model.",
         "- slug: a-8b\n  quantizations_source: https://huggingface.co/org/a-8b\n"
         "- slug: a-8b-instruct\n  quantizations_source: https://huggingface.co/org/a-8b",
         "- slug: a-8b\n  quantizations_source: https://huggingface.co/org/a-8b\n"
         "- slug: a-8b-instruct\n  quantizations_source: https://huggingface.co/org/a-8b-instruct",
         nullptr, duplicate_base_repository},
    Rule{"copied-benchmarks", "identity", Severity::warning,
         "Two entries have exactly the same benchmark scores.",
         "Two models never agree in three or more scores by chance: the scores of one, often the "
         "larger, were pasted into the other.",
         "- slug: a-70b\n  benchmarks: {mmlu: {score: 82.0}, …}\n"
         "- slug: a-8b\n  benchmarks: {mmlu: {score: 82.0}, …}",
         "- slug: a-70b\n  benchmarks: {mmlu: {score: 82.0}, …}\n"
         "- slug: a-8b\n  benchmarks: {mmlu: {score: 68.4}, …}",
         nullptr, copied_benchmarks},
    Rule{"copied-score", "identity", Severity::note,
         "Two entries have a score with the same value, page and date.",
         "It happens, but more often the row of one model was pasted into another. Silence it with "
         "a comment once it has been checked.",
         "- slug: a-70b\n  benchmarks: {mmlu: {score: 68.4, source: https://example.org/a}}\n"
         "- slug: a-8b\n  benchmarks: {mmlu: {score: 68.4, source: https://example.org/a}}",
         "- slug: a-70b\n  benchmarks: {mmlu: {score: 82.0, source: https://example.org/a}}\n"
         "- slug: a-8b\n  benchmarks: {mmlu: {score: 68.4, source: https://example.org/a}}",
         nullptr, copied_score},
};

}  // namespace

std::span<const Rule> identity_rules() { return kIdentityRules; }

}  // namespace assay
