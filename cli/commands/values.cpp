#include "cli/commands/values.h"

#include "validator/text/json_text.h"
#include "validator/text/printable.h"

namespace assay::cli {

std::string plain_value(const nlohmann::json& value) {
  if (value.is_string()) return printable(value.get<std::string>());
  return compact_json(value);
}

}  // namespace assay::cli
