#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "db/store.h"

namespace assay::cli {
namespace {

struct PruneArguments {
  std::string db = kDefaultDatabase;
  std::string keep;  ///< a duration
  bool dry_run = false;
};

int prune_evidence(const PruneArguments& arguments) {
  const std::string& db = arguments.db;
  const std::chrono::milliseconds age = duration_argument("--keep-evidence", arguments.keep);
  if (!std::filesystem::exists(db)) throw std::runtime_error("there is no database '" + db + "'");
  db::Store store(db, db::Access::read_write);
  const auto before = std::filesystem::file_size(db);
  const db::PruneReport gone = store.prune(unix_milliseconds() - age.count(), arguments.dry_run);
  fmt::print("{}{} bodies ({} bytes), {} exchanges and {} confirmations{}\n",
             arguments.dry_run ? "would remove " : "removed ", gone.bodies, gone.body_bytes,
             gone.evidence, gone.judgements, arguments.dry_run ? "; nothing was changed" : "");
  if (arguments.dry_run) {
    fmt::print("about {} of {} bytes would be freed\n", gone.free_bytes, before);
  } else {
    fmt::print("{}: {} bytes, {} before\n", db, std::filesystem::file_size(db), before);
  }
  return kClean;
}

}  // namespace

void add_prune(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<PruneArguments>();
  CLI::App* command = app.add_subcommand("prune", "remove old evidence; no verdict is ever lost");
  command->add_option("--keep-evidence", arguments->keep, "how long to keep evidence, such as 180d")
      ->required();
  command->add_flag("--dry-run", arguments->dry_run, "only say what would be removed");
  database_option(*command, arguments->db);
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return prune_evidence(*arguments); }; });
}

}  // namespace assay::cli
