#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/v1/json.h"

namespace assay::api {

/// One line of names, ending in CRLF (RFC 4180).
std::string csv_header(const std::vector<std::string_view>& columns);
/// The members of `row` that the columns name ("from.verdict" is one of a member), as one line:
/// null is empty, lists and objects are JSON. Text that a spreadsheet would take for a formula
/// begins with an apostrophe.
std::string csv_line(const std::vector<std::string_view>& columns, const Json& row);

}  // namespace assay::api
