#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay::api {

/// Fills the page, feed or image api/templates/NAME. Strings and numbers among
/// the members of `values` are variables, true shows the section of that name, a list of objects
/// repeats it, and an object fills the template included under that name: KEY.tpl, or the one named
/// by its member "template". Names are upper case in templates. An included template sees only its
/// own values; a section also sees those around it. Every value is escaped for its context, and
/// invalid UTF-8 becomes U+FFFD. Safe to call from several threads.
std::string render_page(std::string_view name, const nlohmann::json& values);

}  // namespace assay::api
