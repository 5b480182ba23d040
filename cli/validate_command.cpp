#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "schema/embedded.h"
#include "validator/validate.h"

namespace assay::cli {
namespace {

std::chrono::year_month_day parse_date(const std::string& text) {
  using namespace std::chrono;
  if (text.empty()) return floor<days>(system_clock::now());
  int year_number = 0;
  unsigned month_number = 0;
  unsigned day_number = 0;
  char after = 0;
  const bool shaped = text.size() == 10 &&
                      text.find_first_not_of("0123456789-") == std::string::npos &&
                      std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year_number, &month_number,
                                  &day_number, &after) == 3;
  const year_month_day date{year{year_number}, month{month_number}, day{day_number}};
  if (!shaped || !date.ok()) {
    throw std::runtime_error("--today: `" + text + "` is no date; write it as 2026-11-23");
  }
  return date;
}

Severity parse_severity(const std::string& text) {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    if (to_string(severity) == text) return severity;
  }
  throw std::runtime_error("--fail-on: `" + text + "` is none of error, warning, note");
}

std::string rendered(const std::vector<FileReport>& reports, std::string format) {
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
                           "` is none of human, json, sarif, github, junit");
}

}  // namespace

int validate(const ValidateArguments& arguments) {
  const RuleOptions options{.today = parse_date(arguments.today),
                            .max_price_age_days = arguments.max_price_age_days};
  const Severity fail_on = parse_severity(arguments.fail_on);
  const Schema schema = [&] {
    if (arguments.schema.empty()) return Schema(embedded_schema_file("catalog.schema.json"));
    const std::string text = read_file(arguments.schema);
    try {
      return Schema(text);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(arguments.schema + ": " + error.what());
    }
  }();
  const Vocabulary vocabulary = load_vocabulary();

  std::deque<Source> sources;  // a deque: reports point to its elements
  std::vector<FileReport> reports;
  for (const std::string& path : arguments.paths) {
    const Source& source = sources.emplace_back(path == "-" ? "<stdin>" : path, read_file(path));
    const Document document(source);
    reports.push_back(assay::validate(document, schema, vocabulary, options));
  }

  const std::string text = rendered(reports, arguments.format);
  std::fwrite(text.data(), 1, text.size(), stdout);

  for (const FileReport& report : reports) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
      if (diagnostic.severity >= fail_on) return kFindings;
    }
  }
  return kClean;
}

}  // namespace assay::cli
