#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "validator/node.h"

namespace assay {

/// Label paths as in design section 1: keys joined by `.`; a scalar of a list is addressed by its
/// value, a mapping of a list by its URL, else by its vendor, else by its index.
/// Keys and values are cut where they are longer than any label.
std::string label_of_member(std::string_view parent, std::string_view key);
std::string label_of_item(std::string_view parent, const Node& item, std::size_t index);

/// The slug that diagnostics of an entry carry; cut like labels.
std::string label_of_entry(const Entry& entry);

}  // namespace assay
