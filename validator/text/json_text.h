#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace assay {

// JSON values as text that is always UTF-8: bytes that are not become U+FFFD. Never throws because
// of what a string holds.

/// On one line.
std::string compact_json(const nlohmann::json& value);
std::string compact_json(const nlohmann::ordered_json& value);
/// On one line, with characters beyond ASCII as `\u` escapes.
std::string ascii_json(const nlohmann::json& value);
/// Over many lines, `indent` spaces per level; without a line feed at the end.
std::string indented_json(const nlohmann::json& value, int indent = 2);
std::string indented_json(const nlohmann::ordered_json& value, int indent = 2);

/// The text with each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace assay
