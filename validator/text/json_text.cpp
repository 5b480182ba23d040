#include "validator/text/json_text.h"

#include <nlohmann/json.hpp>

namespace assay {
namespace {

template <typename Json>
std::string dumped(const Json& value, int indent, bool ascii_only) {
  return value.dump(indent, ' ', ascii_only, Json::error_handler_t::replace);
}

constexpr int kOneLine = -1;

}  // namespace

std::string compact_json(const nlohmann::json& value) { return dumped(value, kOneLine, false); }
std::string compact_json(const nlohmann::ordered_json& value) {
  return dumped(value, kOneLine, false);
}

std::string ascii_json(const nlohmann::json& value) { return dumped(value, kOneLine, true); }

std::string indented_json(const nlohmann::json& value, int indent) {
  return dumped(value, indent, false);
}
std::string indented_json(const nlohmann::ordered_json& value, int indent) {
  return dumped(value, indent, false);
}

std::string valid_utf8(std::string_view text) {
  return nlohmann::json::parse(compact_json(nlohmann::json(text))).get<std::string>();
}

bool is_utf8(std::string_view text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace assay
