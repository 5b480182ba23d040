#pragma once

#include <string_view>

#include "auditors/config.h"
#include "auditors/credentials.h"

namespace assay {

/// Defaults, then `yaml` (may be empty), then the environment (HF_ENDPOINT, HF_HUB_OFFLINE).
/// Throws std::runtime_error "path:line:column: what is wrong; what to do".
Config load_config(std::string_view path, std::string_view yaml, const Environment& environment);

}  // namespace assay
