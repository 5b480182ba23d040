#include "validator/reading/tree_builder.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <type_traits>

#include <fmt/format.h>

#include "validator/reading/yaml_text.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

static_assert(std::is_trivially_destructible_v<Member>, "arenas free members without destroying");

constexpr std::size_t kMostProblems = 1'000;  // of one parse; a hostile file could have millions
constexpr std::size_t kPairwise = 32;         // mappings up to this size are compared pair by pair

// The word at `at`, if it is one that means null.
std::size_t null_word_length(std::string_view text, std::size_t at) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (text.substr(at, word.size()) == word) return word.size();
  }
  return 0;
}

// Whether the tag says that a scalar is not a string, even in quotes: `!!int "4096"`.
bool names_other_kind(std::string_view tag) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (!tag.starts_with(kCore)) return false;
  const std::string_view kind = tag.substr(kCore.size());
  return kind == "int" || kind == "float" || kind == "bool" || kind == "null";
}

// Mapping or sequence of mappings that a merge key names.
void mappings_of(const Node& value, std::vector<const Node*>& out) {
  if (value.kind == Kind::mapping) out.push_back(&value);
  for (const Node& item : value.sequence()) {
    if (item.kind == Kind::mapping) out.push_back(&item);
  }
}

template <typename T>
T* copy_into(std::pmr::polymorphic_allocator<> arena, const T* first, std::size_t count) {
  if (count == 0) return nullptr;
  T* const place = arena.allocate_object<T>(count);
  std::uninitialized_copy_n(first, count, place);
  return place;
}

}  // namespace

TreeBuilder::TreeBuilder(std::string_view text, std::string_view original,
                         std::pmr::memory_resource& arena, const ReadLimits& limits,
                         std::size_t depth)
    : text_(text), original_(original), arena_(&arena), limits_(limits), depth_(depth) {}

Diagnostic* TreeBuilder::report(std::string_view rule, Span span, std::string label,
                                std::string message, std::string help) {
  if (problems_.size() >= kMostProblems) {
    if (not_shown_ == 0) first_not_shown_ = span;
    ++not_shown_;
    return nullptr;
  }
  Diagnostic& problem = problems_.emplace_back();
  problem.rule = rule;
  problem.span = span;
  problem.label = std::move(label);
  problem.message = std::move(message);
  problem.help = std::move(help);
  return &problem;
}

Diagnostics TreeBuilder::take_problems() {
  if (not_shown_ > 0) {
    problems_.push_back(
        cut_short(first_not_shown_, fmt::format("{} more problems are not shown", not_shown_)));
  }
  return std::move(problems_);
}

// Keys of the open mappings, joined by dots; items of sequences add nothing.
std::string TreeBuilder::label(std::string_view last) const {
  std::string path;
  const auto append = [&path](std::string_view key) {
    if (!path.empty()) path += '.';
    path += key;
  };
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const Frame& frame = open_[i];
    const std::size_t end = i + 1 < open_.size() ? open_[i + 1].first_child : values_.size();
    // Keys are at even places; an odd number of children means that a value is awaited.
    if (frame.node.kind == Kind::mapping && (end - frame.first_child) % 2 == 1) {
      append(values_[end - 1].text);
    }
  }
  if (!last.empty()) append(last);
  return path;
}

std::string_view TreeBuilder::keep(std::string_view value, std::size_t at) {
  if (value.data() == original_.data() + at) return value;
  if (original_.substr(std::min(at, original_.size()), value.size()) == value) {
    return original_.substr(std::min(at, original_.size()), value.size());
  }
  const char* const copy = copy_into(arena_, value.data(), value.size());
  return {copy, value.size()};
}

bool TreeBuilder::expects_key() const {
  return !open_.empty() && open_.back().node.kind == Kind::mapping &&
         (values_.size() - open_.back().first_child) % 2 == 0;
}

// The place of a value without text: after the colon of its key or the dash of its item.
std::size_t TreeBuilder::place_of_empty() const {
  const std::size_t next = skip_space(text_, last_end_);
  const bool marked =
      next < text_.size() && !open_.empty() &&
      (open_.back().node.kind == Kind::mapping ? text_[next] == ':' && !expects_key()
                                               : text_[next] == '-' && !open_.back().node.flow);
  return marked ? next + 1 : last_end_;
}

Node TreeBuilder::empty_node(std::size_t at) {
  Node node;
  std::size_t end_of_last = at;
  const std::size_t value = skip_properties(text_, at, end_of_last);
  std::size_t place = end_of_last > at ? end_of_last : place_of_empty();
  if (expects_key() && at < text_.size() && text_[at] == ':') place = at;
  if (const std::size_t length = null_word_length(text_, value); length > 0 && value >= last_end_) {
    // The word may also be the next key, and then a colon follows it, or that key's first one.
    const std::size_t next = skip_blanks(text_, value + length);
    const bool ends = next == text_.size() || is_break(text_[next]);
    const bool is_key = !ends && text_[next] == ':';
    const bool in_flow = !open_.empty() && open_.back().node.flow;
    const bool whole =
        ends || is_key || (text_[next] == '#' && next > value + length) ||
        (in_flow && std::string_view(",]}").find(text_[next]) != std::string_view::npos);
    if (whole && (!is_key || expects_key())) {
      node.text = original_.substr(value, length);
      node.begin = static_cast<std::uint32_t>(value);
      node.end = static_cast<std::uint32_t>(value + length);
      return node;
    }
  }
  place = std::min(place, text_.size());
  node.begin = node.end = static_cast<std::uint32_t>(place);
  return node;
}

void TreeBuilder::add(const Node& node, std::size_t anchor, std::uint64_t nodes) {
  if (anchor != 0) anchors_[anchor] = {node, nodes};
  last_end_ = std::max<std::size_t>(last_end_, node.end);
  if (open_.empty()) {
    root_ = node;
    return;
  }
  open_.back().nodes += nodes;
  values_.push_back(node);
}

std::size_t TreeBuilder::end_of_quoted(std::size_t at) const {
  const std::size_t end = quoted_end(text_, at);
  const bool across = at < gap_ && end > gap_;
  if (end == std::string_view::npos || across) throw QuoteNotClosed{at};
  return end;
}

// What yaml-cpp lets pass and other readers refuse.
void TreeBuilder::check_quoted(std::size_t begin, std::size_t end) {
  for (std::size_t at = begin + 1; text_[begin] == '"' && at + 1 < end; ++at) {
    at = std::min(text_.find('\\', at), end);
    if (at + 1 >= end || text_[at + 1] != '\'') {
      ++at;  // what is escaped is not a backslash
      continue;
    }
    Diagnostic* const problem =
        report("yaml-syntax", {at, at + 2}, label(), "unknown escape in double quotes",
               "write `'` without the backslash");
    if (problem != nullptr) problem->fix = Fix{{at, at + 1}, ""};
  }
  if (end < text_.size() && text_[end] == '#') {
    Diagnostic* const problem =
        report("yaml-syntax", {end, end + 1}, label(), "comment without a space before it",
               "put a space before `#`");
    if (problem != nullptr) problem->fix = Fix{{end, end}, " "};
  }
}

// Called for an empty value of a block mapping: at the end of the text its key may not be one.
void TreeBuilder::check_colon() const {
  if (open_.empty() || open_.back().node.kind != Kind::mapping || open_.back().node.flow) return;
  if (expects_key() || skip_space(text_, last_end_) < text_.size()) return;
  const std::size_t key = values_.back().begin;
  const std::size_t line = line_begin(text_, key);
  std::size_t before = key;
  while (before > 0 && (ascii::is_blank(text_[before - 1]) || is_break(text_[before - 1])))
    --before;
  const bool is_explicit = text_.substr(line, key - line).find("? ") != std::string_view::npos ||
                           (before > 0 && text_[before - 1] == '?');
  if (!is_explicit) throw ColonMissing{key};
}

void TreeBuilder::on_null(std::size_t at, std::size_t anchor) {
  const Node node = empty_node(at);
  if (node.begin == node.end && node.begin == last_end_ && anchor == 0) check_colon();
  add(node, anchor, 1);
}

void TreeBuilder::on_scalar(std::size_t at, std::string_view tag, std::size_t anchor,
                            std::string_view value) {
  std::size_t end_of_last = at;
  const std::size_t begin = skip_properties(text_, at, end_of_last);
  const char first = begin < text_.size() ? text_[begin] : '\0';
  Node node;
  std::size_t end = begin;
  std::size_t content = begin;  // where the value is, if the text holds it unchanged
  if (first == '"' || first == '\'') {
    node.plain = false;
    end = end_of_quoted(begin);
    content = begin + 1;
    check_quoted(begin, end);
  } else if ((first == '|' || first == '>') && tag != "?") {
    node.block = true;
    end = block_end(text_, begin, value);
    content = next_line(text_, begin);
    while (content < text_.size() && text_[content] == ' ') ++content;
  } else if (value.empty()) {
    end = end_of_last;  // a tag without a value
  } else {
    end = plain_end(text_, begin, value);
  }
  node.text = keep(value, content);
  const bool is_text = !node.plain || node.block || tag == "!" || tag == "tag:yaml.org,2002:str";
  node.kind = is_text && !names_other_kind(tag) ? Kind::string : resolve_plain(value);
  node.begin = static_cast<std::uint32_t>(std::min(begin, end));
  node.end = static_cast<std::uint32_t>(end);
  add(node, anchor, 1);
}

void TreeBuilder::on_scalar(Span span, Style style, std::string_view value, std::size_t content) {
  Node node;
  node.plain = style != Style::quoted;
  node.block = style == Style::block;
  node.text = keep(value, content);
  node.kind = style == Style::plain ? resolve_plain(value) : Kind::string;
  node.begin = static_cast<std::uint32_t>(span.begin);
  node.end = static_cast<std::uint32_t>(span.end);
  add(node, 0, 1);
}

void TreeBuilder::on_alias(std::size_t at, std::size_t anchor) {
  std::size_t end = at + 1;
  while (!is_blank_or_break_at(text_, end) &&
         std::string_view(",[]{}").find(text_[end]) == std::string_view::npos) {
    ++end;
  }
  const std::string_view name = text_.substr(at, end - at);
  Node node;
  std::uint64_t nodes = 1;
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    // The parser knows the name, but its value is not finished: it contains this very alias.
    report("yaml-alias", {at, end}, label(),
           fmt::format("alias `{}` is inside its own anchor", name), "write the value out");
    incomplete_ = true;
  } else if (alias_nodes_ + found->second.nodes > limits_.alias_nodes) {
    // Reported once: what follows would say the same again.
    if (alias_nodes_ <= limits_.alias_nodes) {
      report("yaml-alias", {at, end}, label(),
             fmt::format("aliases in this file repeat more than {} values", limits_.alias_nodes),
             "write the values out");
    }
    alias_nodes_ = limits_.alias_nodes + 1;
    incomplete_ = true;
  } else {
    node = found->second.node;
    nodes = found->second.nodes;
    alias_nodes_ += nodes;
  }
  node.begin = static_cast<std::uint32_t>(at);
  node.end = static_cast<std::uint32_t>(end);
  add(node, 0, nodes);
}

void TreeBuilder::begin_collection(std::size_t at, std::size_t anchor, bool flow, Kind kind) {
  std::size_t end_of_last = at;
  const std::size_t begin = skip_properties(text_, at, end_of_last);
  if (open_.size() + depth_ >= limits_.depth) throw NestingTooDeep{begin};
  Frame frame;
  frame.node.kind = kind;
  frame.node.flow = flow;
  frame.node.begin = frame.node.end = static_cast<std::uint32_t>(std::min(begin, text_.size()));
  frame.first_child = values_.size();
  frame.anchor = anchor;
  // Inside brackets the first value is looked for after the bracket.
  const bool bracket = flow && begin < text_.size() && (text_[begin] == '[' || text_[begin] == '{');
  last_end_ = std::max(last_end_, bracket ? begin + 1 : begin);
  open_.push_back(frame);
}

void TreeBuilder::on_sequence_begin(std::size_t at, std::size_t anchor, bool flow) {
  begin_collection(at, anchor, flow, Kind::sequence);
}

void TreeBuilder::on_mapping_begin(std::size_t at, std::size_t anchor, bool flow) {
  begin_collection(at, anchor, flow, Kind::mapping);
}

// A flow collection ends at its bracket. The single pair in `[key: value]` has none.
void TreeBuilder::close_flow(Node& node) const {
  const char open = node.begin < text_.size() ? text_[node.begin] : '\0';
  if (open != (node.kind == Kind::mapping ? '{' : '[')) return;
  std::size_t at = skip_space(text_, std::max<std::size_t>(node.end, node.begin + std::size_t{1}));
  while (at < text_.size() && (text_[at] == ',' || text_[at] == ':' || text_[at] == '?')) {
    at = skip_space(text_, at + 1);
  }
  if (at < text_.size() && (text_[at] == ']' || text_[at] == '}')) {
    node.end = static_cast<std::uint32_t>(at + 1);
  }
}

void TreeBuilder::store_items(Frame& frame) {
  const std::size_t count = values_.size() - frame.first_child;
  frame.node.items = copy_into(arena_, values_.data() + frame.first_child, count);
  frame.node.count = static_cast<std::uint32_t>(count);
}

void TreeBuilder::store_members(Frame& frame) {
  const std::size_t count = (values_.size() - frame.first_child) / 2;
  Member* members = count == 0 ? nullptr : arena_.allocate_object<Member>(count);
  bool merges = false;
  for (std::size_t i = 0; i < count; ++i) {
    const Node& key = values_[frame.first_child + 2 * i];
    const Node& value = values_[frame.first_child + 2 * i + 1];
    std::construct_at(members + i, Member{key, value});
    merges = merges || (key.plain && key.text == "<<");
  }
  frame.node.members = members;
  frame.node.count = static_cast<std::uint32_t>(count);
  if (!merges) return;
  std::vector<Member> merged(members, members + count);
  merge(merged);
  frame.node.members = copy_into(arena_, merged.data(), merged.size());
  frame.node.count = static_cast<std::uint32_t>(merged.size());
}

// Replaces `<<` with the members that it stands for. What was meant is known, so that the entry is
// checked with the values in place.
void TreeBuilder::merge(std::vector<Member>& members) {
  std::vector<const Node*> sources;
  std::vector<Member> result;
  std::set<std::string_view> keys;
  for (const Member& member : members) {
    if (!member.key.plain || member.key.text != "<<") {
      result.push_back(member);
      keys.insert(member.key.text);
      continue;
    }
    report("yaml-merge-key", member.key.span(), label(), "merge key `<<` is not part of YAML 1.2",
           "write the values out");
    mappings_of(member.value, sources);
  }
  for (const Node* const source : sources) {
    for (const Member& member : source->mapping()) {
      if (keys.insert(member.key.text).second) result.push_back(member);
    }
  }
  members = std::move(result);
}

void TreeBuilder::report_duplicate(const Member& first, const Member& second) {
  Diagnostic* const problem =
      report("duplicate-key", second.key.span(), label(second.key.text),
             fmt::format("duplicate key `{}`", second.key.text), "remove one of them");
  if (problem != nullptr) problem->related.push_back({first.key.span(), "first given here"});
}

void TreeBuilder::check_duplicates(const Node& mapping) {
  const auto members = mapping.mapping();
  if (!has_duplicate_key(members)) return;
  const auto same = [&members](std::size_t a, std::size_t b) {
    return members[a].key.text == members[b].key.text && members[a].key.is_scalar() &&
           members[b].key.is_scalar();
  };
  if (members.size() <= kPairwise) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!same(i, j)) continue;
        report_duplicate(members[j], members[i]);
        break;
      }
    }
    return;
  }
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&members](std::size_t a, std::size_t b) {
    return members[a].key.text < members[b].key.text;
  });
  std::size_t first = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (same(order[first], order[i])) {
      report_duplicate(members[order[first]], members[order[i]]);
    } else {
      first = i;
    }
  }
}

void TreeBuilder::on_collection_end() {
  Frame frame = open_.back();
  Node& node = frame.node;
  for (std::size_t i = frame.first_child; i < values_.size(); ++i) {
    node.begin = std::min(node.begin, values_[i].begin);
    node.end = std::max(node.end, values_[i].end);
  }
  if (node.flow) close_flow(node);
  if (node.kind == Kind::mapping) {
    store_members(frame);
  } else {
    store_items(frame);
  }
  // The label of a duplicate is asked for while this mapping is open but has no awaited value.
  values_.resize(frame.first_child);
  if (node.kind == Kind::mapping) check_duplicates(node);
  open_.pop_back();
  add(node, frame.anchor, frame.nodes);
}

}  // namespace assay
