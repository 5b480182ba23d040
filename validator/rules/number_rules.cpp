#include <array>
#include <string>

#include <fmt/format.h>

#include "validator/label_path.h"
#include "validator/rules/labels.h"
#include "validator/rules/rules.h"
#include "validator/shape/shape.h"
#include "validator/text/printable.h"
#include "validator/vocabulary.h"

namespace assay {
namespace {

bool is_number(const Node* node) {
  return node != nullptr && (node->kind == Kind::integer || node->kind == Kind::real);
}

void score_out_of_range(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_benchmark(
      *entry.node, [&](const std::string& label, std::string_view name, const Node& mapping) {
        const Node* score = mapping.get("score");
        const Benchmark* benchmark = context.vocabulary.benchmark_meant(name);
        if (!is_number(score) || benchmark == nullptr) return;
        const double value = number_of(*score);
        if (!(value < benchmark->min || value > benchmark->max)) return;
        context.report(
            rule, entry, score->span(), label_of_member(label, "score"),
            fmt::format("score {} is outside {:g} to {:g}, the range of {}", in_quotes(score->text),
                        benchmark->min, benchmark->max, benchmark->label));
      });
}

void score_as_fraction(const Rule& rule, const Entry& entry, RuleContext& context) {
  for_each_benchmark(
      *entry.node, [&](const std::string& label, std::string_view name, const Node& mapping) {
        const Node* score = mapping.get("score");
        const Benchmark* benchmark = context.vocabulary.benchmark_meant(name);
        if (!is_number(score) || benchmark == nullptr) return;
        const bool is_rate = benchmark->min == 0 && benchmark->max == 100;
        const double value = number_of(*score);
        if (!is_rate || value <= 0 || value >= 1) return;
        context
            .report(rule, entry, score->span(), label_of_member(label, "score"),
                    fmt::format("score {} looks like a fraction: {} is given in percent",
                                in_quotes(score->text), benchmark->label))
            .help = fmt::format("did you mean {:.15g}?", value * 100);
      });
}

void context_implausible(const Rule& rule, const Entry& entry, RuleContext& context) {
  constexpr std::int64_t kLeast = 256;
  // Llama 4 Scout has ten million; a hundred million have been announced for a closed model.
  constexpr std::int64_t kMostOpen = 20'000'000;
  constexpr std::int64_t kMostClosed = 200'000'000;
  const bool is_open = text_of(*entry.node, "openness") != "proprietary";
  const std::int64_t most = is_open ? kMostOpen : kMostClosed;
  const auto window = count_of(*entry.node, "context_window");
  if (!window || (*window >= kLeast && *window <= most)) return;
  Diagnostic& problem =
      context.report(rule, entry, entry.node->get("context_window")->span(), "context_window",
                     fmt::format("a context window of {} tokens is not plausible", *window));
  if (*window < kLeast) problem.help = "write the number of tokens in full: 131072, not 128";
}

void params_implausible(const Rule& rule, const Entry& entry, RuleContext& context) {
  for (const std::string_view key : {"params_total", "params_active"}) {
    const auto count = count_of(*entry.node, key);
    if (!count || is_plausible_model_size(*count)) continue;
    Diagnostic& problem =
        context.report(rule, entry, entry.node->get(key)->span(), std::string(key),
                       fmt::format("{} parameters are not plausible", *count));
    if (*count < kSmallestModel) problem.help = "write the number in full: 8030261248, not 8";
  }
}

void zero_as_unknown(const Rule& rule, const Entry& entry, RuleContext& context) {
  for (const std::string_view key : {"params_total", "params_active"}) {
    const Node* value = entry.node->get(key);
    if (value == nullptr || !is_whole(*value) || number_of(*value) != 0) continue;
    context
        .report(rule, entry, value->span(), std::string(key),
                fmt::format("`{}` is 0 to mean not disclosed", key))
        .help = "omit the key";
  }
}

constexpr std::array kNumberRules{
    Rule{"score-out-of-range", "numbers", Severity::error,
         "A score is not possible in its benchmark.",
         "The score was mistyped, or belongs to another benchmark.", "mmlu: {score: 684}",
         "mmlu: {score: 68.4}", score_out_of_range},
    Rule{"score-as-fraction", "numbers", Severity::warning,
         "A rate is given as a fraction instead of a percentage.",
         "Next to percentages it reads as less than one percent.", "mmlu: {score: 0.684}",
         "mmlu: {score: 68.4}", score_as_fraction},
    Rule{"context-implausible", "numbers", Severity::warning,
         "A context window is far from that of any known model.",
         "Usually the thousands were left out, or a scaling factor was applied twice.",
         "context_window: 128", "context_window: 131072", context_implausible},
    Rule{"params-implausible", "numbers", Severity::warning,
         "A number of parameters is far from that of any known model.",
         "Usually the billions were left out, or zeros were added.", "params_total: 70",
         "params_total: 70000000000", params_implausible},
    Rule{"zero-as-unknown", "numbers", Severity::note,
         "A figure that is not disclosed is written as 0.",
         "0 is a number that programs add, compare and show; an absent key says that nothing is "
         "known.",
         "params_total: 0", "# params_total is not disclosed", zero_as_unknown},
};

}  // namespace

std::span<const Rule> number_rules() { return kNumberRules; }

}  // namespace assay
