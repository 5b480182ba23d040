#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "cli/git.h"
#include "schema/embedded.h"
#include "validator/file.h"
#include "validator/fix/changed.h"
#include "validator/fix/mend.h"
#include "validator/render/render.h"
#include "validator/text/dates.h"
#include "validator/validate.h"

namespace assay::cli {
namespace {

struct ValidateArguments {
  std::vector<std::string> paths;
  std::string format;  ///< empty: human, or github in a workflow of GitHub Actions
  std::string schema;  ///< file; empty: the one compiled in
  std::string today;   ///< YYYY-MM-DD; empty: the clock
  int max_price_age_days = 90;
  std::string fail_on = "error";
  std::optional<std::string> changed_since;  ///< git revision; null: everything counts
  bool fix = false;
};

std::chrono::year_month_day day_argument(const std::string& text) {
  using namespace std::chrono;
  if (text.empty()) {
    // The local date: an entry dated today must not lie in the future east of Greenwich.
    const std::time_t now = system_clock::to_time_t(system_clock::now());
    std::tm local{};
    localtime_r(&now, &local);
    return year{local.tm_year + 1900} / (local.tm_mon + 1) / local.tm_mday;
  }
  const std::optional<year_month_day> date = parse_date(text);
  if (!date)
    throw std::runtime_error("--today: `" + text + "` is not a date; write it as 2026-11-23");
  return *date;
}

Severity parse_severity(const std::string& text) {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    if (to_string(severity) == text) return severity;
  }
  throw std::runtime_error("--fail-on: `" + text + "` is not one of error, warning, note");
}

// A file as it was at a revision, with its diagnostics. Empty when it did not exist then.
struct Before {
  Before(const std::string& path, const std::string& revision, const Schema& schema,
         const Vocabulary& vocabulary, const RuleOptions& options)
      : source(path, git_file_at(revision, path).value_or("")),
        document(source),
        diagnostics(assay::validate(document, schema, vocabulary, options).diagnostics) {}
  Source source;
  Document document;
  Diagnostics diagnostics;
};

// Reports on standard error what was fixed, and which fixes were not applied.
void tell_mended(const std::string& path, const Mended& mended) {
  std::size_t count = 0;
  std::string rules;
  for (const auto& [rule, times] : mended.fixed) {
    count += times;
    rules += fmt::format("{}{} {}", rules.empty() ? "" : ", ", times, rule);
  }
  fmt::print(stderr, "{}: fixed {}{}{}\n", path, count, rules.empty() ? "" : ": ", rules);
  const Source source(path, mended.bytes);
  for (const Diagnostic& problem : mended.left) {
    const Position at = source.position(problem.span.begin);
    fmt::print(stderr,
               "{}:{}:{}: {} was not fixed: the fix does not help, or it uncovers another error\n",
               path, at.line, at.column, problem.rule);
  }
}

// Reads, fixes and validates one file after another.
class FileValidator {
 public:
  FileValidator(const ValidateArguments& arguments, const RuleOptions& options,
                const Schema& schema, const Vocabulary& vocabulary)
      : arguments_(arguments), options_(options), schema_(schema), vocabulary_(vocabulary) {}

  FileReport validate(const std::string& path) {
    std::string bytes = read_file(path);
    std::optional<Before> before;
    if (arguments_.changed_since) {
      before.emplace(path, *arguments_.changed_since, schema_, vocabulary_, options_);
    }
    if (arguments_.fix) bytes = fixed(path, std::move(bytes), before);
    const Source& source = sources_.emplace_back(path == "-" ? "<stdin>" : path, std::move(bytes));
    const Document document(source);
    FileReport report = assay::validate(document, schema_, vocabulary_, options_);
    if (before) keep_changed(earlier(*before), document, report.diagnostics);
    return report;
  }

 private:
  static Earlier earlier(const Before& before) { return {before.document, before.diagnostics}; }

  std::string fixed(const std::string& path, std::string bytes,
                    const std::optional<Before>& before) const {
    Mended mended = mend(bytes, [&](std::string_view text) {
      const Source source(path, std::string(text));
      const Document document(source);
      Checked checked;
      checked.all = assay::validate(document, schema_, vocabulary_, options_).diagnostics;
      checked.fixable = checked.all;
      if (before) keep_changed(earlier(*before), document, checked.fixable);
      return checked;
    });
    if (mended.bytes != bytes) replace_file(path, bytes, mended.bytes);
    tell_mended(path, mended);
    return std::move(mended.bytes);
  }

  const ValidateArguments& arguments_;
  const RuleOptions& options_;
  const Schema& schema_;
  const Vocabulary& vocabulary_;
  std::deque<Source> sources_;  // a deque, since reports point to its elements
};

void refuse_standard_input(const ValidateArguments& arguments) {
  for (const std::string& path : arguments.paths) {
    if (path != "-") continue;
    if (arguments.fix) {
      throw std::runtime_error(
          "--fix changes files and cannot change standard input; name the file instead of `-`");
    }
    if (arguments.changed_since) {
      throw std::runtime_error(
          "--changed-since needs a file in a git repository, not standard input; name the file "
          "instead of `-`");
    }
  }
}

// The paths without those that name the same file again, as in `a.yaml ./a.yaml`, so that nothing
// is reported twice.
std::vector<std::string> different_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    std::error_code error;
    const std::string file = std::filesystem::weakly_canonical(path, error).string();
    if (seen.insert(error || path == "-" ? path : file).second) files.push_back(path);
  }
  return files;
}

std::string rendered_diagnostics(const std::vector<FileReport>& reports, std::string format) {
  if (format.empty()) {
    const char* actions = std::getenv("GITHUB_ACTIONS");
    format = actions != nullptr && std::string_view(actions) == "true" ? "github" : "human";
  }
  if (format == "human") return render_human(reports, wants_colour(STDOUT_FILENO));
  if (format == "json") return render_json(reports);
  const std::string folder = std::filesystem::current_path().string();
  if (format == "sarif") return render_sarif(reports, folder);
  if (format == "github") return render_github(reports, folder);
  if (format == "junit") return render_junit(reports, folder);
  throw std::runtime_error("--format: `" + format +
                           "` is not one of human, json, sarif, github, junit");
}

Schema read_schema(const std::string& path) {
  if (path.empty()) return Schema(embedded_schema_file("catalog.schema.json"));
  const std::string text = read_file(path);
  try {
    return Schema(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

int validate_files(const ValidateArguments& arguments) {
  refuse_standard_input(arguments);
  const RuleOptions options{.today = day_argument(arguments.today),
                            .max_price_age_days = arguments.max_price_age_days};
  const Severity fail_on = parse_severity(arguments.fail_on);
  const Schema schema = read_schema(arguments.schema);
  const Vocabulary vocabulary = load_vocabulary();

  FileValidator validator(arguments, options, schema, vocabulary);
  std::vector<FileReport> reports;
  for (const std::string& path : different_files(arguments.paths)) {
    reports.push_back(validator.validate(path));
  }

  const std::string text = rendered_diagnostics(reports, arguments.format);
  std::fwrite(text.data(), 1, text.size(), stdout);

  for (const FileReport& report : reports) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
      if (diagnostic.severity >= fail_on) return kFindings;
    }
  }
  return kClean;
}

}  // namespace

void add_validate(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ValidateArguments>();
  CLI::App* command = app.add_subcommand("validate", "check catalog files: YAML, schema, meaning");
  command->add_option("PATH", arguments->paths,
                      "catalog files; - reads standard input (default data/models.yaml)");
  command
      ->add_option(
          "--format", arguments->format,
          "human, json, sarif, github or junit (default: human; in GitHub Actions, github)")
      ->check(CLI::IsMember({"human", "json", "sarif", "github", "junit"}));
  command->add_option("--schema", arguments->schema,
                      "JSON Schema file instead of the built-in one");
  command->add_option("--today", arguments->today,
                      "date to use as today in rules about time, YYYY-MM-DD");
  command
      ->add_option("--max-price-age", arguments->max_price_age_days,
                   "days after which a price is reported as stale")
      ->check(CLI::Range(0, 36'500))
      ->capture_default_str();
  command
      ->add_option("--fail-on", arguments->fail_on,
                   "lowest severity that makes the exit code 1: error, warning or note")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->capture_default_str();
  command->add_option("--changed-since", arguments->changed_since,
                      "report only problems of entries that differ from this git revision");
  command->add_flag("--fix", arguments->fix,
                    "apply the certain fixes to the files, then report the rest");
  command->callback([&chosen, arguments] {
    if (arguments->paths.empty()) arguments->paths = {kDefaultCatalog};
    chosen.run = [arguments] { return validate_files(*arguments); };
  });
}

}  // namespace assay::cli
