#include "validator/rules/labels.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "validator/label_path.h"
#include "validator/shape/shape.h"

namespace assay {

std::string_view text_of(const Node& mapping, std::string_view key) {
  const Node* value = mapping.get(key);
  return value != nullptr && value->kind == Kind::string ? value->text : std::string_view();
}

std::optional<std::int64_t> count_of(const Node& mapping, std::string_view key) {
  const Node* value = mapping.get(key);
  if (value == nullptr || !is_whole(*value)) return std::nullopt;
  if (value->kind == Kind::real) {
    constexpr double kExact = 9e15;  // doubles tell integers apart up to here
    const double number = number_of(*value);
    return number > 0 && number < kExact ? std::optional(static_cast<std::int64_t>(number))
                                         : std::nullopt;
  }
  std::int64_t count = 0;
  const char* end = value->text.data() + value->text.size();
  const auto [stop, error] = std::from_chars(value->text.data(), end, count);
  if (error != std::errc() || stop != end || count <= 0) return std::nullopt;
  return count;
}

std::span<const Node> items_of(const Node& mapping, std::string_view key) {
  const Node* value = mapping.get(key);
  return value == nullptr ? std::span<const Node>() : value->sequence();
}

void for_each_benchmark(
    const Node& entry,
    const std::function<void(const std::string&, std::string_view, const Node&)>& visit) {
  const Node* benchmarks = entry.get("benchmarks");
  if (benchmarks == nullptr) return;
  const bool has_doubles = has_duplicate_key(benchmarks->mapping());
  std::unordered_set<std::string_view> seen;
  for (const Member& member : benchmarks->mapping()) {
    if (has_doubles && !seen.insert(member.key.text).second) continue;
    if (member.value.kind != Kind::mapping) continue;
    visit(label_of_member("benchmarks", member.key.text), member.key.text, member.value);
  }
}

void for_each_price(const Node& entry,
                    const std::function<void(const std::string&, const Node&)>& visit) {
  const Node* cost = entry.get("cost");
  if (cost == nullptr) return;
  if (cost->kind == Kind::mapping) visit("cost", *cost);
  std::size_t index = 0;
  for (const Node& price : cost->sequence()) {
    if (price.kind == Kind::mapping) visit(label_of_item("cost", price, index), price);
    ++index;
  }
}

Span place_of(const Entry& entry) {
  if (entry.node == nullptr || entry.node->mapping().empty()) return entry.span;
  const Node* slug = entry.node->get("slug");
  if (slug != nullptr && slug->begin < slug->end) return slug->span();
  return entry.node->mapping().front().key.span();
}

}  // namespace assay
