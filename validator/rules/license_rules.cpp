#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "validator/printable.h"
#include "validator/rules/groups.h"
#include "validator/rules/labels.h"
#include "validator/shape.h"
#include "validator/shape_repair.h"
#include "validator/vocabulary.h"

namespace assay {
namespace {

void licence_osi_mismatch(const Rule& rule, const Entry& entry, RuleContext& context) {
  const License* license = context.vocabulary.license(text_of(*entry.node, "license"));
  const Node* approved = entry.node->get("osi_approved");
  if (license == nullptr || approved == nullptr || approved->kind != Kind::boolean) return;
  const bool claimed = approved->text.front() == 't' || approved->text.front() == 'T';
  if (claimed == license->osi_approved) return;
  Diagnostic& problem =
      context.report(rule, entry, approved->span(), "osi_approved",
                     fmt::format("{} is {}approved by the Open Source Initiative",
                                 in_quotes(license->id), license->osi_approved ? "" : "not "));
  problem.related.push_back({entry.node->get("license")->span(), "the licence"});
  problem.help = fmt::format("write `{}`, or correct the licence", !claimed);
}

// A licence without the words that people add around its identifier.
std::string bare_name(std::string_view name) {
  std::string out;
  std::string word;
  const auto take = [&] {
    std::string lower;
    for (const char c : word) {
      lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
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

void almost_spdx(const Rule& rule, const Entry& entry, RuleContext& context) {
  constexpr std::size_t kLongestName = 100;
  const std::string_view text = text_of(*entry.node, "license");
  if (text.empty() || text.size() > kLongestName) return;
  if (context.vocabulary.license(text) != nullptr) return;
  const std::string bare = bare_name(text);
  std::vector<std::string_view> alike;
  for (const License& license : context.vocabulary.licenses) {
    const bool same =
        is_misspelling(text, license.id) || is_misspelling(bare, license.id) || bare == license.id;
    if (same) alike.push_back(license.id);
  }
  if (alike.empty()) return;
  const Node& value = *entry.node->get("license");
  Diagnostic& problem = context.report(
      rule, entry, value.span(), "license",
      fmt::format("{} is spelled almost like {}", in_quotes(text), in_quotes(alike[0])));
  problem.help = fmt::format("did you mean `{}`?", alike[0]);
  if (alike.size() == 1 && !value.block) {
    const std::string_view bytes = context.document.source().bytes();
    problem.fix = Fix{value.span(), quoted_as(written(bytes, value), alike[0])};
  }
}

void openness_licence_mismatch(const Rule& rule, const Entry& entry, RuleContext& context) {
  const License* license = context.vocabulary.license(text_of(*entry.node, "license"));
  if (license == nullptr) return;
  const std::string_view openness = text_of(*entry.node, "openness");
  std::string message;
  if (openness == "open" && !license->osi_approved) {
    message =
        fmt::format("`open` under {}, which is no open-source licence", in_quotes(license->id));
  } else if (openness == "proprietary" && license->osi_approved) {
    message = fmt::format("`proprietary` under {}, an open-source licence", in_quotes(license->id));
  } else {
    return;
  }
  Diagnostic& problem = context.report(rule, entry, entry.node->get("openness")->span(), "openness",
                                       std::move(message));
  problem.related.push_back({entry.node->get("license")->span(), "the licence"});
}

constexpr std::array kRules{
    Rule{
        "licence-osi-mismatch", "meaning", Severity::error,
        "`osi_approved` says other than the list of approved licences.",
        "Whether a licence is approved is a fact about the licence, published by SPDX and the Open "
        "Source Initiative; readers filter by it.",
        "license: Llama 3.2 Community License\nosi_approved: true",
        "license: Llama 3.2 Community License\nosi_approved: false", licence_osi_mismatch},
    Rule{"almost-spdx", "meaning", Severity::warning,
         "A licence is spelled almost like an SPDX identifier or a known name.",
         "Licences are compared with the Hub and with the SPDX list by their exact identifier; "
         "another spelling is a licence nobody knows.",
         "license: Apache 2.0", "license: Apache-2.0", almost_spdx},
    Rule{"openness-licence-mismatch", "meaning", Severity::warning,
         "Openness and licence exclude each other.",
         "`open` promises weights under an open-source licence, and `proprietary` weights that "
         "cannot be had.",
         "openness: open\nlicense: Llama 3.2 Community License",
         "openness: source-available\nlicense: Llama 3.2 Community License",
         openness_licence_mismatch},
};

}  // namespace

std::span<const Rule> license_rules() { return kRules; }

}  // namespace assay
