#include "cli/commands/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <stdexcept>

#include "auditors/duration.h"
#include "validator/text/dates.h"

namespace assay::cli {

void catalog_option(CLI::App& command, std::string& path) {
  command.add_option("--catalog", path, "catalog file")->capture_default_str();
}

void database_option(CLI::App& command, std::string& path) {
  command.add_option("--db", path, "SQLite database")->capture_default_str();
}

void log_format_option(CLI::App& command, LogFormat& format) {
  const std::map<std::string, LogFormat> formats{{"text", LogFormat::text},
                                                 {"json", LogFormat::json}};
  command.add_option("--log-format", format, "format of log lines on standard error")
      ->transform(CLI::CheckedTransformer(formats))
      ->option_text("text|json");
}

std::chrono::seconds duration_argument(std::string_view option, const std::string& text) {
  const auto parsed = parse_duration(text);
  if (parsed) return *parsed;
  throw std::runtime_error(
      fmt::format("{}: `{}` is not {}, or 0 for none", option, text, kDurationForms));
}

std::string time_argument(std::string_view option, const std::string& text) {
  if (text.empty()) return text;
  const std::int64_t time = parse_time_or_date(text);
  if (time < 0) {
    throw std::runtime_error(
        fmt::format("{}: `{}` is not a time; expected RFC 3339, such as "
                    "2026-11-23T03:00:00Z, or a date",
                    option, text));
  }
  return format_time(time);
}

}  // namespace assay::cli
