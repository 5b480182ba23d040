#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "cli/commands/commands.h"
#include "cli/environment.h"
#include "cli/log.h"
#include "db/error.h"

namespace {

using namespace assay::cli;

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  clean\n"
    "  1  findings at or above --fail-on\n"
    "  2  wrong usage, or an unreadable file or configuration\n"
    "  3  (audit only) nothing to report at that level, but a source could not be reached or "
    "read,\n"
    "     or another audit is writing to the database\n";

void add_commands(CLI::App& app, Invocation& chosen) {
  add_validate(app, chosen);
  add_audit(app, chosen);
  add_serve(app, chosen);
  add_export(app, chosen);
  add_history(app, chosen);
  add_changes(app, chosen);
  add_prune(app, chosen);
  add_runs(app, chosen);
  add_evidence(app, chosen);
  add_explain(app, chosen);
  add_rules(app, chosen);
  add_schema(app, chosen);
  add_probe(app, chosen);
}

// Null when there is a command to run; otherwise the exit code, after help or an error was printed.
std::optional<Exit> parse(int argc, char** argv, Invocation& chosen) {
  CLI::App app{"assay: check what a model catalog claims", "assay"};
  app.set_version_flag("--version", std::string(version()));
  app.footer(kExitCodes);
  app.require_subcommand(1);
  add_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kClean : kUsage;
  }
  return std::nullopt;
}

// Where the log is for machines, so is the error that ends the command.
Exit fail(const std::exception& error, LogFormat format, Exit code) {
  if (format == LogFormat::json) {
    Log(format).warning(error.what());
  } else {
    std::fprintf(stderr, "assay: %s\n", error.what());
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Invocation chosen;
  try {
    if (const std::optional<Exit> ended = parse(argc, argv, chosen)) return *ended;
    return chosen.run();
  } catch (const assay::db::Busy& error) {
    return fail(error, chosen.log_format, kUnreachable);
  } catch (const std::exception& error) {
    return fail(error, chosen.log_format, kUsage);
  }
}
