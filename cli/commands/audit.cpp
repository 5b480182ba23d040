#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/registry.h"
#include "auditors/report/report.h"
#include "cli/audit_run.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "validator/text/spelling.h"

namespace assay::cli {
namespace {

struct AuditArguments {
  std::string catalog = kDefaultCatalog;
  std::string db = kDefaultDatabase;
  std::string config;        ///< file; empty: assay.yaml if it exists
  std::string acknowledged;  ///< file; empty: acknowledged.yaml beside the catalog, if it exists
  std::vector<std::string> only;
  std::vector<std::string> models;
  std::string max_age = "0";  ///< a duration, or "due"
  std::string replay;         ///< run id or file
  bool offline = false;
  std::string format = "human";
  std::vector<std::string> fail_on{"contradicted", "outdated"};
};

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const auto nearest = nearest_word(word, words);
  return nearest ? fmt::format("; did you mean `{}`?", *nearest) : std::string{};
}

std::vector<const Auditor*> selected_auditors(const std::vector<std::string>& only) {
  std::vector<const Auditor*> selected;
  std::vector<std::string> ids;
  for (const Auditor& auditor : auditors()) {
    ids.emplace_back(auditor.id);
    if (only.empty()) selected.push_back(&auditor);
  }
  for (const std::string& id : only) {
    const Auditor* auditor = find_auditor(id);
    if (auditor == nullptr) {
      throw std::runtime_error(fmt::format("--only: there is no auditor `{}`{}; there are: {}", id,
                                           did_you_mean(id, ids), fmt::join(ids, ", ")));
    }
    if (std::find(selected.begin(), selected.end(), auditor) == selected.end()) {
      selected.push_back(auditor);
    }
  }
  return selected;
}

std::set<Verdict> fail_verdicts(const std::vector<std::string>& ids) {
  std::set<Verdict> verdict_set;
  for (const std::string& id : ids) {
    const auto verdict = parse_verdict(id);
    if (!verdict) {
      std::vector<std::string> known;
      for (const VerdictInfo& info : verdicts()) known.emplace_back(info.id);
      throw std::runtime_error(fmt::format("--fail-on: there is no verdict `{}`{}; there are: {}",
                                           id, did_you_mean(id, known), fmt::join(known, ", ")));
    }
    verdict_set.insert(*verdict);
  }
  return verdict_set;
}

// One line on a terminal that is rewritten as entries are judged.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total), shown_(is_terminal(STDERR_FILENO)) {}
  void step(std::uint64_t requests) {
    ++done_;
    if (shown_) fmt::print(stderr, "\r{}/{} entries judged, {} requests", done_, total_, requests);
  }
  ~Progress() {
    if (shown_ && done_ > 0) fmt::print(stderr, "\r\x1b[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  bool shown_;
};

std::string rendered_report(const std::string& format, const AuditReport& report,
                            const CatalogPlaces& places) {
  if (format == "json") return render_audit_json(report);
  if (format == "sarif") return render_audit_sarif(report, places);
  if (format == "github") return render_audit_github(report, places);
  if (format == "markdown") return render_audit_markdown(report);
  return render_audit_human(report, wants_colour(STDOUT_FILENO));
}

AuditRequest request_of(const AuditArguments& arguments, const Environment& environment) {
  AuditRequest request{.catalog = arguments.catalog,
                       .db = arguments.db,
                       .acknowledged = arguments.acknowledged,
                       .auditors = selected_auditors(arguments.only),
                       .models = arguments.models,
                       .config = read_configuration(arguments.config, environment),
                       .replay = arguments.replay};
  request.config.offline = request.config.offline || arguments.offline;
  request.config.only_due = arguments.max_age == "due";
  if (!request.config.only_due) request.max_age = duration_argument("--max-age", arguments.max_age);
  return request;
}

// What the first and the last line say about answers that are not live.
std::string banner(const Origin& origin) {
  switch (origin.kind) {
    case Origin::Kind::live:
      break;
    case Origin::Kind::offline:
      return "offline: judged from stored evidence only, nothing was fetched";
    case Origin::Kind::replay:
      return fmt::format("replay: evidence of run {} judged again, nothing was fetched",
                         origin.run);
    case Origin::Kind::captured:
      return fmt::format("recorded answers: {}, captured on {}, not live", origin.file,
                         origin.date);
    case Origin::Kind::constructed:
      return fmt::format("recorded answers: {}, constructed from public figures of {}, not live",
                         origin.file, origin.date);
  }
  return {};
}

// Standard output is for results; when a program reads those, the banner goes to standard error.
void print_banner(const std::string& text, const std::string& format) {
  if (!text.empty()) fmt::print(format == "human" ? stdout : stderr, "{}\n", text);
}

Exit exit_code(const AuditReport& report, const std::set<Verdict>& fail_on) {
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const bool silenced = report.acknowledged.findings.contains(i);
    if (fail_on.contains(report.findings[i].verdict) && !silenced) return kFindings;
  }
  const bool unread =
      report.count(Verdict::source_unreachable) > 0 || report.count(Verdict::verifier_unable) > 0;
  return unread ? kUnreachable : kClean;
}

int audit_catalog(const AuditArguments& arguments, LogFormat log_format) {
  const std::set<Verdict> fail_on = fail_verdicts(arguments.fail_on);
  const Environment environment = process_environment();
  AuditRun run(request_of(arguments, environment), environment, Log(log_format));
  const std::string statement = banner(run.origin());
  print_banner(statement, arguments.format);
  AuditReport report;
  {
    Progress progress(run.subjects().size());
    report = run.execute([&](std::uint64_t requests) { progress.step(requests); });
  }
  const std::string text =
      rendered_report(arguments.format, report,
                      {run.catalog(), run.subjects(), std::filesystem::current_path().string()});
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (arguments.format == "human") {
    fmt::print("stored as run {} in {}\n", report.run, arguments.db);
  }
  print_banner(statement, arguments.format);
  return exit_code(report, fail_on);
}

void judgement_options(CLI::App& command, AuditArguments& arguments) {
  command.add_option("--config", arguments.config,
                     "configuration file (default: assay.yaml, if present)");
  command.add_option("--acknowledged", arguments.acknowledged,
                     "file of accepted deviations (default: acknowledged.yaml beside the catalog)");
  command.add_option("--only", arguments.only, "auditors to run (default: all)")->delimiter(',');
  command.add_option("--model", arguments.models, "slugs of the entries to audit (default: all)")
      ->delimiter(',');
}

void answer_options(CLI::App& command, AuditArguments& arguments) {
  command
      .add_option(
          "--max-age", arguments.max_age,
          "use stored answers younger than this (90s, 15m, 24h, 7d) instead of asking again; "
          "`due`: as old as the configured schedule allows for each auditor")
      ->capture_default_str();
  CLI::Option* replay =
      command.add_option("--replay", arguments.replay,
                         "judge stored evidence again: a run id, or the path of a recording");
  command
      .add_flag("--offline", arguments.offline, "judge from stored evidence only; fetch nothing")
      ->excludes(replay);
}

void report_options(CLI::App& command, AuditArguments& arguments) {
  command.add_option("--format", arguments.format, "human, json, sarif, github or markdown")
      ->check(CLI::IsMember({"human", "json", "sarif", "github", "markdown"}))
      ->capture_default_str();
  command.add_option("--fail-on", arguments.fail_on, "verdicts that make the exit code 1")
      ->delimiter(',')
      ->capture_default_str();
}

}  // namespace

void add_audit(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<AuditArguments>();
  CLI::App* command = app.add_subcommand(
      "audit", "compare the catalog's labels with their sources and store what was found");
  catalog_option(*command, arguments->catalog);
  command->add_option("--db", arguments->db, "SQLite database; created if missing")
      ->capture_default_str();
  judgement_options(*command, *arguments);
  answer_options(*command, *arguments);
  report_options(*command, *arguments);
  log_format_option(*command, chosen.log_format);
  command->callback([&chosen, arguments] {
    chosen.run = [arguments, format = chosen.log_format] {
      return audit_catalog(*arguments, format);
    };
  });
}

}  // namespace assay::cli
