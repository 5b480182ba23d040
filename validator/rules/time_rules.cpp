#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/text/dates.h"
#include "validator/text/printable.h"

namespace assay {
namespace {

using std::chrono::year_month_day;

void for_each_date(const Node& entry,
                   const std::function<void(const std::string&, const Node&)>& visit) {
  const auto visit_in = [&](const std::string& parent, const Node& mapping, std::string_view key) {
    const Node* value = mapping.get(key);
    if (value != nullptr && value->kind == Kind::string && is_date_shaped(value->text)) {
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
    if (parse_date(value.text)) return;
    context.report(rule, entry, value.span(), label,
                   fmt::format("{} is not a calendar date", in_quotes(value.text)));
  });
}

void future_date(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_date(*entry.node, [&](const std::string& label, const Node& value) {
    const auto date = parse_date(value.text);
    if (!date || *date <= context.options.today) return;
    context.report(rule, entry, value.span(), label,
                   fmt::format("{} is in the future (today is {})", in_quotes(value.text),
                               format_date(context.options.today)));
  });
}

std::optional<year_month_day> date_at(const Entry& entry, std::string_view key) {
  return parse_date(text_of(*entry.node, key));
}

// The release; null also when it lies in the future, which is reported as such.
std::optional<year_month_day> release_of(const Entry& entry, const RuleContext& context) {
  const auto released = date_at(entry, "released_date");
  return released && *released <= context.options.today ? released : std::nullopt;
}

// A figure of which a date is stated.
struct Dated {
  std::string label;
  std::string_view what;  // score, price or speed
  std::string_view benchmark;
  const Node* as_of = nullptr;
  year_month_day date;
};

std::vector<Dated> dated_figures(const Entry& entry) {
  std::vector<Dated> figures;
  const auto add = [&](const std::string& label, const Node& mapping, std::string_view what,
                       std::string_view benchmark = {}) {
    const auto date = parse_date(text_of(mapping, "as_of"));
    if (date) {
      figures.push_back(
          {label_of_member(label, "as_of"), what, benchmark, mapping.get("as_of"), *date});
    }
  };
  for_each_benchmark(*entry.node, [&](const std::string& label, std::string_view name,
                                      const Node& node) { add(label, node, "score", name); });
  for_each_price(*entry.node,
                 [&](const std::string& label, const Node& price) { add(label, price, "price"); });
  if (const Node* speed = entry.node->get("speed")) add("speed", *speed, "speed");
  return figures;
}

// Scores may come from a paper that is older than the release, and weights that are older have a
// rule of their own.
bool is_before_model(year_month_day date, std::string_view what, year_month_day released,
                     const Entry& entry) {
  const auto paper = date_at(entry, "paper_date");
  const auto weights = date_at(entry, "weights_released_date");
  return date < released && !(weights && *weights <= date) &&
         !(what == "score" && paper && *paper <= date);
}

void dated_before_release(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto released = release_of(entry, context);
  if (!released) return;
  const std::vector<Dated> figures = dated_figures(entry);
  std::vector<const Dated*> early;
  std::size_t early_scores = 0;
  std::size_t scores = 0;
  for (const Dated& figure : figures) {
    const bool is_early = is_before_model(figure.date, figure.what, *released, entry);
    if (is_early) early.push_back(&figure);
    if (figure.what != "score") continue;
    ++scores;
    if (is_early) ++early_scores;
  }
  const Node& release = *entry.node->get("released_date");
  if (early_scores > 1 &&
      early_scores == scores) {  // more likely one date is wrong than all of them
    constexpr std::size_t kShown = 5;
    Diagnostic& problem =
        context.report(rule, entry, release.span(), "released_date",
                       fmt::format("released {}, but {} figures of the model are dated earlier",
                                   format_date(*released), early.size()));
    for (std::size_t i = 0; i < std::min(early.size(), kShown); ++i) {
      problem.related.push_back({early[i]->as_of->span(),
                                 fmt::format("{} of {}", early[i]->what, early[i]->as_of->text)});
    }
    return;
  }
  for (const Dated* figure : early) {
    Diagnostic& problem =
        context.report(rule, entry, figure->as_of->span(), figure->label,
                       fmt::format("{} of {} is older than the model, released {}", figure->what,
                                   format_date(figure->date), format_date(*released)));
    problem.related.push_back({release.span(), "released here"});
  }
}

void dated_before_benchmark(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto released = release_of(entry, context);
  for (const Dated& figure : dated_figures(entry)) {
    const Benchmark* benchmark = context.vocabulary.benchmark_meant(figure.benchmark);
    if (benchmark == nullptr) continue;
    const auto since = parse_date(benchmark->since);
    if (!since || figure.date >= *since) continue;
    if (released && is_before_model(figure.date, figure.what, *released, entry)) continue;
    context.report(
        rule, entry, figure.as_of->span(), figure.label,
        fmt::format("score of {} is older than its benchmark: {} did not exist before {}",
                    format_date(figure.date), benchmark->label, format_date(*since)));
  }
}

void weights_before_release(const Rule& rule, const Entry& entry, RuleContext& context) {
  const auto released = release_of(entry, context);
  const auto weights = date_at(entry, "weights_released_date");
  if (!released || !weights || *weights >= *released) return;
  Diagnostic& problem = context.report(
      rule, entry, entry.node->get("weights_released_date")->span(), "weights_released_date",
      fmt::format("weights of {} are older than the release of {}", format_date(*weights),
                  format_date(*released)));
  problem.related.push_back({entry.node->get("released_date")->span(), "released here"});
  problem.help = "`released_date` is the first day on which the model was available in any form";
}

void stale_price(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_price(*entry.node, [&](const std::string& label, const Node& price) {
    const auto date = parse_date(text_of(price, "as_of"));
    if (!date) return;
    const auto age =
        (std::chrono::sys_days(context.options.today) - std::chrono::sys_days(*date)).count();
    if (age <= context.options.max_price_age_days) return;
    // Then the date is wrong, not old: dated-before-release says so.
    const auto released = release_of(entry, context);
    if (released && is_before_model(*date, "price", *released, entry)) return;
    context
        .report(rule, entry, price.get("as_of")->span(), label_of_member(label, "as_of"),
                fmt::format("price is {} days old, more than {}", age,
                            context.options.max_price_age_days))
        .help = "check the price at its source and update its date";
  });
}

constexpr std::array kTimeRules{
    Rule{"impossible-date", "time", Severity::error, "A date does not exist in the calendar.",
         "Such a date is a typo, and programs that compare dates fail on it.",
         "released_date: \"2024-02-30\"", "released_date: \"2024-02-29\"", impossible_date},
    Rule{"future-date", "time", Severity::error, "A date lies in the future.",
         "A catalog states what has happened; a later date is usually a wrong year.",
         "released_date: \"2204-09-25\"", "released_date: \"2024-09-25\"", future_date},
    Rule{
        "dated-before-release", "time", Severity::error,
        "A score, price or speed is older than the model.",
        "Nothing could be measured or sold before the model existed: one of the dates is wrong, or "
        "the figure belongs to another model.",
        "released_date: \"2024-09-25\"\nbenchmarks:\n  mmlu: {score: 63.4, as_of: \"2023-09-25\"}",
        "released_date: \"2024-09-25\"\nbenchmarks:\n  mmlu: {score: 63.4, as_of: \"2024-09-25\"}",
        dated_before_release},
    Rule{"dated-before-benchmark", "time", Severity::error, "A score is older than its benchmark.",
         "Nothing can have been measured with a test that did not exist: the date is wrong, or the "
         "score belongs to another benchmark.",
         "mmlu_pro: {score: 56.2, as_of: \"2023-07-18\"}",
         "mmlu_pro: {score: 56.2, as_of: \"2024-07-18\"}", dated_before_benchmark},
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

std::span<const Rule> time_rules() { return kTimeRules; }

}  // namespace assay
