#include "auditors/report/acknowledgements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "auditors/evidence/evidence.h"
#include "validator/document.h"
#include "validator/text/dates.h"
#include "validator/text/decimal.h"
#include "validator/text/json_text.h"

namespace assay {
namespace {

using nlohmann::json;

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  std::vector<Acknowledgement> read(const Tree& tree) const {
    for (const Diagnostic& problem : tree.problems()) {
      if (problem.severity == Severity::error) fail(problem.span, problem.message, "fix the YAML");
    }
    std::vector<Acknowledgement> all;
    const Node& root = tree.root();
    if (root.kind == Kind::null) return all;
    const Node* list = root.kind == Kind::mapping ? root.get("acknowledged") : &root;
    if (list == nullptr || (list->kind != Kind::sequence && list->kind != Kind::null)) {
      fail(root.span(), "expected `acknowledged:` with a list",
           "start the file with `acknowledged:` and give one item per deviation");
    }
    if (list->kind == Kind::null) return all;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Node& item : list->sequence()) {
      all.push_back(one(item));
      if (!seen.emplace(all.back().slug, all.back().label).second) {
        fail(item.span(),
             fmt::format("`{}` of `{}` is acknowledged twice", all.back().label, all.back().slug),
             "keep the one whose observed value is true now");
      }
    }
    return all;
  }

 private:
  [[noreturn]] void fail(Span span, std::string_view what, std::string_view help) const {
    throw std::runtime_error(fmt::format("{}: {}; {}", place(span), what, help));
  }

  std::string place(Span span) const {
    const Position at = source_.position(span.begin);
    return fmt::format("{}:{}:{}", source_.path(), at.line, at.column);
  }

  Acknowledgement one(const Node& item) const {
    constexpr std::array<std::string_view, 5> kKeys{"slug", "label", "observed", "reason", "until"};
    if (item.kind != Kind::mapping) {
      fail(item.span(), fmt::format("an item is a {}, expected a mapping", to_string(item.kind)),
           "give slug, label, observed, reason and until");
    }
    for (const Member& member : item.mapping()) {
      if (std::find(kKeys.begin(), kKeys.end(), member.key.text) == kKeys.end()) {
        fail(member.key.span(), fmt::format("unknown key `{}`", member.key.text),
             "its keys are slug, label, observed, reason and until");
      }
    }
    Acknowledgement result;
    result.place = place(item.span());
    result.slug = text(item, "slug");
    result.label = text(item, "label");
    result.reason = text(item, "reason");
    const Node* observed = item.get("observed");
    if (observed == nullptr) {
      fail(item.span(), "`observed` is missing",
           "give the exact value the finding shows, or null where it shows none");
    }
    result.observed = value(*observed);
    if (const Node* until = item.get("until"); until != nullptr) {
      result.until = until->text;
      if (!until->is_scalar() || parse_midnight(result.until) < 0) {
        fail(until->span(), "`until` is not a date", "write it like \"2026-12-31\" or remove it");
      }
    }
    return result;
  }

  std::string text(const Node& item, std::string_view key) const {
    const Node* node = item.get(key);
    if (node == nullptr || !node->is_scalar() || node->kind == Kind::null || node->text.empty()) {
      fail(node == nullptr ? item.span() : node->span(),
           fmt::format("`{}` is {}", key, node == nullptr ? "missing" : "no text"),
           "give slug, label, observed and reason");
    }
    return std::string(node->text);
  }

  json value(const Node& node) const {
    if (node.kind == Kind::null) return nullptr;
    if (node.is_scalar()) return node.text;
    if (node.kind != Kind::mapping) {
      fail(node.span(), "`observed` is a list", "give a value, or a mapping from source to value");
    }
    json object = json::object();
    for (const Member& member : node.mapping()) {
      object[std::string(member.key.text)] = value(member.value);
    }
    return object;
  }

  const Source& source_;
};

// A value as text, numbers in one spelling and without the noise of binary floating point: 0.10 and
// "0.1" are the same price, and so is 0.10000000000000001.
json canonical(const json& value) {
  if (value.is_object()) {
    json object = json::object();
    for (const auto& [key, item] : value.items()) object[key] = canonical(item);
    return object;
  }
  if (value.is_null()) return value;
  const std::string text = value.is_string() ? value.get<std::string>() : compact_json(value);
  const std::optional<Decimal> number = Decimal::parse(text);
  return number ? number->without_noise().text() : text;
}

bool can_be_silenced(Verdict verdict) {
  switch (verdict) {
    case Verdict::contradicted:
    case Verdict::outdated:
    case Verdict::disputed:
    case Verdict::unsupported:
    case Verdict::unlisted:
      return true;
    case Verdict::supported:
    case Verdict::source_unreachable:
    case Verdict::verifier_unable:
    case Verdict::unaudited:
      return false;
  }
  return false;
}

}  // namespace

std::vector<Acknowledgement> read_acknowledgements(std::string_view path, std::string_view yaml) {
  const Source source{std::string(path), std::string(yaml)};
  const Tree tree(source, ReadLimits{.file_bytes = std::size_t{4} << 20U});
  return Reader(source).read(tree);
}

Acknowledged acknowledge(const std::vector<Finding>& findings,
                         const std::vector<Acknowledgement>& acknowledgements,
                         const std::vector<std::string>& audited, std::string_view today) {
  Acknowledged result;
  for (const Acknowledgement& item : acknowledgements) {
    if (std::find(audited.begin(), audited.end(), item.slug) == audited.end()) continue;
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.slug == item.slug && finding.label == item.label;
    });
    const std::string what = fmt::format("{}: {} of {}", item.place, item.label, item.slug);
    if (!item.until.empty() && today > item.until) {
      result.stale.push_back(fmt::format("{} was acknowledged until {}", what, item.until));
    } else if (found == findings.end()) {
      result.stale.push_back(what + " is acknowledged, but there is no such finding");
    } else if (!can_be_silenced(found->verdict)) {
      // A source that failed today says nothing against the acknowledgement.
      if (found->verdict == Verdict::supported) {
        result.stale.push_back(what + " is acknowledged, but the label is supported now");
      }
    } else if (canonical(found->observed) != canonical(item.observed)) {
      result.stale.push_back(fmt::format("{} was acknowledged as {}, and is {} now", what,
                                         compact_json(item.observed),
                                         compact_json(found->observed)));
    } else {
      result.findings.emplace(static_cast<std::size_t>(found - findings.begin()), item);
    }
  }
  return result;
}

}  // namespace assay
