#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/registry.h"
#include "cli/commands/commands.h"
#include "validator/rules/rules.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"

namespace assay::cli {
namespace {

void print_indented(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    fmt::print("    {}\n", text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

void explain_rule(const Rule& rule) {
  fmt::print("{} ({}, {})\n\n{}\n\n{}\n\nWrong:\n", rule.id, to_string(rule.severity), rule.group,
             rule.summary, rule.why);
  print_indented(rule.wrong);
  fmt::print("\nRight:\n");
  print_indented(rule.right);
}

void explain_verdict(Verdict verdict) {
  const VerdictInfo& info = verdicts().at(static_cast<std::size_t>(verdict));
  fmt::print("{} (verdict)\n\nIt means: {}.\nIt needs: {}.\n", info.id, info.meaning, info.needs);
}

std::vector<std::string> explained_words() {
  std::vector<std::string> known;
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) known.emplace_back(rule.id);
  }
  for (const VerdictInfo& info : verdicts()) known.emplace_back(info.id);
  for (const Auditor& auditor : auditors()) known.emplace_back(auditor.id);
  return known;
}

int explain_word(const std::string& word) {
  if (const Rule* rule = find_rule(word); rule != nullptr) {
    explain_rule(*rule);
  } else if (const auto verdict = parse_verdict(word)) {
    explain_verdict(*verdict);
  } else if (const Auditor* auditor = find_auditor(word); auditor != nullptr) {
    fmt::print("{} (auditor)\n\n{}\n", auditor->id, auditor->summary);
  } else {
    const auto nearest = nearest_word(word, explained_words());
    throw std::runtime_error(
        fmt::format("`{}` is not a rule, verdict or auditor{}; `assay rules` lists the rules",
                    printable(word), nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
  }
  return kClean;
}

}  // namespace

void add_explain(CLI::App& app, Invocation& chosen) {
  const auto word = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "explain a rule, a verdict or an auditor");
  command->add_option("WORD", *word, "id of a rule, verdict or auditor")->required();
  command->callback([&chosen, word] { chosen.run = [word] { return explain_word(*word); }; });
}

}  // namespace assay::cli
