#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/log.h"

namespace CLI {
class App;
}

// Options that several commands have, and the reading of their values.

namespace assay::cli {

inline constexpr const char* kDefaultCatalog = "data/models.yaml";
inline constexpr const char* kDefaultDatabase = "assay.db";

/// --catalog FILE; its default is what `path` holds.
void catalog_option(CLI::App& command, std::string& path);
/// --db FILE; its default is what `path` holds.
void database_option(CLI::App& command, std::string& path);
/// --log-format text|json
void log_format_option(CLI::App& command, LogFormat& format);

/// "90s", "15m", "24h", "7d", "0". Throws std::runtime_error that names the option and the forms.
std::chrono::seconds duration_argument(std::string_view option, const std::string& text);
/// A time of RFC 3339, or a date, as the store takes it; empty stays empty. Throws
/// std::runtime_error that names the option and the forms.
std::string time_argument(std::string_view option, const std::string& text);

}  // namespace assay::cli
