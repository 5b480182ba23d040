#include "validator/node.h"

#include <algorithm>
#include <bitset>
#include <unordered_set>

namespace assay {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::real:
      return "number";
    case Kind::string:
      return "string";
    case Kind::sequence:
      return "list";
    case Kind::mapping:
      return "mapping";
  }
  return "";
}

std::span<const Node> Node::sequence() const {
  if (kind != Kind::sequence) return {};
  return {items, count};
}

std::span<const Member> Node::mapping() const {
  if (kind != Kind::mapping) return {};
  return {members, count};
}

const Member* Node::member(std::string_view key) const {
  for (const Member& candidate : mapping()) {
    if (candidate.key.text == key && candidate.key.is_scalar()) return &candidate;
  }
  return nullptr;
}

const Node* Node::get(std::string_view key) const {
  const Member* const found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

bool has_duplicate_key(std::span<const Member> members) {
  // Most mappings are small, and of their keys few share a place in this table; only those are
  // compared. Large ones would cost the square of their size.
  constexpr std::size_t kLarge = 128;
  std::bitset<256> taken;
  std::unordered_set<std::string_view> keys;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Node& key = members[i].key;
    if (!key.is_scalar()) continue;
    if (members.size() > kLarge) {
      if (!keys.insert(key.text).second) return true;
      continue;
    }
    const std::string_view text = key.text;
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const std::size_t place =
        text.empty()
            ? 0
            : (text.size() * 5 + byte(0) * 3 + byte(text.size() / 2) * 7 + byte(text.size() - 1)) %
                  taken.size();
    const auto same = [&key](const Member& other) {
      return other.key.text == key.text && other.key.is_scalar();
    };
    if (taken[place] &&
        std::any_of(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      return true;
    }
    taken.set(place);
  }
  return false;
}

}  // namespace assay
