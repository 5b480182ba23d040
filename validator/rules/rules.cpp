#include "validator/rules/rules.h"

#include <fmt/format.h>

#include "validator/for_each_entry.h"
#include "validator/label_path.h"

namespace assay {
namespace {

constexpr std::size_t kMostPerRun = 2000;  // of consecutive entries that a thread takes at once

}  // namespace

Diagnostic& RuleContext::report(const Rule& rule, const Entry& entry, Span span, std::string label,
                                std::string message) {
  if (out_.size() >= most_) {
    if (not_shown_ == 0) first_not_shown_ = span;
    ++not_shown_;
    return discarded_ = {};
  }
  Diagnostic& problem = out_.emplace_back();
  problem.rule = rule.id;
  problem.severity = rule.severity;
  problem.message = std::move(message);
  problem.span = span;
  problem.entry = label_of_entry(entry);
  problem.label = std::move(label);
  return problem;
}

void RuleContext::finish() {
  if (not_shown_ == 0) return;
  out_.push_back(
      cut_short(first_not_shown_, fmt::format("{} more problems are not shown", not_shown_)));
}

std::vector<std::span<const Rule>> rule_groups() {
  return {yaml_rules(),    shape_rules(),   identity_rules(),   lineage_rules(),
          meaning_rules(), license_rules(), vocabulary_rules(), time_rules(),
          number_rules(),  price_rules(),   source_rules(),     suppression_rules()};
}

const Rule* find_rule(std::string_view id) {
  for (const std::span<const Rule> group : rule_groups()) {
    for (const Rule& rule : group) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

void check_rules(const Document& document, const Vocabulary& vocabulary, const RuleOptions& options,
                 Diagnostics& out) {
  const std::vector<std::span<const Rule>> groups = rule_groups();
  RuleContext whole(document, vocabulary, options, out, out.size() + kMostDiagnostics);
  for (const std::span<const Rule> group : groups) {
    for (const Rule& rule : group) {
      if (rule.catalog_check != nullptr) rule.catalog_check(rule, whole);
    }
  }
  whole.finish();
  for_each_entry(
      document,
      [&](std::span<const Entry> entries, Diagnostics& found) {
        RuleContext context(document, vocabulary, options, found, kMostPerRun);
        for (const Entry& entry : entries) {
          if (entry.node == nullptr || entry.node->kind != Kind::mapping) continue;
          for (const std::span<const Rule> group : groups) {
            for (const Rule& rule : group) {
              if (rule.entry_check != nullptr) rule.entry_check(rule, entry, context);
            }
          }
        }
        context.finish();
      },
      out);
}

}  // namespace assay
