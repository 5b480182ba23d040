#pragma once

#include <string_view>

namespace assay {

/// The text of a file of schema/ as it was at build time, such as "catalog.schema.json" or
/// "vocabularies/quantizations.json". Throws std::out_of_range for another name.
std::string_view embedded_schema_file(std::string_view name);

}  // namespace assay
