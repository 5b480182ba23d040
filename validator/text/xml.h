#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The text without the characters that XML 1.0 does not allow and without carriage returns, which
/// XML would read as line feeds. Bytes that are not UTF-8 become U+FFFD.
std::string xml_characters(std::string_view text);

/// The same, escaped for a place between tags or in a double-quoted attribute.
std::string xml_escaped(std::string_view text);

}  // namespace assay
