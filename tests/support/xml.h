#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;  ///< entities are resolved
  std::string text;                               ///< of the element itself, entities are resolved
  std::vector<XmlElement> children;
};

/// The root of a text that is well-formed XML 1.0 in UTF-8 without comments, processing
/// instructions and document types. Throws std::runtime_error where it is not.
XmlElement parse_xml(std::string_view text);

}  // namespace assay::test
