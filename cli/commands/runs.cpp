#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "db/store.h"
#include "validator/text/json_text.h"
#include "validator/text/printable.h"

namespace assay::cli {
namespace {

struct RunsArguments {
  std::string db = kDefaultDatabase;
  std::string format = "human";
};

void print_runs_json(const std::vector<db::Run>& runs) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const db::Run& run : runs) {
    nlohmann::ordered_json verdict_counts = nlohmann::ordered_json::object();
    for (const auto& [id, count] : run.verdicts) verdict_counts[id] = count;
    list.push_back({{"id", run.id},
                    {"status", run.status},
                    {"started_at", run.started_at},
                    {"finished_at", run.finished_at},
                    {"origin", to_text(run.origin)},
                    {"summary", verdict_counts},
                    {"requests", run.requests.sent}});
  }
  fmt::print("{}\n", indented_json(list));
}

void print_runs_human(const std::vector<db::Run>& runs) {
  for (const db::Run& run : runs) {
    std::string counts;
    for (const auto& [id, count] : run.verdicts) {
      if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, id);
    }
    fmt::print("run {:<5} {:<12} {}  {} requests, {}\n", run.id, run.status, run.started_at,
               run.requests.sent, printable(to_text(run.origin)));
    if (!counts.empty()) fmt::print("          {}\n", counts);
  }
}

int list_runs(const RunsArguments& arguments) {
  constexpr std::size_t kNewest = 50;
  const std::vector<db::Run> runs = db::Store(arguments.db, db::Access::read_only).runs(kNewest);
  if (arguments.format == "json") {
    print_runs_json(runs);
    return kClean;
  }
  print_runs_human(runs);
  if (runs.empty()) fmt::print(stderr, "{}: no runs yet; run `assay audit` first\n", arguments.db);
  return kClean;
}

}  // namespace

void add_runs(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<RunsArguments>();
  CLI::App* command = app.add_subcommand("runs", "list audit runs, newest first");
  database_option(*command, arguments->db);
  command->add_option("--format", arguments->format, "human or json")
      ->check(CLI::IsMember({"human", "json"}))
      ->capture_default_str();
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return list_runs(*arguments); }; });
}

}  // namespace assay::cli
