#include "validator/rules/rules.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.h"

namespace assay::cli {
namespace {

int list_rules() {
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) {
      fmt::print("{:<28} {:<8} {:<9} {}\n", rule.id, to_string(rule.severity), rule.group,
                 rule.summary);
    }
  }
  return kClean;
}

}  // namespace

void add_rules(CLI::App& app, Invocation& chosen) {
  app.add_subcommand("rules", "list the validator's rules")->callback([&chosen] {
    chosen.run = list_rules;
  });
}

}  // namespace assay::cli
