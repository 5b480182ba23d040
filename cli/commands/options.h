#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/log.h"

namespace CLI {
class App;
}

// Options that several commands share, and readers for their values.

namespace assay::cli {

inline constexpr const char* kDefaultCatalog = "data/models.yaml";
inline constexpr const char* kDefaultDatabase = "assay.db";

/// --catalog FILE; its default is what `path` holds.
void catalog_option(CLI::App& command, std::string& path);
/// --db FILE; its default is what `path` holds.
void database_option(CLI::App& command, std::string& path);
/// --log-format text|json
void log_format_option(CLI::App& command, LogFormat& format);

/// "90s", "15m", "24h", "7d" or "0". Throws std::runtime_error naming the option and these forms.
std::chrono::seconds duration_argument(std::string_view option, const std::string& text);
/// An RFC 3339 time or a date, as the store takes it; empty stays empty. Throws std::runtime_error
/// naming the option and these forms.
std::string time_argument(std::string_view option, const std::string& text);

}  // namespace assay::cli
