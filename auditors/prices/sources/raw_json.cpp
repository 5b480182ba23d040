#include "auditors/prices/sources/raw_json.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace assay::prices {
namespace {

// Builds the tree from nlohmann's events, whose number_float hands over the token as written.
class Builder {
 public:
  explicit Builder(RawJson& root) : root_(root) {}

  bool null() { return put(RawJson::Kind::null, {}); }
  bool boolean(bool value) { return put(RawJson::Kind::boolean, value ? "true" : "false"); }
  bool number_integer(std::int64_t value) {
    return put(RawJson::Kind::number, std::to_string(value));
  }
  bool number_unsigned(std::uint64_t value) {
    return put(RawJson::Kind::number, std::to_string(value));
  }
  bool number_float(double, const std::string& token) { return put(RawJson::Kind::number, token); }
  bool string(std::string& value) { return put(RawJson::Kind::string, std::move(value)); }
  template <class Bytes>
  bool binary(Bytes&) {
    return false;
  }
  bool start_object(std::size_t) { return open(RawJson::Kind::object); }
  bool start_array(std::size_t) { return open(RawJson::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    open_.back()->members.emplace_back(std::move(name), RawJson{});
    return true;
  }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }

 private:
  static constexpr std::size_t kMaxDepth = 32;
  // Of a body of 16 MiB that is nothing but "[[],[],…" the tree would be many times as large.
  static constexpr std::size_t kMaxValues = 2'000'000;

  // Where the next value goes. A container is only appended to while it is the innermost open one,
  // so pointers to the open ones stay valid.
  RawJson& place() {
    if (open_.empty()) return root_;
    RawJson& parent = *open_.back();
    if (parent.kind == RawJson::Kind::object) return parent.members.back().second;
    return parent.items.emplace_back();
  }

  bool put(RawJson::Kind kind, std::string text) {
    if (++values_ > kMaxValues) return false;
    RawJson& value = place();
    value.kind = kind;
    value.text = std::move(text);
    return true;
  }

  bool open(RawJson::Kind kind) {
    if (open_.size() >= kMaxDepth || ++values_ > kMaxValues) return false;
    RawJson& value = place();
    value.kind = kind;
    open_.push_back(&value);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  RawJson& root_;
  std::vector<RawJson*> open_;
  std::size_t values_ = 0;
};

}  // namespace

const RawJson* RawJson::get(std::string_view key) const {
  const RawJson* found = nullptr;
  for (const Member& member : members) {
    if (member.first != key) continue;
    if (found != nullptr && *found != member.second) return nullptr;
    found = &member.second;
  }
  return found;
}

bool RawJson::contradicts_itself(std::string_view key) const {
  const auto first = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.first == key; });
  return std::any_of(first, members.end(), [&](const Member& member) {
    return member.first == key && member.second != first->second;
  });
}

std::string_view RawJson::string(std::string_view key) const {
  const RawJson* member = get(key);
  return member != nullptr && member->is_string() ? std::string_view(member->text)
                                                  : std::string_view{};
}

std::optional<RawJson> parse_raw_json(std::string_view text) {
  RawJson root;
  Builder builder(root);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return root;
}

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

std::string pointer_step(std::size_t index) { return "/" + std::to_string(index); }

}  // namespace assay::prices
