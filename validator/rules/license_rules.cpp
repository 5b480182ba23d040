#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/shape/meant_values.h"
#include "validator/shape/shape.h"
#include "validator/text/ascii.h"
#include "validator/text/printable.h"
#include "validator/text/spelling.h"
#include "validator/vocabulary.h"

namespace assay {
namespace {

bool is_true(const Node& boolean) {
  return boolean.text.front() == 't' || boolean.text.front() == 'T';
}

void licence_osi_mismatch(const Rule& rule, const Entry& entry, RuleContext& context) {
  const License* license = context.vocabulary.license(text_of(*entry.node, "license"));
  const Node* approved = entry.node->get("osi_approved");
  if (license == nullptr || approved == nullptr || approved->kind != Kind::boolean) return;
  const bool claimed = is_true(*approved);
  if (claimed == license->osi_approved) return;
  Diagnostic& problem =
      context.report(rule, entry, approved->span(), "osi_approved",
                     fmt::format("{} is {}approved by the Open Source Initiative",
                                 in_quotes(license->id), license->osi_approved ? "" : "not "));
  problem.related.push_back({entry.node->get("license")->span(), "the licence"});
  problem.help = fmt::format("write `{}`, or correct the licence", !claimed);
}

// A licence without the words that are often added around its identifier.
std::string bare_name(std::string_view name) {
  std::string out;
  std::string word;
  const auto take = [&] {
    const std::string lower = ascii::lower(word);
    const bool filler = lower == "license" || lower == "licence" || lower == "licensed" ||
                        lower == "the" || lower == "version";
    if (!filler && !word.empty()) {
      if (word.size() > 1 && lower.front() == 'v' && word[1] >= '0' && word[1] <= '9') {
        word.erase(0, 1);
      }
      out += (out.empty() ? "" : "-") + word;
    }
    word.clear();
  };
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_' || c == ',') {
      take();
    } else {
      word += c;
    }
  }
  take();
  return out;
}

// The name as it is often shortened: Apache2 for Apache-2.0, GPLv3 for GPL-3.0, BSD-3 for
// BSD-3-Clause.
std::string short_key(std::string_view name) {
  constexpr std::string_view kClause = "clause";
  constexpr std::string_view kFirst = ".0";
  std::string key = spelling_key(name);
  if (key.ends_with(kClause)) key.resize(key.size() - kClause.size());
  if (key.ends_with(kFirst)) key.resize(key.size() - kFirst.size());
  for (std::size_t at = 1; at + 1 < key.size(); ++at) {
    if (key[at] == 'v' && key[at + 1] >= '0' && key[at + 1] <= '9') key.erase(at, 1);
  }
  return key;
}

// Licences that `text` may be a typo of.
std::vector<std::string_view> nearly(const Vocabulary& vocabulary, std::string_view text) {
  const std::string bare = bare_name(text);
  const std::string key = short_key(bare);
  std::vector<std::string_view> alike;
  for (const License& license : vocabulary.licenses) {
    const bool same = is_misspelling(text, license.id) || is_misspelling(bare, license.id) ||
                      bare == license.id || (!key.empty() && key == short_key(license.id));
    if (same) alike.push_back(license.id);
  }
  return best_spelled(bare, best_spelled(text, std::move(alike)));
}

// Calls `visit(entry, value, the licences it is like)` for each licence that is not known.
void for_each_unknown(const RuleContext& context,
                      const std::function<void(const Entry&, const Node&,
                                               const std::vector<std::string_view>&)>& visit) {
  constexpr std::size_t kLongestName = 100;
  constexpr std::size_t kNamesWorthComparing = 2000;
  std::unordered_map<std::string_view, std::vector<std::string_view>> compared;
  for (const Entry& entry : context.document.entries()) {
    if (entry.node == nullptr) continue;
    const std::string_view text = text_of(*entry.node, "license");
    if (text.empty() || text.size() > kLongestName) continue;
    if (context.vocabulary.license(text) != nullptr) continue;
    const bool is_full = compared.size() >= kNamesWorthComparing;
    if (is_full && !compared.contains(text)) continue;
    const auto [found, is_new] = compared.try_emplace(text);
    if (is_new) found->second = nearly(context.vocabulary, text);
    visit(entry, *entry.node->get("license"), found->second);
  }
}

void almost_spdx(const Rule& rule, RuleContext& context) {
  for_each_unknown(context, [&](const Entry& entry, const Node& value,
                                const std::vector<std::string_view>& alike) {
    if (alike.empty()) return;
    Diagnostic& problem = context.report(
        rule, entry, value.span(), "license",
        fmt::format("{} is spelled almost like {}", in_quotes(value.text), in_quotes(alike[0])));
    problem.help = fmt::format("did you mean `{}`?", alike[0]);
    if (alike.size() == 1 && !value.block) {
      const std::string_view bytes = context.document.source().bytes();
      problem.fix = Fix{value.span(), quoted_as(written(bytes, value), alike[0])};
    }
  });
}

// Such as `Apache-2.0 OR MIT`; its parts are not looked at.
bool is_expression(std::string_view license) {
  for (const std::string_view word : {" OR ", " AND ", " WITH ", "LicenseRef-"}) {
    if (license.find(word) != std::string_view::npos) return true;
  }
  return false;
}

void unknown_licence(const Rule& rule, RuleContext& context) {
  for_each_unknown(context, [&](const Entry& entry, const Node& value,
                                const std::vector<std::string_view>& alike) {
    // The terms of a service are not a licence of weights.
    const bool is_service = text_of(*entry.node, "openness") == "proprietary";
    if (!alike.empty() || is_service || is_expression(value.text)) return;
    context
        .report(rule, entry, value.span(), "license",
                fmt::format("{} is neither an SPDX identifier nor another known licence",
                            in_quotes(value.text)))
        .help = "nothing is wrong if that is its name; `osi_approved` was not checked";
  });
}

void openness_licence_mismatch(const Rule& rule, const Entry& entry, RuleContext& context) {
  const License* license = context.vocabulary.license(text_of(*entry.node, "license"));
  if (license == nullptr) return;
  const Node* approved = entry.node->get("osi_approved");
  // When the licence fits neither label, the licence is wrong: licence-osi-mismatch says so.
  if (approved != nullptr && approved->kind == Kind::boolean &&
      is_true(*approved) != license->osi_approved) {
    return;
  }
  const std::string_view openness = text_of(*entry.node, "openness");
  std::string message;
  if (openness == "open" && !license->osi_approved) {
    message =
        fmt::format("`open` under {}, which is not an open-source licence", in_quotes(license->id));
  } else if (openness == "proprietary" && license->osi_approved) {
    // Labels that speak of public weights are reported by rules of their own.
    if (!text_of(*entry.node, "weights_released_date").empty()) return;
    if (!items_of(*entry.node, "quantizations_available").empty()) return;
    message = fmt::format("`proprietary` under {}, an open-source licence", in_quotes(license->id));
  } else {
    return;
  }
  Diagnostic& problem = context.report(rule, entry, entry.node->get("openness")->span(), "openness",
                                       std::move(message));
  problem.related.push_back({entry.node->get("license")->span(), "the licence"});
}

constexpr std::array kLicenseRules{
    Rule{
        "licence-osi-mismatch", "meaning", Severity::error,
        "`osi_approved` disagrees with the list of approved licences.",
        "Whether a licence is approved is a fact about the licence, published by SPDX and the Open "
        "Source Initiative; readers filter by it.",
        "license: Llama 3.2 Community License\nosi_approved: true",
        "license: Llama 3.2 Community License\nosi_approved: false", licence_osi_mismatch},
    Rule{"almost-spdx", "meaning", Severity::warning,
         "A licence is spelled almost like an SPDX identifier or a known name.",
         "Licences are compared with the Hub and with the SPDX list by their exact identifier; "
         "another spelling is a licence nobody knows.",
         "license: Apache 2.0", "license: Apache-2.0", nullptr, almost_spdx},
    Rule{"unknown-licence", "meaning", Severity::note,
         "A licence is neither in the SPDX list nor another known licence.",
         "Whether an unknown licence is open cannot be checked; often it has a better-known name.",
         "license: Llama", "license: Llama 3.1 Community License", nullptr, unknown_licence},
    Rule{"openness-licence-mismatch", "meaning", Severity::warning,
         "Openness and licence do not go together.",
         "`open` promises weights under an open-source licence, and `proprietary` weights that "
         "are not available.",
         "openness: open\nlicense: Llama 3.2 Community License",
         "openness: source-available\nlicense: Llama 3.2 Community License",
         openness_licence_mismatch},
};

}  // namespace

std::span<const Rule> license_rules() { return kLicenseRules; }

}  // namespace assay
