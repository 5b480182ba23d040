#include "validator/label_path.h"

#include <initializer_list>

#include <fmt/format.h>

namespace assay {
namespace {

// Longer keys and values are cut: labels are for reading and looking up, not copies of the file.
constexpr std::size_t kLongestStep = 200;

}  // namespace

std::string label_of_member(std::string_view parent, std::string_view key) {
  key = key.substr(0, kLongestStep);
  std::string label;
  label.reserve(parent.size() + 1 + key.size());
  label += parent;
  if (!parent.empty()) label += '.';
  label += key;
  return label;
}

std::string label_of_item(std::string_view parent, const Node& item, std::size_t index) {
  if (item.is_scalar() && !item.text.empty()) return label_of_member(parent, item.text);
  for (const std::string_view key : {"url", "vendor"}) {
    const Node* name = item.get(key);
    if (name != nullptr && name->is_scalar() && !name->text.empty()) {
      return fmt::format("{}[{}]", parent, name->text.substr(0, kLongestStep));
    }
  }
  return fmt::format("{}[{}]", parent, index);
}

std::string label_of_entry(const Entry& entry) {
  return std::string(entry.slug.substr(0, kLongestStep));
}

}  // namespace assay
