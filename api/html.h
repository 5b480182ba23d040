#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay::api {

/// Fills the page api/templates/NAME. Members of `values` that are strings and numbers are
/// variables, true shows the section of that name, a list of objects repeats it; names are upper
/// case in templates. Every value is escaped for the place where it stands, and invalid UTF-8
/// becomes U+FFFD. Safe to call from several threads.
std::string render_page(std::string_view name, const nlohmann::json& values);

}  // namespace assay::api
