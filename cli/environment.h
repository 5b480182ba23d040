#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auditors/config.h"
#include "auditors/credentials.h"

namespace assay::cli {

/// The environment variables of this process.
Environment process_environment();

/// Reads the named configuration; without a name, assay.yaml where it exists, else the defaults.
/// Throws std::runtime_error.
Config read_configuration(const std::string& path, const Environment& environment);

/// Whether `descriptor` is a terminal and NO_COLOR is unset.
bool wants_colour(int descriptor);
bool is_terminal(int descriptor);

std::int64_t unix_milliseconds();

/// "0.1.0"
std::string_view version();
/// "assay/0.1.0", which is how assay introduces itself to sources.
std::string user_agent();

}  // namespace assay::cli
