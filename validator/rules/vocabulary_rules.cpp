#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/printable.h"
#include "validator/rules/groups.h"
#include "validator/rules/labels.h"
#include "validator/shape.h"
#include "validator/shape_repair.h"
#include "validator/vocabulary.h"

namespace assay {
namespace {

void report_near(const Rule& rule, const Entry& entry, RuleContext& context, const Node& node,
                 std::string label, const std::vector<std::string>& words) {
  if (node.kind != Kind::string) return;
  if (std::find(words.begin(), words.end(), node.text) != words.end()) return;
  std::vector<std::string_view> alike;
  for (const std::string& word : words) {
    if (is_misspelling(node.text, word)) alike.push_back(word);
  }
  if (alike.empty()) return;
  Diagnostic& problem = context.report(
      rule, entry, node.span(), std::move(label),
      fmt::format("{} is spelled almost like {}", in_quotes(node.text), in_quotes(alike[0])));
  problem.help = fmt::format("did you mean `{}`?", alike[0]);
  if (alike.size() == 1 && !node.block) {
    const std::string_view bytes = context.document.source().bytes();
    problem.fix = Fix{node.span(), quoted_as(written(bytes, node), alike[0])};
  }
}

void near_word(const Rule& rule, const Entry& entry, RuleContext& context) {
  constexpr std::size_t kItemsWorthReading = 100;
  for (const Terms& terms : context.vocabulary.terms) {
    if (terms.closed) continue;
    const Node* value = entry.node->get(terms.field);
    if (value == nullptr) continue;
    report_near(rule, entry, context, *value, terms.field, terms.words);
    std::size_t index = 0;
    for (const Node& item : value->sequence()) {
      if (index == kItemsWorthReading) break;
      report_near(rule, entry, context, item, label_of_item(terms.field, item, index++),
                  terms.words);
    }
  }
  const Node* benchmarks = entry.node->get("benchmarks");
  if (benchmarks == nullptr || benchmarks->count > kItemsWorthReading) return;
  std::vector<std::string> names;
  for (const Member& member : benchmarks->mapping()) {
    if (context.vocabulary.benchmark(member.key.text) != nullptr) continue;
    if (names.empty()) {
      for (const Benchmark& known : context.vocabulary.benchmarks) names.push_back(known.id);
    }
    report_near(rule, entry, context, member.key, label_of_member("benchmarks", member.key.text),
                names);
  }
}

constexpr std::array kRules{
    Rule{"near-word", "meaning", Severity::warning,
         "A word is spelled almost like one that is in use.",
         "These fields take any word, but two spellings of one thing split it in two for everyone "
         "who filters or counts.",
         "runtimes_supporting: [llama.cpp]", "runtimes_supporting: [llama-cpp]", near_word},
};

}  // namespace

std::span<const Rule> vocabulary_rules() { return kRules; }

}  // namespace assay
