#include "auditors/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace assay {
namespace {

// Identity and prose: nothing outside can confirm or refute them.
constexpr std::array<std::string_view, 9> kNoClaims{
    "slug",      "display_name",        "release_context",       "long_form", "known_limitations",
    "reception", "notable_innovations", "recommended_use_cases", "tagline"};

// Parts of a block that say which claim its figures make, without being one of their own.
constexpr std::array<std::string_view, 6> kQualifiers{
    "as_of", "notes", "note", "title", "variant", "via_artificial_analysis"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string text_of(const Node* node) {
  return node != nullptr && node->is_scalar() && node->kind != Kind::null ? std::string(node->text)
                                                                          : std::string{};
}

class Collector {
 public:
  explicit Collector(Subject& subject) : subject_(subject) {}

  void entry(const Node& node) {
    for (const Member& member : node.mapping()) {
      if (!holds(kNoClaims, member.key.text)) value(std::string(member.key.text), member.value, {});
    }
  }

 private:
  struct Context {
    std::string as_of;
    std::string source;
    std::string vendor;
    bool via_artificial_analysis = false;
  };

  void value(const std::string& label, const Node& node, const Context& context) {
    switch (node.kind) {
      case Kind::null:
        return;
      case Kind::mapping:
        block(label, node, context);
        return;
      case Kind::sequence:
        list(label, node, context);
        return;
      case Kind::boolean:
      case Kind::integer:
      case Kind::real:
      case Kind::string:
        add(label, node, context);
        return;
    }
  }

  void block(const std::string& label, const Node& node, Context context) {
    if (const std::string date = text_of(node.get("as_of")); !date.empty()) context.as_of = date;
    if (const std::string url = text_of(node.get("source")); !url.empty()) context.source = url;
    if (const std::string name = text_of(node.get("vendor")); !name.empty()) context.vendor = name;
    const Node* via = node.get("via_artificial_analysis");
    if (via != nullptr && via->kind == Kind::boolean) {
      context.via_artificial_analysis = is_true(via->text);
    }
    for (const Member& member : node.mapping()) {
      if (holds(kQualifiers, member.key.text) || member.key.text == "vendor") continue;
      value(label + "." + std::string(member.key.text), member.value, context);
    }
  }

  // Items of a set are addressed by their value, sources by their URL, offers by their vendor; what
  // has no name of its own, or one that an item before it has, by its number from 1.
  void list(const std::string& label, const Node& node, const Context& context) {
    std::size_t number = 0;
    std::set<std::string> names;
    for (const Node& item : node.sequence()) {
      ++number;
      if (item.is_scalar()) {
        if (item.kind != Kind::null) add(label + "." + std::string(item.text), item, context);
      } else if (const Node* url = item.get("url"); url != nullptr && url->is_scalar()) {
        add(label + "[" + std::string(url->text) + "]", *url, context);
      } else {
        std::string name = text_of(item.get("vendor"));
        if (name.empty() || !names.insert(name).second) name = std::to_string(number);
        value(fmt::format("{}[{}]", label, name), item, context);
      }
    }
  }

  void add(const std::string& label, const Node& node, const Context& context) {
    if (!seen_.insert(label).second) return;  // a duplicate key or item: the validator reports it
    subject_.claims.push_back({.slug = subject_.slug,
                               .label = label,
                               .value = std::string(node.text),
                               .kind = node.kind,
                               .as_of = context.as_of,
                               .source = context.source,
                               .vendor = context.vendor,
                               .via_artificial_analysis = context.via_artificial_analysis,
                               .span = node.span()});
  }

  Subject& subject_;
  std::set<std::string> seen_;
};

bool is_repository_part(std::string_view part) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !part.empty() && part.size() <= 96 && part != "." && part != ".." &&
         part.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

bool is_true(std::string_view text) { return text == "true" || text == "True" || text == "TRUE"; }

const Claim* Subject::claim(std::string_view label) const {
  const auto found = std::find_if(claims.begin(), claims.end(),
                                  [&](const Claim& claim) { return claim.label == label; });
  return found == claims.end() ? nullptr : &*found;
}

std::vector<Subject> subjects(const Document& document) {
  std::vector<Subject> all;
  std::set<std::string_view> slugs;
  for (const Entry& entry : document.entries()) {
    if (entry.node == nullptr || entry.node->kind != Kind::mapping || entry.slug.empty()) continue;
    if (!slugs.insert(entry.slug).second) continue;
    Subject& subject = all.emplace_back();
    subject.slug = entry.slug;
    subject.display_name = text_of(entry.node->get("display_name"));
    subject.repository = hub_repository(text_of(entry.node->get("quantizations_source")));
    Collector(subject).entry(*entry.node);
  }
  return all;
}

std::string hub_repository(std::string_view url) {
  constexpr std::array<std::string_view, 4> kPrefixes{"https://huggingface.co/",
                                                      "http://huggingface.co/", "https://hf.co/",
                                                      "https://www.huggingface.co/"};
  // First path segments of the Hub's site that are not organizations.
  constexpr std::array<std::string_view, 14> kPages{
      "datasets", "spaces", "papers", "docs",    "blog",          "collections", "models",
      "api",      "login",  "join",   "pricing", "organizations", "settings",    "posts"};
  const auto* prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(),
                                    [&](std::string_view start) { return url.starts_with(start); });
  if (prefix == kPrefixes.end()) return {};
  url.remove_prefix(prefix->size());
  url = url.substr(0, url.find_first_of("?#"));
  const std::string_view owner = url.substr(0, url.find('/'));
  if (!is_repository_part(owner) || holds(kPages, owner)) return {};
  if (owner.size() >= url.size()) return std::string(owner);  // an old id without organization
  url.remove_prefix(owner.size() + 1);
  const std::string_view name = url.substr(0, url.find('/'));
  if (name.empty()) return std::string(owner);
  if (!is_repository_part(name)) return {};
  return std::string(owner) + "/" + std::string(name);
}

nlohmann::json claimed_json(const Claim& claim) {
  const bool price = claim.label.starts_with("cost") && claim.label.ends_with("_usd");
  if (price) return claim.value;
  switch (claim.kind) {
    case Kind::boolean:
      return is_true(claim.value);
    case Kind::integer: {
      std::int64_t number = 0;
      const char* end = claim.value.data() + claim.value.size();
      const auto [last, error] = std::from_chars(claim.value.data(), end, number);
      if (error == std::errc{} && last == end) return number;
      return claim.value;
    }
    case Kind::real: {
      double number = 0;
      const char* end = claim.value.data() + claim.value.size();
      const auto [last, error] = std::from_chars(claim.value.data(), end, number);
      if (error == std::errc{} && last == end && std::isfinite(number)) return number;
      return claim.value;
    }
    case Kind::null:
      return nullptr;
    case Kind::string:
    case Kind::sequence:
    case Kind::mapping:
      return claim.value;
  }
  return claim.value;
}

}  // namespace assay
