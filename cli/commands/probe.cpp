#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "auditors/fetch/fetcher.h"
#include "cli/commands/commands.h"
#include "cli/environment.h"
#include "validator/text/printable.h"

namespace assay::cli {
namespace {

struct ProbeArguments {
  std::string config;                ///< file; empty: assay.yaml where it exists
  std::vector<std::string> sources;  ///< ids; empty: all that are enabled
};

Config quick_config(const ProbeArguments& arguments, const Environment& environment) {
  Config config = read_configuration(arguments.config, environment);
  config.time_budget = std::chrono::seconds(10);
  for (const std::string& id : arguments.sources) {
    if (config.source(id) == nullptr) {
      throw std::runtime_error("the configuration has no source `" + id + "`");
    }
  }
  return config;
}

// Prints what a source answered, or why it did not; returns whether it did.
bool print_answer(const std::string& id, const Evidence& evidence) {
  const bool answered =
      evidence.outcome == Outcome::response || evidence.outcome == Outcome::too_large;
  fmt::print("{:<20} {}\n", id,
             answered ? fmt::format("answers ({})", evidence.status) : printable(evidence.error));
  return answered;
}

int probe_sources(const ProbeArguments& arguments) {
  const Environment environment = process_environment();
  const Config config = quick_config(arguments, environment);
  Fetcher fetcher(config, environment, {},
                  {.user_agent = user_agent(),
                   .connect_timeout = std::chrono::seconds(3),
                   .backoff_base = std::chrono::milliseconds(50),
                   .ca_file = environment("SSL_CERT_FILE").value_or("")});
  bool any = false;
  const std::vector<std::string>& only = arguments.sources;
  for (const auto& [id, source] : config.sources) {
    const bool asked = only.empty() || std::find(only.begin(), only.end(), id) != only.end();
    if (!asked || !source.enabled) continue;
    fetcher.submit({.source = id, .url = source.url}, [&any, name = id](const Evidence& evidence) {
      any = print_answer(name, evidence) || any;
    });
  }
  fetcher.drain();
  return any ? kClean : kUnreachable;
}

}  // namespace

void add_probe(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ProbeArguments>();
  CLI::App* command =
      app.add_subcommand("probe", "check whether the configured sources answer at all");
  command->add_option("SOURCE", arguments->sources, "ids of sources (default: all)");
  command->add_option("--config", arguments->config,
                      "configuration file (default: assay.yaml, if present)");
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return probe_sources(*arguments); }; });
}

}  // namespace assay::cli
