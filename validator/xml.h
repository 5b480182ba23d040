#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The text as XML 1.0 holds it between tags or in a double-quoted attribute. Bytes that are not
/// UTF-8 become U+FFFD; characters that XML may not hold are omitted, and so are carriage returns,
/// which XML would read as line feeds.
std::string xml_escaped(std::string_view text);

}  // namespace assay
