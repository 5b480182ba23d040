#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/commands/values.h"
#include "db/store.h"
#include "validator/text/printable.h"

namespace assay::cli {
namespace {

struct ChangesArguments {
  std::string db = kDefaultDatabase;
  std::string slug;   ///< empty: all entries
  std::string since;  ///< RFC 3339 or a date; empty: all changes
};

std::string plain_fact(const std::optional<db::Change::Fact>& fact) {
  if (!fact) return "nothing";
  return fmt::format("{} ({})", to_string(fact->verdict),
                     fact->observed.is_null() ? "-" : plain_value(fact->observed));
}

int print_changes(const ChangesArguments& arguments) {
  const db::Store store(arguments.db, db::Access::read_only);
  db::ChangeFilter filter;
  filter.slug = arguments.slug;
  filter.since = time_argument("--since", arguments.since);
  const std::vector<db::Change> found = store.changes(filter);
  for (const db::Change& change : found) {
    fmt::print("{} {} {}: {} -> {}\n", change.at, printable(change.slug), printable(change.label),
               plain_fact(change.from), plain_fact(change.to));
    if (change.to) fmt::print("  {}\n", printable(change.to->reason));
  }
  if (found.empty()) fmt::print(stderr, "{}: no changes are stored\n", arguments.db);
  return kClean;
}

}  // namespace

void add_changes(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ChangesArguments>();
  CLI::App* command = app.add_subcommand(
      "changes", "show which labels changed verdict or observed value, newest first");
  command->add_option("SLUG", arguments->slug, "only changes of this entry");
  command->add_option("--since", arguments->since,
                      "only changes at or after this time: RFC 3339, or a date");
  database_option(*command, arguments->db);
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return print_changes(*arguments); }; });
}

}  // namespace assay::cli
