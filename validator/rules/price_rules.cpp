#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/ascii.h"
#include "validator/text/decimal.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

std::optional<Decimal> price_of(const Node& mapping, std::string_view key) {
  const Node* value = mapping.get(key);
  if (value == nullptr || (value->kind != Kind::integer && value->kind != Kind::real)) {
    return std::nullopt;
  }
  return Decimal::parse(value->text);
}

void price_magnitude(const Rule& rule, const Entry& entry, RuleContext& context) {
  // Seen so far: 0.004 to 600 dollars, at most 16 for models whose weights are public.
  const bool is_open = text_of(*entry.node, "openness") != "proprietary";
  const std::optional<Decimal> least = Decimal::parse("0.001");
  const std::optional<Decimal> most = Decimal::parse(is_open ? "40" : "2000");
  for_each_price(*entry.node, [&](const std::string& label, const Node& mapping) {
    for (const std::string_view key : {"input_per_mtok_usd", "output_per_mtok_usd"}) {
      const std::optional<Decimal> price = price_of(mapping, key);
      if (!price || price->is_zero() || price->is_negative()) continue;
      const bool too_low = *price < *least;
      if (!too_low && !(*price > *most)) continue;
      Diagnostic& problem = context.report(
          rule, entry, mapping.get(key)->span(), label_of_member(label, key),
          fmt::format("a price of {} dollars per million tokens is not plausible", price->text()));
      problem.help = too_low ? "is this the price of one token, or of a thousand?"
                             : "is this in cents, or a price per billion tokens?";
    }
  });
}

void output_cheaper_than_input(const Rule& rule, const Entry& entry, RuleContext& context) {
  const bool embeds = text_of(*entry.node, "type") == "embedding";
  for_each_price(*entry.node, [&](const std::string& label, const Node& mapping) {
    const std::optional<Decimal> input = price_of(mapping, "input_per_mtok_usd");
    const std::optional<Decimal> output = price_of(mapping, "output_per_mtok_usd");
    if (!input || !output || input->is_negative() || output->is_negative()) return;
    // Embeddings are not tokens: nothing is charged for them.
    if (!(*output < *input) || (embeds && output->is_zero())) return;
    Diagnostic& problem = context.report(
        rule, entry, mapping.get("output_per_mtok_usd")->span(),
        label_of_member(label, "output_per_mtok_usd"),
        fmt::format("output at {} is cheaper than input at {}", output->text(), input->text()));
    problem.related.push_back({mapping.get("input_per_mtok_usd")->span(), "the input price"});
    problem.help = "check whether the two prices were swapped";
  });
}

// The vendor that a price names, under one spelling; empty when it names none.
std::string vendor_of(const Node& price, const Vocabulary& vocabulary) {
  const std::string name = ascii::lower(visible(text_of(price, "vendor")));
  const Provider* known = vocabulary.provider(name);
  // What is only our id of one may be a word for two: "Google".
  const auto is_its_name = [&](const std::string& each) {
    return ascii::equal_ignoring_case(each, name);
  };
  const bool named =
      known != nullptr && (is_its_name(known->name) ||
                           std::any_of(known->aliases.begin(), known->aliases.end(), is_its_name));
  return named ? known->id : name;
}

void duplicate_vendor(const Rule& rule, const Entry& entry, RuleContext& context) {
  std::map<std::string, const Node*> first;
  for_each_price(*entry.node, [&](const std::string& label, const Node& mapping) {
    const std::string vendor = vendor_of(mapping, context.vocabulary);
    if (vendor.empty()) return;
    const Node* name = mapping.get("vendor");
    const auto [before, is_first] = first.emplace(vendor, name);
    if (is_first) return;
    Diagnostic& problem =
        context.report(rule, entry, name->span(), label_of_member(label, "vendor"),
                       fmt::format("a second price of the vendor {}", in_quotes(name->text)));
    problem.related.push_back({before->second->span(), "its first price"});
    problem.help = "keep the price that is true now, or name the other vendor";
  });
}

constexpr std::array kPriceRules{
    Rule{"duplicate-vendor", "identity", Severity::error, "An entry has two prices of one vendor.",
         "A vendor sells a model at one price; nobody can tell which of two is meant, and what is "
         "found out about one would stand beside the other.",
         "cost:\n  - {input_per_mtok_usd: 0.06, vendor: Together AI}\n"
         "  - {input_per_mtok_usd: 0.08, vendor: Together}",
         "cost:\n  - {input_per_mtok_usd: 0.06, vendor: Together AI}\n"
         "  - {input_per_mtok_usd: 0.08, vendor: DeepInfra}",
         duplicate_vendor},
    Rule{"price-magnitude", "numbers", Severity::warning,
         "A price is so low or high that its unit must be wrong.",
         "Prices are stated per token, per thousand and per million tokens, in dollars and in "
         "cents; a wrong unit is off by a power of ten.",
         "input_per_mtok_usd: 0.00000006", "input_per_mtok_usd: 0.06", price_magnitude},
    Rule{"output-cheaper-than-input", "numbers", Severity::warning,
         "Output tokens cost less than input tokens.",
         "Providers charge the same or more for output, so the prices were probably swapped.",
         "input_per_mtok_usd: 0.60\noutput_per_mtok_usd: 0.20",
         "input_per_mtok_usd: 0.20\noutput_per_mtok_usd: 0.60", output_cheaper_than_input},
};

}  // namespace

std::span<const Rule> price_rules() { return kPriceRules; }

}  // namespace assay
