#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace assay::cli {

/// A claimed or observed value for people: text without quotes, anything else as JSON. Control
/// characters are escaped.
std::string plain_value(const nlohmann::json& value);

}  // namespace assay::cli
