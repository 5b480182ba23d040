#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "cli/commands.h"
#include "cli/log.h"
#include "db/store.h"

namespace {

using namespace assay::cli;

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  clean\n"
    "  1  findings at or above --fail-on\n"
    "  2  wrong usage, unreadable file or configuration\n"
    "  3  (audit) nothing to report at that level, but a source could not be reached or read,\n"
    "     or another audit is writing the database\n";

// Where logs are for machines, so is what ends the command.
template <typename Command>
int logged(LogFormat format, const Command& command) {
  if (format == LogFormat::text) return command();
  try {
    return command();
  } catch (const assay::db::Busy& error) {
    Log(format).warning(error.what());
    return kUnreachable;
  } catch (const std::exception& error) {
    Log(format).warning(error.what());
    return kUsage;
  }
}

int run(int argc, char** argv) {
  CLI::App app{"assay: checks what a model catalog claims", "assay"};
  app.set_version_flag("--version", std::string(version()));
  app.footer(kExitCodes);
  app.require_subcommand(1);
  int exit_code = kClean;

  ValidateArguments validate_arguments;
  CLI::App* command = app.add_subcommand("validate", "check catalog files: YAML, schema, meaning");
  std::vector<std::string> paths;
  command->add_option("PATH", paths,
                      "catalog files; - is standard input (default data/models.yaml)");
  command
      ->add_option("--format", validate_arguments.format,
                   "human, json, sarif, github or junit (default human; github in GitHub Actions)")
      ->check(CLI::IsMember({"human", "json", "sarif", "github", "junit"}));
  command->add_option("--schema", validate_arguments.schema,
                      "JSON Schema file instead of the built-in one");
  command->add_option("--today", validate_arguments.today,
                      "date that rules about time use, YYYY-MM-DD");
  command
      ->add_option("--max-price-age", validate_arguments.max_price_age_days,
                   "days after which a price is reported as old")
      ->check(CLI::Range(0, 36'500))
      ->capture_default_str();
  command->add_option("--fail-on", validate_arguments.fail_on, "error, warning or note")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->capture_default_str();
  command->add_option("--changed-since", validate_arguments.changed_since,
                      "report only what concerns entries that differ from this git revision");
  command->add_flag("--fix", validate_arguments.fix,
                    "make the certain fixes in the files, then report what is left");
  command->callback([&] {
    if (!paths.empty()) validate_arguments.paths = paths;
    exit_code = validate(validate_arguments);
  });

  AuditArguments audit_arguments;
  command = app.add_subcommand(
      "audit", "compare the catalog's labels with their sources and store what was seen");
  command->add_option("--catalog", audit_arguments.catalog)->capture_default_str();
  command->add_option("--db", audit_arguments.db, "SQLite database; created when missing")
      ->capture_default_str();
  command->add_option("--config", audit_arguments.config,
                      "configuration (default assay.yaml, if present)");
  command->add_option("--acknowledged", audit_arguments.acknowledged,
                      "accepted deviations (default acknowledged.yaml beside the catalog)");
  command->add_option("--only", audit_arguments.only, "auditors to run")->delimiter(',');
  command->add_option("--model", audit_arguments.models, "slugs of the entries to audit")
      ->delimiter(',');
  command
      ->add_option("--max-age", audit_arguments.max_age,
                   "take stored answers younger than this (90s, 15m, 24h, 7d); `due`: as old as "
                   "the configuration's schedule allows for each auditor")
      ->capture_default_str();
  CLI::Option* replay =
      command->add_option("--replay", audit_arguments.replay,
                          "judge stored evidence again: a run's id, or a recording");
  command
      ->add_flag("--offline", audit_arguments.offline, "judge from stored evidence, fetch nothing")
      ->excludes(replay);
  command->add_option("--format", audit_arguments.format, "human, json, sarif, github or markdown")
      ->check(CLI::IsMember({"human", "json", "sarif", "github", "markdown"}))
      ->capture_default_str();
  command->add_option("--fail-on", audit_arguments.fail_on, "verdicts that make the exit code 1")
      ->delimiter(',')
      ->capture_default_str();
  const std::map<std::string, LogFormat> log_formats{{"text", LogFormat::text},
                                                     {"json", LogFormat::json}};
  const auto add_log_format = [&](LogFormat& format) {
    command->add_option("--log-format", format, "lines on standard error: text or json")
        ->transform(CLI::CheckedTransformer(log_formats))
        ->option_text("text|json");
  };
  add_log_format(audit_arguments.log_format);
  command->callback([&] {
    exit_code = logged(audit_arguments.log_format, [&] { return audit(audit_arguments); });
  });

  ServeArguments serve_arguments;
  command = app.add_subcommand("serve", "serve catalog and findings over HTTP");
  command->add_option("--catalog", serve_arguments.catalog)->capture_default_str();
  command->add_option("--db", serve_arguments.db)->capture_default_str();
  command
      ->add_option("--listen", serve_arguments.listen, "address and port; port 0 takes a free one")
      ->capture_default_str();
  command->add_option("--audit-every", serve_arguments.audit_every,
                      "audit what is due whenever this time has passed (24h)");
  command->add_option("--config", serve_arguments.config,
                      "configuration of these audits (default assay.yaml, if present)");
  add_log_format(serve_arguments.log_format);
  command->callback([&] {
    exit_code = logged(serve_arguments.log_format, [&] { return serve(serve_arguments); });
  });

  ExportArguments export_arguments;
  command = app.add_subcommand(
      "export",
      "write the pages into a folder: static files with relative links, and for each "
      "model audit.json and badge.svg to embed elsewhere");
  command
      ->add_option("DIR", export_arguments.folder,
                   "folder to write: new, empty, or one that assay exported before")
      ->required();
  command->add_option("--catalog", export_arguments.catalog)->capture_default_str();
  command->add_option("--db", export_arguments.db)->capture_default_str();
  command->callback([&] { exit_code = export_pages(export_arguments); });

  std::string db = "assay.db";
  std::string slug;
  std::string label;
  command = app.add_subcommand("history", "what was found of one entry, newest first");
  command->add_option("SLUG", slug)->required();
  command->add_option("LABEL", label, "label path, with what is below it");
  command->add_option("--db", db)->capture_default_str();
  std::string as_of;
  command->add_option("--as-of", as_of, "what was known then: RFC 3339, or a date");
  command->callback([&] { exit_code = history(db, slug, label, as_of); });

  std::string since;
  command = app.add_subcommand("changes", "what changed verdict or observed value, newest first");
  command->add_option("SLUG", slug, "only of this entry");
  command->add_option("--since", since, "RFC 3339, or a date");
  command->add_option("--db", db)->capture_default_str();
  command->callback([&] { exit_code = changes(db, slug, since); });

  std::string keep;
  bool dry_run = false;
  command = app.add_subcommand("prune", "drop old evidence; no verdict is ever lost");
  command->add_option("--keep-evidence", keep, "how long, such as 180d")->required();
  command->add_flag("--dry-run", dry_run, "only say what would go");
  command->add_option("--db", db)->capture_default_str();
  command->callback([&] { exit_code = prune(db, keep, dry_run); });

  std::string runs_format = "human";
  command = app.add_subcommand("runs", "executions of the audit, newest first");
  command->add_option("--db", db)->capture_default_str();
  command->add_option("--format", runs_format)->check(CLI::IsMember({"human", "json"}));
  command->callback([&] { exit_code = runs(db, runs_format); });

  CLI::App* evidence = app.add_subcommand("evidence", "stored exchanges");
  evidence->require_subcommand(1);
  std::string id;
  bool body = false;
  command = evidence->add_subcommand("show", "print one exchange");
  command->add_option("ID", id, "sha256 of the evidence")->required();
  command->add_flag("--body", body, "print the body's bytes instead");
  command->add_option("--db", db)->capture_default_str();
  command->callback([&] { exit_code = show_evidence(db, id, body); });

  std::int64_t exported_run = 0;
  std::string output;
  command = evidence->add_subcommand("export", "write all evidence of a run as a WARC file");
  command->add_option("RUN", exported_run, "id of the run; `assay runs` lists them")->required();
  command->add_option("--output", output, "file to write, such as run.warc.gz")->required();
  command->add_option("--db", db)->capture_default_str();
  command->callback([&] { exit_code = export_evidence(db, exported_run, output); });

  std::string word;
  command = app.add_subcommand("explain", "explain a rule, a verdict or an auditor");
  command->add_option("WORD", word)->required();
  command->callback([&] { exit_code = explain(word); });

  command = app.add_subcommand("rules", "list the validator's rules");
  command->callback([&] { exit_code = rules(); });

  command = app.add_subcommand("schema", "print the catalog's JSON Schema");
  command->callback([&] { exit_code = schema(); });

  std::string probe_config;
  std::vector<std::string> probe_sources;
  command = app.add_subcommand("probe", "ask whether the configured sources answer at all");
  command->add_option("SOURCE", probe_sources, "ids of sources (default all)");
  command->add_option("--config", probe_config);
  command->callback([&] { exit_code = probe(probe_config, probe_sources); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kClean : kUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const assay::db::Busy& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    return kUnreachable;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    return kUsage;
  }
}
