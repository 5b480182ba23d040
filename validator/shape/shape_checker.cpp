#include "validator/shape/shape_checker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "validator/label_path.h"
#include "validator/shape/meant_values.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"

namespace assay {
namespace {

constexpr KindSet kString = kind_bit(Kind::string);
constexpr KindSet kInteger = kind_bit(Kind::integer);
constexpr KindSet kNumber = kInteger | kind_bit(Kind::real);
constexpr KindSet kBoolean = kind_bit(Kind::boolean);
constexpr KindSet kSequence = kind_bit(Kind::sequence);

std::string found_in_words(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
    case Kind::string:
      return fmt::format("{} {}", to_string(node.kind), in_quotes(node.text));
  }
  return "";
}

// Of one entry; more problems would say nothing new.
constexpr std::size_t kMostProblems = 100;

std::string number(double value) { return fmt::format("{:.15g}", value); }

// Hash under which equal values (same_value) fall together.
std::size_t hash_of(const Node& node) {
  const std::hash<std::string_view> text_hash;
  switch (node.kind) {
    case Kind::null:
      return 1;
    case Kind::boolean:
      return 2U + (static_cast<unsigned char>(node.text.front()) | 0x20U);
    case Kind::integer:
    case Kind::real:
      return std::hash<double>()(number_of(node));
    case Kind::string:
      return text_hash(node.text);
    case Kind::sequence: {
      std::size_t hash = 3;
      for (const Node& item : node.sequence()) hash = hash * 31 + hash_of(item);
      return hash;
    }
    case Kind::mapping: {
      std::size_t hash = 4;  // a sum, since the order of keys does not count
      for (const Member& member : node.mapping()) {
        hash += text_hash(member.key.text) * 31 + hash_of(member.value);
      }
      return hash;
    }
  }
  return 0;
}

bool is_text_with_colon(const Node& node) {
  if (node.kind != Kind::mapping || node.flow || node.count != 1) return false;
  const Member& member = node.mapping().front();
  return member.key.plain && member.key.kind == Kind::string && member.value.is_scalar() &&
         !member.value.block;
}

// A pattern in words, as far as the catalog's schema uses it; empty for others.
std::string_view pattern_in_words(std::string_view pattern) {
  if (pattern == "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") return "a date YYYY-MM-DD";
  if (pattern == "^[a-z0-9]+(-[a-z0-9]+)*$")
    return "a slug (lower-case letters, digits and single hyphens)";
  if (pattern == "^https?://[^ ]+$") return "a web address (https://…)";
  return "";
}

// More unknown keys in one mapping say nothing new, and each costs a comparison with all names.
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
  bool certain = true;               // a typo, not another name
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
    problem.help = fmt::format("`{}` is already given", *given);
    if (const Node* value = mapping.get(*given)) {
      problem.related.push_back({value->span(), fmt::format("value of `{}`", *given)});
    }
  } else if (names.size() <= kNamesWorthListing) {
    problem.help = fmt::format("known keys: {}", fmt::join(names, ", "));
  }
  return problem;
}

// Finds keys of `mapping` that `shape` does not know and keys that are missing, one diagnostic each
// (without entry). A missing key that an unknown one was surely meant for is not reported as well.
// `bytes` are those of the file; `place` is shown for a mapping without keys.
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

}  // namespace

std::string kinds_in_words(KindSet kinds) {
  std::vector<std::string_view> words;
  const auto add = [&](KindSet set, std::string_view word) {
    if ((kinds & set) == set) words.push_back(word);
  };
  add(kind_bit(Kind::mapping), "mapping");
  add(kSequence, "list");
  add(kString, "string");
  if ((kinds & kNumber) == kNumber) {
    words.emplace_back("number");
  } else {
    add(kInteger, "integer");
  }
  add(kBoolean, "boolean");
  add(kind_bit(Kind::null), "null");
  if (words.empty()) return "nothing";
  if (words.size() == 1) return std::string(words.front());
  const std::string_view last = words.back();
  words.pop_back();
  return fmt::format("{} or {}", fmt::join(words, ", "), last);
}

bool ShapeChecker::is_full(const Node& next) {
  if (out_.size() - first_ < kMostProblems) return false;
  if (!cut_short_) {
    cut_short_ = true;
    Diagnostic& problem = out_.emplace_back(cut_short(
        next.span(), fmt::format("after {} problems the rest was not checked", kMostProblems)));
    problem.entry = entry_;
  }
  return true;
}

Diagnostic& ShapeChecker::report(std::string_view rule, Span span, std::string label,
                                 std::string message) {
  Diagnostic& problem = out_.emplace_back();
  problem.rule = rule;
  problem.message = std::move(message);
  problem.span = span;
  problem.entry = entry_;
  problem.label = std::move(label);
  return problem;
}

Diagnostics ShapeChecker::problems_of(const Shape& shape, const Node& node,
                                      const std::string& label, Span place) const {
  Diagnostics problems;
  ShapeChecker(bytes_, entry_, problems).check(shape, node, label, place);
  return problems;
}

bool ShapeChecker::accepts(const Shape& shape, const Node& node) const {
  return problems_of(shape, node, "", node.span()).empty();
}

void ShapeChecker::check(const Shape& shape, const Node& node, const std::string& label,
                         Span place) {
  if (node.begin < node.end) place = node.span();
  if (shape.never) {
    report("schema", place, label, "no value is allowed here");
    return;
  }
  if ((shape.kinds & kinds_of(node)) == 0) {
    check_kind(shape, node, label, place);
    return;  // its other demands were meant for another kind
  }
  if (shape.allowed) check_allowed(shape, node, label);
  check_bounds(shape, node, label);
  if (node.kind == Kind::string) check_text(shape, node, label, place);
  if (node.kind == Kind::sequence) check_sequence(shape, node, label);
  if (node.kind == Kind::mapping) check_mapping(shape, node, label, place);
  check_branches(shape, node, label, place);
  check_others(shape, node, label, place);
}

void ShapeChecker::check_kind(const Shape& shape, const Node& node, const std::string& label,
                              Span place) {
  if (shape.kinds == kString && is_text_with_colon(node)) {
    Diagnostic& problem = report("colon-in-text", place, label,
                                 "text with a colon and a space was read as a mapping");
    problem.help = "quote the text";
    const std::string_view raw = written(bytes_, node);
    if (raw.find_first_of("\r\n") == std::string_view::npos) {
      problem.fix = Fix{place, yaml_quoted(raw)};
    }
    return;
  }
  Diagnostic& problem = report(
      "wrong-type", place, label,
      fmt::format("expected {}, found {}", kinds_in_words(shape.kinds), found_in_words(node)));
  if (node.kind == Kind::null) {
    problem.help = "omit the key when there is no value";
    return;
  }
  repair_kind(shape, node, problem);
  if (!problem.help.empty()) return;
  const std::string_view form =
      shape.pattern && shape.kinds == kString ? pattern_in_words(shape.pattern->text) : "";
  if (!form.empty()) {
    problem.help = fmt::format("write {}", form);
  } else if (shape.kinds == kind_bit(Kind::mapping) && !shape.required.empty()) {
    problem.help =
        fmt::format("write its keys on the lines below: {}", fmt::join(shape.required, ", "));
  }
}

void ShapeChecker::repair_kind(const Shape& shape, const Node& node, Diagnostic& problem) const {
  const auto offer = [&](const std::string& text, Kind kind) {
    Node repaired;
    repaired.text = text;
    repaired.kind = kind;
    if (!accepts(shape, repaired)) return;
    problem.help =
        fmt::format("did you mean `{}`?", kind == Kind::string ? yaml_quoted(text) : text);
    if (!node.block) {
      problem.fix = Fix{node.span(), kind == Kind::string ? yaml_quoted(text) : text};
    }
  };
  if (!node.is_scalar()) return;
  const bool wants_integer = (shape.kinds & kNumber) == kInteger;
  if ((shape.kinds & kInteger) != 0 && (node.kind == Kind::string || wants_integer)) {
    const std::string_view label = problem.label;
    const std::string_view field = label.substr(label.rfind('.') + 1);
    if (const auto meant = meant_number(node.text, wants_integer, field)) {
      offer(*meant, meant->find('.') == std::string::npos ? Kind::integer : Kind::real);
    } else {
      problem.help = number_help(node.text, wants_integer);
    }
  } else if (shape.kinds == kBoolean && node.kind == Kind::string) {
    if (const auto meant = meant_boolean(node.text)) offer(*meant, Kind::boolean);
  } else if (shape.kinds == kString) {
    offer(std::string(node.text), Kind::string);
  } else if (shape.kinds == kSequence && shape.items != nullptr && !node.block &&
             accepts(*shape.items, node)) {
    const std::string list = fmt::format("[{}]", written(bytes_, node));
    problem.help = fmt::format("write a list: {}", in_quotes(list));
    const bool in_flow_safe = node.text.find_first_of(",[]{}") == std::string_view::npos;
    if (in_flow_safe || !node.plain) problem.fix = Fix{node.span(), list};
  } else if (shape.kinds == kSequence && shape.items != nullptr && !node.block && node.plain) {
    offer_list_of_words(*shape.items, node, problem);
  }
}

// `gguf, awq` where a list is expected.
void ShapeChecker::offer_list_of_words(const Shape& items, const Node& node,
                                       Diagnostic& problem) const {
  if (node.text.find(',') == std::string_view::npos) return;
  for (std::size_t at = 0; at <= node.text.size();) {
    const std::size_t end = std::min(node.text.find(',', at), node.text.size());
    const std::size_t begin = std::min(node.text.find_first_not_of(' ', at), end);
    Node word;
    word.kind = Kind::string;
    word.text = node.text.substr(begin, end - begin);
    if (word.text.empty() || !accepts(items, word)) return;
    at = end + 1;
  }
  const std::string list = fmt::format("[{}]", node.text);
  problem.help = fmt::format("write a list: {}", in_quotes(list));
  if (node.text.find_first_of("[]{}:#") == std::string_view::npos) {
    problem.fix = Fix{node.span(), list};
  }
}

void ShapeChecker::check_allowed(const Shape& shape, const Node& node, const std::string& label) {
  const std::vector<Node>& allowed = *shape.allowed;
  if (std::any_of(allowed.begin(), allowed.end(),
                  [&](const Node& value) { return same_value(value, node); })) {
    return;
  }
  std::vector<std::string> words;
  for (const Node& value : allowed) words.emplace_back(value.text);
  if (!node.is_scalar()) {
    report("not-in-vocabulary", node.span(), label, "value is not one of the allowed ones");
    return;
  }
  Diagnostic& problem = report("not-in-vocabulary", node.span(), label,
                               fmt::format("{} is not in the vocabulary", in_quotes(node.text)));
  constexpr std::size_t kWordsWorthListing = 20;
  constexpr std::size_t kGuessesWorthNaming = 3;
  std::vector<std::string> nearest = nearest_words(node.text, words);
  // `fp6` is not a misspelled `fp8`.
  std::erase_if(nearest, [&](const std::string& word) {
    return figures_of(word) != figures_of(node.text) && !same_letters(word, node.text);
  });
  const std::string_view meant = meant_word(node.text);
  if (!meant.empty() && std::find(words.begin(), words.end(), meant) != words.end()) {
    problem.help = fmt::format("did you mean `{}`?", meant);
  } else if (!nearest.empty()) {
    nearest.resize(std::min(nearest.size(), kGuessesWorthNaming));
    problem.help = fmt::format("did you mean `{}`?", fmt::join(nearest, "` or `"));
    if (nearest.size() == 1 && node.kind == Kind::string && !node.block &&
        is_misspelling(node.text, nearest.front())) {
      problem.fix = Fix{node.span(), quoted_as(written(bytes_, node), nearest.front())};
    }
  } else if (words.size() <= kWordsWorthListing) {
    problem.help = fmt::format("expected one of: {}", fmt::join(words, ", "));
  }
}

void ShapeChecker::check_bounds(const Shape& shape, const Node& node, const std::string& label) {
  if (node.kind != Kind::integer && node.kind != Kind::real) return;
  const double value = number_of(node);
  const bool spelled_out = node.text.find_first_of("nNiI") != std::string_view::npos;
  if (node.kind == Kind::real && spelled_out && !std::isfinite(value)) {
    report("range", node.span(), label,
           fmt::format("{} is not a finite number", in_quotes(node.text)));
    return;
  }
  const auto out_of_range = [&](std::string_view relation, double limit) {
    Diagnostic& problem =
        report("range", node.span(), label,
               fmt::format("{} is {} {}", in_quotes(node.text), relation, number(limit)));
    if (value == 0) problem.help = "omit the key when the figure is not known";
  };
  if (shape.minimum) {
    const auto [limit, exclusive] = *shape.minimum;
    if (value < limit) out_of_range("less than the minimum", limit);
    if (exclusive && value == limit) out_of_range("not greater than", limit);
  }
  if (shape.maximum) {
    const auto [limit, exclusive] = *shape.maximum;
    if (value > limit) out_of_range("greater than the maximum", limit);
    if (exclusive && value == limit) out_of_range("not less than", limit);
  }
}

void ShapeChecker::check_text(const Shape& shape, const Node& node, const std::string& label,
                              Span place) {
  const std::size_t length = length_of(node.text);
  if (shape.min_length && length < *shape.min_length) {
    report("range", place, label,
           length == 0 ? std::string("text is empty")
                       : fmt::format("text has {} characters, expected at least {}", length,
                                     *shape.min_length));
    return;  // a pattern would only say the same
  }
  const bool fits_pattern =
      !shape.pattern || node.text.size() > kLongestPatterned ||
      std::regex_search(node.text.begin(), node.text.end(), *shape.pattern->compiled);
  // A date in words is too long as well, but that is not what is wrong with it.
  if (shape.max_length && length > *shape.max_length && fits_pattern) {
    report(
        "range", place, label,
        fmt::format("text has {} characters, at most {} are allowed", length, *shape.max_length));
    return;
  }
  if (shape.pattern) check_pattern(shape, node, label);
}

void ShapeChecker::check_pattern(const Shape& shape, const Node& node, const std::string& label) {
  if (node.text.size() > kLongestPatterned) {
    report("range", node.span(), label,
           fmt::format("text has {} characters, at most {} are allowed", length_of(node.text),
                       kLongestPatterned));
    return;
  }
  if (std::regex_search(node.text.begin(), node.text.end(), *shape.pattern->compiled)) return;
  const std::string_view form = pattern_in_words(shape.pattern->text);
  Diagnostic& problem = report("pattern", node.span(), label, "");
  problem.message = form.empty() ? fmt::format("{} does not match the pattern {}",
                                               in_quotes(node.text), in_quotes(shape.pattern->text))
                                 : fmt::format("{} is not {}", in_quotes(node.text), form);
  if (form.find("date") != std::string_view::npos) {
    if (const auto date = meant_date(node.text)) {
      problem.help = fmt::format("did you mean `{}`?", *date);
      if (!node.block) {
        problem.fix = Fix{
            node.span(), node.plain ? yaml_quoted(*date) : quoted_as(written(bytes_, node), *date)};
      }
    }
  } else if (form.find("hyphens") != std::string_view::npos) {
    const std::string slug = meant_slug(node.text);
    if (!slug.empty()) problem.help = fmt::format("did you mean `{}`?", slug);
  } else if (form.find("address") != std::string_view::npos) {
    const std::string url = meant_url(node.text);
    if (!url.empty()) problem.help = fmt::format("did you mean `{}`?", url);
  }
}

void ShapeChecker::check_sequence(const Shape& shape, const Node& node, const std::string& label) {
  const bool partly_known = &node == skipped_ && incomplete_;
  if (shape.min_items && node.count < *shape.min_items && !partly_known) {
    report("range", node.span(), label,
           node.count == 0 ? std::string("list is empty")
                           : fmt::format("list has {} items, at least {} are needed", node.count,
                                         *shape.min_items));
  }
  if (shape.max_items && node.count > *shape.max_items) {
    report("range", node.span(), label,
           fmt::format("list has {} items, at most {} are allowed", node.count, *shape.max_items));
  }
  if (&node == skipped_) return;
  if (shape.unique_items) check_unique(node, label);
  if (shape.items == nullptr) return;
  std::size_t index = 0;
  for (const Node& item : node.sequence()) {
    if (is_full(item)) return;
    check(*shape.items, item, label_of_item(label, item, index), node.span());
    ++index;
  }
}

void ShapeChecker::check_unique(const Node& node, const std::string& label) {
  std::unordered_multimap<std::size_t, const Node*> seen;
  std::size_t index = 0;
  for (const Node& item : node.sequence()) {
    const std::size_t hash = hash_of(item);
    const auto [begin, end] = seen.equal_range(hash);
    const auto same = std::find_if(
        begin, end, [&](const auto& other) { return same_value(*other.second, item); });
    if (same == end) {
      seen.emplace(hash, &item);
    } else {
      Diagnostic& problem =
          report("duplicate-item", item.span(), label_of_item(label, item, index),
                 item.is_scalar() ? fmt::format("{} is listed twice", in_quotes(item.text))
                                  : std::string("item is listed twice"));
      problem.related.push_back({same->second->span(), "first listed here"});
      if (is_full(item)) return;
    }
    ++index;
  }
}

void ShapeChecker::check_mapping(const Shape& shape, const Node& node, const std::string& label,
                                 Span place) {
  for (Diagnostic& problem : check_keys(shape, node, bytes_, label, place)) {
    problem.entry = entry_;
    out_.push_back(std::move(problem));
  }
  if (!shape.has_properties) return;
  std::unordered_set<std::string_view> seen;
  for (const Member& member : node.mapping()) {
    if (is_full(member.key)) return;
    // The reader reported a second value under the same key; the first one counts.
    if (!member.key.is_scalar() || !seen.insert(member.key.text).second) continue;
    const std::string child = label_of_member(label, member.key.text);
    const std::string_view key = member.key.text.substr(0, kLongestPatterned);
    const auto named = shape.properties.find(member.key.text);
    bool matched = named != shape.properties.end();
    if (matched) {
      const std::size_t before = out_.size();
      check(*named->second, member.value, child, member.key.span());
      const bool required = std::find(shape.required.begin(), shape.required.end(), named->first) !=
                            shape.required.end();
      if (out_.size() == before + 1 && required && member.value.kind == Kind::null) {
        out_.back().help = "give the value: the key is required";
      }
    }
    for (const auto& [pattern, value_shape] : shape.pattern_properties) {
      if (!std::regex_search(key.begin(), key.end(), pattern)) continue;
      check(*value_shape, member.value, child, member.key.span());
      matched = true;
    }
    if (!matched && shape.additional != nullptr && !shape.additional->never) {
      check(*shape.additional, member.value, child, member.key.span());
    }
  }
}

void ShapeChecker::check_branches(const Shape& shape, const Node& node, const std::string& label,
                                  Span place) {
  for (const Shape* part : shape.all_of) check(*part, node, label, place);
  if (!shape.any_of.empty()) check_one_of(shape.any_of, false, node, label, place);
  if (!shape.one_of.empty()) check_one_of(shape.one_of, true, node, label, place);
  for (const Shape::Choice& choice : shape.choices) {
    const Shape* next = accepts(*choice.condition, node) ? choice.then : choice.otherwise;
    if (next != nullptr) check(*next, node, label, place);
  }
}

// Only the branch that comes nearest is reported: the others were not meant.
void ShapeChecker::check_one_of(const std::vector<const Shape*>& branches, bool exactly_one,
                                const Node& node, const std::string& label, Span place) {
  KindSet kinds = 0;
  std::size_t accepted = 0;
  std::optional<Diagnostics> nearest;
  for (const Shape* branch : branches) {
    kinds |= branch->kinds;
    if ((branch->kinds & kinds_of(node)) == 0) continue;
    Diagnostics problems = problems_of(*branch, node, label, place);
    if (problems.empty()) ++accepted;
    if (!nearest || problems.size() < nearest->size()) nearest = std::move(problems);
  }
  if (accepted == 1 || (accepted > 1 && !exactly_one)) return;
  if (accepted > 1) {
    report("schema", place, label, "value matches more than one of the allowed forms");
  } else if (nearest) {
    out_.insert(out_.end(), nearest->begin(), nearest->end());
  } else {
    report("wrong-type", place, label,
           fmt::format("expected {}, found {}", kinds_in_words(kinds), found_in_words(node)));
  }
}

void ShapeChecker::check_others(const Shape& shape, const Node& node, const std::string& label,
                                Span place) {
  for (const Shape::Other& other : shape.others) {
    const std::optional<bool> accepted = other.accepts(node);
    if (!accepted) {
      report("schema", place, label,
             fmt::format("value is too large to be checked against `{}`", other.keyword));
    } else if (!*accepted) {
      report("schema", place, label,
             fmt::format("value does not satisfy `{}` of the schema", other.keyword));
    }
  }
}

}  // namespace assay
