#include "validator/shape/shape_keys.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "validator/label_path.h"
#include "validator/printable.h"
#include "validator/shape/meant_values.h"
#include "validator/spelling.h"

namespace assay {
namespace {

// More unknown keys in one mapping tell nothing new, and each costs a comparison with all names.
constexpr std::size_t kMostUnknownKeys = 100;
constexpr std::size_t kNamesWorthListing = 12;

bool forbids_others(const Shape& shape) {
  return shape.has_properties && (shape.additional == nullptr || shape.additional->never);
}

// The words that a key consists of, in order.
std::vector<std::string_view> words_of(std::string_view key) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < key.size();) {
    const std::size_t end = std::min(key.find_first_of("_- ", at), key.size());
    if (end > at) words.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  std::sort(words.begin(), words.end());
  return words;
}

// The only name that has all the words of `key`: `input` means `input_per_mtok_usd`. Empty when
// there are several.
std::vector<std::string> longer_name(std::string_view key, const std::vector<std::string>& names) {
  constexpr std::size_t kLongestKey = 100;
  const std::vector<std::string_view> words = words_of(key.substr(0, kLongestKey));
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const std::vector<std::string_view> others = words_of(name);
    if (!words.empty() && std::includes(others.begin(), others.end(), words.begin(), words.end())) {
      found.push_back(name);
    }
  }
  if (found.size() > 1) found.clear();
  return found;
}

struct UnknownKey {
  const Member* member = nullptr;
  std::vector<std::string> nearest;  // among the keys that are not given
  bool certain = true;               // a slip of the hand, not another name
};

Diagnostic unknown_key(const UnknownKey& unknown, bool meant_once, const Shape& shape,
                       const Node& mapping, std::string_view bytes, const std::string& label) {
  const Node& key = unknown.member->key;
  const std::string_view name = key.is_scalar() ? key.text : written(bytes, key);
  Diagnostic problem;
  problem.rule = "unknown-key";
  problem.message = fmt::format("unknown key {}", in_quotes(name));
  problem.span = key.span();
  problem.label = label_of_member(label, name);
  if (!unknown.nearest.empty()) {
    problem.help = fmt::format("did you mean `{}`?", unknown.nearest.front());
    if (meant_once && unknown.certain && unknown.nearest.size() == 1 && key.is_scalar()) {
      problem.fix = Fix{key.span(), quoted_as(written(bytes, key), unknown.nearest.front())};
    }
    return problem;
  }
  std::vector<std::string> names;
  for (const auto& [known, value] : shape.properties) names.push_back(known);
  if (const auto given = nearest_word(name, names)) {
    problem.help = fmt::format("`{}` is given already", *given);
    if (const Node* value = mapping.get(*given)) {
      problem.related.push_back({value->span(), fmt::format("value of `{}`", *given)});
    }
  } else if (names.size() <= kNamesWorthListing) {
    problem.help = fmt::format("known here: {}", fmt::join(names, ", "));
  }
  return problem;
}

}  // namespace

Diagnostics check_keys(const Shape& shape, const Node& mapping, std::string_view bytes,
                       const std::string& label, Span place) {
  Diagnostics problems;
  std::unordered_set<std::string_view> given;
  std::vector<UnknownKey> unknown;
  std::size_t not_shown = 0;
  Span first_not_shown;
  const bool closed = forbids_others(shape);
  for (const Member& member : mapping.mapping()) {
    const bool first = given.insert(member.key.text).second || !member.key.is_scalar();
    if (!first || !closed) continue;
    if (member.key.is_scalar() && shape.properties.contains(member.key.text)) continue;
    const std::string_view key = member.key.text.substr(0, kLongestPatterned);
    const bool matches = std::any_of(
        shape.pattern_properties.begin(), shape.pattern_properties.end(),
        [&](const auto& row) { return std::regex_search(key.begin(), key.end(), row.first); });
    if (matches) continue;
    if (unknown.size() < kMostUnknownKeys) {
      unknown.push_back({&member, {}});
    } else {
      if (not_shown == 0) first_not_shown = member.key.span();
      ++not_shown;
    }
  }

  std::map<std::string, int> meant;
  if (!unknown.empty()) {
    std::vector<std::string> absent;
    for (const auto& [name, value] : shape.properties) {
      if (!given.contains(name)) absent.push_back(name);
    }
    for (UnknownKey& key : unknown) {
      key.nearest = nearest_words(key.member->key.text, absent);
      if (key.nearest.empty()) {
        key.nearest = longer_name(key.member->key.text, absent);
        key.certain = false;
      }
      if (!key.nearest.empty()) ++meant[key.nearest.front()];
    }
  }
  for (const UnknownKey& key : unknown) {
    const bool meant_once = !key.nearest.empty() && meant[key.nearest.front()] == 1;
    problems.push_back(unknown_key(key, meant_once, shape, mapping, bytes, label));
  }

  if (not_shown > 0) {
    problems.push_back(
        cut_short(first_not_shown, fmt::format("{} more unknown keys are not shown", not_shown)));
  }

  const Member* anchor = mapping.member("slug");
  if (anchor == nullptr && mapping.count > 0) anchor = mapping.mapping().data();
  for (const std::string& name : shape.required) {
    if (given.contains(name) || meant.contains(name)) continue;
    Diagnostic problem;
    problem.rule = "missing-key";
    problem.message = fmt::format("missing key `{}`", name);
    problem.span = anchor != nullptr ? anchor->key.span() : place;
    problem.label = label_of_member(label, name);
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace assay
