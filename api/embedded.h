#pragma once

#include <string_view>

namespace assay {

/// The text of a file of api/templates/ as it was at build time, such as "model.tpl" or
/// "style.css". Throws std::out_of_range for another name.
std::string_view embedded_api_file(std::string_view name);

}  // namespace assay
