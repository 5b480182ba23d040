#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/printable.h"
#include "validator/rules/groups.h"
#include "validator/rules/labels.h"

namespace assay {
namespace {

using std::chrono::year_month_day;

std::string to_text(year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void for_each_date(const Node& entry,
                   const std::function<void(const std::string&, const Node&)>& visit) {
  const auto visit_in = [&](const std::string& parent, const Node& mapping, std::string_view key) {
    const Node* value = mapping.get(key);
    if (value != nullptr && value->kind == Kind::string && has_form_of_date(value->text)) {
      visit(label_of_member(parent, key), *value);
    }
  };
  for (const std::string_view key : {"released_date", "weights_released_date", "paper_date"}) {
    visit_in("", entry, key);
  }
  for_each_benchmark(entry, [&](const std::string& label, std::string_view, const Node& benchmark) {
    visit_in(label, benchmark, "as_of");
  });
  for_each_price(
      entry, [&](const std::string& label, const Node& price) { visit_in(label, price, "as_of"); });
  if (const Node* speed = entry.get("speed")) visit_in("speed", *speed, "as_of");
  std::size_t index = 0;
  for (const Node& quotation : items_of(entry, "reception")) {
    visit_in(label_of_item("reception", quotation, index++), quotation, "date");
  }
}

void impossible_date(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_date(*entry.node, [&](const std::string& label, const Node& value) {
    if (date_of(value.text)) return;
    context.report(rule, entry, value.span(), label,
                   fmt::format("{} is not a day of the calendar", in_quotes(value.text)));
  });
}

void future_date(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_date(*entry.node, [&](const std::string& label, const Node& value) {
    const auto date = date_of(value.text);
    if (!date || *date <= context.options.today) return;
    context.report(rule, entry, value.span(), label,
                   fmt::format("{} is in the future (today is {})", in_quotes(value.text),
                               to_text(context.options.today)));
  });
}

void dated_before_release(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto released = date_of(text_of(*entry.node, "released_date"));
  if (!released || *released > context.options.today) return;
  const auto check = [&](const std::string& label, const Node& mapping, std::string_view what) {
    const auto date = date_of(text_of(mapping, "as_of"));
    if (!date || *date >= *released) return;
    Diagnostic& problem =
        context.report(rule, entry, mapping.get("as_of")->span(), label_of_member(label, "as_of"),
                       fmt::format("{} of {} is older than the model, released {}", what,
                                   to_text(*date), to_text(*released)));
    problem.related.push_back({entry.node->get("released_date")->span(), "released here"});
  };
  for_each_benchmark(*entry.node, [&](const std::string& label, std::string_view,
                                      const Node& benchmark) { check(label, benchmark, "score"); });
  for_each_price(*entry.node, [&](const std::string& label, const Node& price) {
    check(label, price, "price");
  });
  if (const Node* speed = entry.node->get("speed")) check("speed", *speed, "speed");
}

void weights_before_release(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto released = date_of(text_of(*entry.node, "released_date"));
  const auto weights = date_of(text_of(*entry.node, "weights_released_date"));
  if (!released || !weights || *weights >= *released) return;
  Diagnostic& problem = context.report(
      rule, entry, entry.node->get("weights_released_date")->span(), "weights_released_date",
      fmt::format("weights of {} are older than the release of {}", to_text(*weights),
                  to_text(*released)));
  problem.related.push_back({entry.node->get("released_date")->span(), "released here"});
  problem.help = "`released_date` is the first day on which the model could be had in any form";
}

void stale_price(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_price(*entry.node, [&](const std::string& label, const Node& price) {
    const auto date = date_of(text_of(price, "as_of"));
    if (!date) return;
    const auto age =
        (std::chrono::sys_days(context.options.today) - std::chrono::sys_days(*date)).count();
    if (age <= context.options.max_price_age_days) return;
    context
        .report(rule, entry, price.get("as_of")->span(), label_of_member(label, "as_of"),
                fmt::format("price is {} days old: more than {}", age,
                            context.options.max_price_age_days))
        .help = "read the price at its source again, and date it";
  });
}

constexpr std::array kRules{
    Rule{"impossible-date", "time", Severity::error, "A date is not in the calendar.",
         "Such a date is a slip of the hand, and programs that compare dates fail on it.",
         "released_date: \"2024-02-30\"", "released_date: \"2024-02-29\"", impossible_date},
    Rule{"future-date", "time", Severity::error, "A date lies in the future.",
         "A catalog states what has happened; a later date is mostly a wrong year.",
         "released_date: \"2204-09-25\"", "released_date: \"2024-09-25\"", future_date},
    Rule{
        "dated-before-release", "time", Severity::error,
        "A score, price or speed is older than the model.",
        "Nothing could be measured or sold before the model existed: one of the dates is wrong, or "
        "the figure belongs to another model.",
        "released_date: \"2024-09-25\"\nbenchmarks:\n  mmlu: {score: 63.4, as_of: \"2023-09-25\"}",
        "released_date: \"2024-09-25\"\nbenchmarks:\n  mmlu: {score: 63.4, as_of: \"2024-09-25\"}",
        dated_before_release},
    Rule{"weights-before-release", "time", Severity::warning,
         "The weights are older than the release.",
         "A model whose weights can be downloaded has been released.",
         "released_date: \"2024-09-25\"\nweights_released_date: \"2024-07-23\"",
         "released_date: \"2024-07-23\"\nweights_released_date: \"2024-07-23\"",
         weights_before_release},
    Rule{"stale-price", "time", Severity::warning,
         "A price was last read longer ago than `--max-price-age`.",
         "Prices change several times a year; an old one misleads more than none.",
         "cost:\n  as_of: \"2025-01-01\"", "cost:\n  as_of: \"2026-11-20\"", stale_price},
};

}  // namespace

std::span<const Rule> time_rules() { return kRules; }

}  // namespace assay
