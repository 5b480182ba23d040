#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/dates.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"

namespace assay {
namespace {

using EntriesBySlug = std::unordered_map<std::string_view, const Entry*>;

// Entries that cannot be parsed are there too: their slug exists.
EntriesBySlug entries_by_slug(const Document& document) {
  EntriesBySlug entries;
  for (const Entry& entry : document.entries()) {
    if (!entry.slug.empty()) entries.try_emplace(entry.slug, &entry);
  }
  return entries;
}

const Node* lineage_of(const Entry& entry) {
  const Node* lineage = entry.node == nullptr ? nullptr : entry.node->get("lineage");
  return lineage != nullptr && lineage->kind == Kind::mapping ? lineage : nullptr;
}

std::string_view parent_of(const Entry& entry) {
  const Node* lineage = lineage_of(entry);
  return lineage == nullptr ? std::string_view() : text_of(*lineage, "parent");
}

// Whether an earlier entry has the same slug. That is one mistake, which duplicate-slug reports.
bool is_double(const Entry& entry, const EntriesBySlug& entries) {
  const auto first = entries.find(entry.slug);
  return first != entries.end() && first->second != &entry;
}

// The children that each entry names.
std::unordered_map<const Entry*, std::unordered_set<std::string_view>> children_by_entry(
    const Document& document) {
  std::unordered_map<const Entry*, std::unordered_set<std::string_view>> children;
  for (const Entry& entry : document.entries()) {
    const Node* lineage = lineage_of(entry);
    if (lineage == nullptr) continue;
    for (const Node& child : items_of(*lineage, "children")) {
      children[&entry].insert(child.text);
    }
  }
  return children;
}

// Relations of this entry that another rule, or the schema, reports as misspelled: nothing can be
// said about what is missing from them.
bool is_doubtful(const Entry& entry, const EntriesBySlug& entries) {
  if (entry.node == nullptr) return true;
  const Node* lineage = entry.node->get("lineage");
  if (lineage == nullptr) {
    return std::any_of(entry.node->mapping().begin(), entry.node->mapping().end(),
                       [](const Member& member) {
                         return nearest_word(member.key.text, {"lineage"}).has_value();
                       });
  }
  if (lineage->kind != Kind::mapping) return true;
  for (const Member& member : lineage->mapping()) {
    const std::string_view key = member.key.text;
    if (key != "parent" && key != "children" && key != "note") return true;
  }
  const auto leads_nowhere = [&](const Node& node) {
    return node.kind != Kind::string || !entries.contains(node.text);
  };
  const Node* parent = lineage->get("parent");
  const Node* children = lineage->get("children");
  const auto slugs = items_of(*lineage, "children");
  return (parent != nullptr && leads_nowhere(*parent)) ||
         (children != nullptr && children->kind != Kind::sequence) ||
         std::any_of(slugs.begin(), slugs.end(), leads_nowhere);
}

// Whether an entry whose slug could not be read says `slug` somewhere.
bool is_perhaps_slug(const Document& document, std::string_view slug) {
  const std::string_view bytes = document.source().bytes();
  const auto& entries = document.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    if (!entry.slug.empty() && entry.node != nullptr) return false;
    const std::string_view text = bytes.substr(entry.span.begin, entry.span.end - entry.span.begin);
    for (std::size_t at = text.find(slug); at != std::string_view::npos;
         at = text.find(slug, at + 1)) {
      const std::string_view before = text.substr(0, at);
      const std::size_t mark = before.find_last_not_of(" \"'");
      const bool is_value = mark != std::string_view::npos && before[mark] == ':';
      const std::size_t end = at + slug.size();
      if (is_value &&
          text.substr(end, 1).find_first_not_of(" \"'\r\n#") == std::string_view::npos) {
        return true;
      }
    }
    return false;
  });
}

// Some entry has no slug at all, so it may be any slug that is not found.
bool any_slug_unknown(const Document& document) {
  const auto& entries = document.entries();
  return std::any_of(entries.begin(), entries.end(),
                     [](const Entry& entry) { return entry.slug.empty(); });
}

void dangling_lineage(const Rule& rule, RuleContext& context) {
  const bool some_unknown = any_slug_unknown(context.document);
  const EntriesBySlug entries = entries_by_slug(context.document);
  constexpr std::size_t kSlugsWorthComparing = 2000;
  std::vector<std::string> slugs;
  for (const Entry& entry : context.document.entries()) {
    if (slugs.size() < kSlugsWorthComparing && !entry.slug.empty()) slugs.emplace_back(entry.slug);
  }
  std::size_t compared = 0;
  const auto check = [&](const Entry& entry, const Node& node, std::string label) {
    if (node.kind != Kind::string || node.text.empty() || entries.contains(node.text)) return;
    constexpr std::size_t kMostComparisons = 500;
    const bool compares = ++compared <= kMostComparisons;
    const auto nearest = compares ? nearest_word(node.text, slugs) : std::nullopt;
    if (some_unknown && !nearest) return;
    if (compares && is_perhaps_slug(context.document, node.text)) return;
    Diagnostic& problem =
        context.report(rule, entry, node.span(), std::move(label),
                       fmt::format("no entry has the slug {}", in_quotes(node.text)));
    if (nearest) problem.help = fmt::format("did you mean `{}`?", *nearest);
  };
  for (const Entry& entry : context.document.entries()) {
    const Node* lineage = lineage_of(entry);
    if (lineage == nullptr || is_double(entry, entries)) continue;
    if (const Node* parent = lineage->get("parent")) check(entry, *parent, "lineage.parent");
    std::size_t index = 0;
    for (const Node& child : items_of(*lineage, "children")) {
      check(entry, child, label_of_item("lineage.children", child, index++));
    }
  }
}

void one_sided_lineage(const Rule& rule, RuleContext& context) {
  const EntriesBySlug entries = entries_by_slug(context.document);
  const auto children = children_by_entry(context.document);
  const auto names_child = [&](const Entry& entry, std::string_view child) {
    const auto named = children.find(&entry);
    return named != children.end() && named->second.contains(child);
  };
  const auto find = [&](std::string_view slug) -> const Entry* {
    const auto found = entries.find(slug);
    return found == entries.end() ? nullptr : found->second;
  };
  for (const Entry& entry : context.document.entries()) {
    const Node* lineage = lineage_of(entry);
    if (lineage == nullptr || entry.slug.empty() || is_double(entry, entries)) continue;
    const Entry* parent = find(parent_of(entry));
    const bool circular = parent != nullptr && parent_of(*parent) == entry.slug;
    if (parent != nullptr && !circular && !names_child(*parent, entry.slug) &&
        !is_doubtful(*parent, entries)) {
      Diagnostic& problem =
          context.report(rule, entry, lineage->get("parent")->span(), "lineage.parent",
                         fmt::format("{} does not name {} among its children",
                                     in_quotes(parent->slug), in_quotes(entry.slug)));
      problem.related.push_back({place_of(*parent), "the parent"});
    }
    std::size_t index = 0;
    for (const Node& node : items_of(*lineage, "children")) {
      const std::string label = label_of_item("lineage.children", node, index++);
      const Entry* child = node.kind == Kind::string ? find(node.text) : nullptr;
      if (child == nullptr || child == &entry) continue;
      const std::string_view named = parent_of(*child);
      if (named == entry.slug || is_doubtful(*child, entries)) continue;
      Diagnostic& problem = context.report(
          rule, entry, node.span(), label,
          named.empty()
              ? fmt::format("{} does not name its parent", in_quotes(node.text))
              : fmt::format("{} names another parent: {}", in_quotes(node.text), in_quotes(named)));
      problem.related.push_back({place_of(*child), "the child"});
    }
  }
}

void report_own_child(const Rule& rule, const Entry& entry, RuleContext& context) {
  const Node* lineage = lineage_of(entry);
  if (lineage == nullptr || entry.slug.empty()) return;
  std::size_t index = 0;
  for (const Node& child : items_of(*lineage, "children")) {
    const std::string label = label_of_item("lineage.children", child, index++);
    if (child.kind != Kind::string || child.text != entry.slug) continue;
    context.report(rule, entry, child.span(), label, "model is named as its own child");
    return;
  }
}

// Follows `parent` from each entry; a walk that meets itself has found a cycle. It is reported
// once, at the entry of the cycle that comes first in the file.
void lineage_cycle(const Rule& rule, RuleContext& context) {
  const EntriesBySlug entries = entries_by_slug(context.document);
  enum class Mark { open, closed };
  std::unordered_map<const Entry*, Mark> marks;
  for (const Entry& start : context.document.entries()) {
    std::vector<const Entry*> walk;
    const Entry* at = &start;
    while (at != nullptr && !marks.contains(at)) {
      marks[at] = Mark::open;
      walk.push_back(at);
      const auto parent = entries.find(parent_of(*at));
      at = parent == entries.end() ? nullptr : parent->second;
    }
    if (at != nullptr && marks[at] == Mark::open) {
      const auto begin = std::find(walk.begin(), walk.end(), at);
      const auto first = std::min_element(begin, walk.end(), [](const Entry* a, const Entry* b) {
        return a->span.begin < b->span.begin;
      });
      std::rotate(begin, first, walk.end());
      std::string path;
      constexpr std::ptrdiff_t kMostNamed = 6;
      for (auto it = begin; it != walk.end() && it - begin < kMostNamed; ++it) {
        path += fmt::format("{} → ", in_quotes((*it)->slug));
      }
      path += walk.end() - begin > kMostNamed ? "…" : in_quotes((*begin)->slug);
      const Node* parent = lineage_of(**begin)->get("parent");
      context.report(rule, **begin, parent->span(), "lineage.parent",
                     "model is its own ancestor: " + path);
    }
    for (const Entry* done : walk) marks[done] = Mark::closed;
  }
  for (const Entry& entry : context.document.entries()) {
    if (parent_of(entry) != entry.slug) report_own_child(rule, entry, context);
  }
}

void released_before_parent(const Rule& rule, RuleContext& context) {
  const EntriesBySlug entries = entries_by_slug(context.document);
  for (const Entry& entry : context.document.entries()) {
    const auto parent = entries.find(parent_of(entry));
    if (parent == entries.end() || parent->second->node == nullptr) continue;
    const auto own = parse_date(text_of(*entry.node, "released_date"));
    const auto older = parse_date(text_of(*parent->second->node, "released_date"));
    if (!own || !older || *own >= *older || *older > context.options.today) continue;
    Diagnostic& problem =
        context.report(rule, entry, entry.node->get("released_date")->span(), "released_date",
                       fmt::format("released before its parent {}", in_quotes(parent->first)));
    problem.related.push_back(
        {parent->second->node->get("released_date")->span(), "the parent was released later"});
  }
}

constexpr std::array kLineageRules{
    Rule{"dangling-lineage", "lineage", Severity::error,
         "A parent or child is not an entry of the catalog.",
         "The links would lead to pages that do not exist; usually the slug is misspelled or the "
         "entry was renamed.",
         "lineage:\n  parent: llama-3-8b-instrct", "lineage:\n  parent: llama-3-8b-instruct",
         nullptr, dangling_lineage},
    Rule{"one-sided-lineage", "lineage", Severity::warning,
         "Parent and child do not name each other.",
         "The page of one model shows a relation that the page of the other denies.",
         "- slug: a\n  lineage: {children: [b]}\n- slug: b",
         "- slug: a\n  lineage: {children: [b]}\n- slug: b\n  lineage: {parent: a}", nullptr,
         one_sided_lineage},
    Rule{"lineage-cycle", "lineage", Severity::error, "A model is its own ancestor.",
         "Nothing descends from itself, and a program that follows the lineage would never finish.",
         "- slug: a\n  lineage: {parent: b, children: [b]}\n"
         "- slug: b\n  lineage: {parent: a, children: [a]}",
         "- slug: a\n  lineage: {children: [b]}\n- slug: b\n  lineage: {parent: a}", nullptr,
         lineage_cycle},
    Rule{"released-before-parent", "lineage", Severity::warning,
         "A model was released before its parent.",
         "A model cannot descend from one that came later: a date is wrong, or the relation is the "
         "other way round.",
         "- slug: a\n  released_date: 2025-06-01\n  lineage: {children: [b]}\n"
         "- slug: b\n  released_date: 2024-06-01\n  lineage: {parent: a}",
         "- slug: a\n  released_date: 2024-01-01\n  lineage: {children: [b]}\n"
         "- slug: b\n  released_date: 2024-06-01\n  lineage: {parent: a}",
         nullptr, released_before_parent},
};

}  // namespace

std::span<const Rule> lineage_rules() { return kLineageRules; }

}  // namespace assay
