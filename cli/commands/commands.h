#pragma once

#include <functional>

#include "cli/log.h"

namespace CLI {
class App;
}

namespace assay::cli {

/// Exit codes of design section 11.
enum Exit : int {
  kClean = 0,
  kFindings = 1,     ///< findings at or above --fail-on
  kUsage = 2,        ///< wrong usage, or an unreadable file or configuration
  kUnreachable = 3,  ///< audit: nothing to report at that level, but a source could not be read
};

/// What the command line asks for.
struct Invocation {
  std::function<int()> run;                ///< returns an exit code; throws std::exception
  LogFormat log_format = LogFormat::text;  ///< also for the error that ends the command
};

// Each function adds one command to the program. When the command line names that command, `chosen`
// is set to it; it owns its arguments, so it may be run after `app` is gone.

void add_audit(CLI::App& app, Invocation& chosen);
void add_changes(CLI::App& app, Invocation& chosen);
void add_evidence(CLI::App& app, Invocation& chosen);
void add_explain(CLI::App& app, Invocation& chosen);
void add_export(CLI::App& app, Invocation& chosen);
void add_history(CLI::App& app, Invocation& chosen);
void add_probe(CLI::App& app, Invocation& chosen);
void add_prune(CLI::App& app, Invocation& chosen);
void add_rules(CLI::App& app, Invocation& chosen);
void add_runs(CLI::App& app, Invocation& chosen);
void add_schema(CLI::App& app, Invocation& chosen);
void add_serve(CLI::App& app, Invocation& chosen);
void add_validate(CLI::App& app, Invocation& chosen);

}  // namespace assay::cli
