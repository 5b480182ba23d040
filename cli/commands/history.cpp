#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "auditors/report/report.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/commands/values.h"
#include "db/store.h"
#include "validator/text/printable.h"

// What was found about an entry, for people: each verdict and what it means, then what was seen,
// where and when.

namespace assay::cli {
namespace {

// How many answers are shown per finding; an absence may rest on dozens.
constexpr std::size_t kShown = 6;
// How many rows are read per entry.
constexpr std::size_t kRows = 10'000;

// "2026-08-21T00:00:00.000Z" as "2026-08-21 00:00:00 UTC".
std::string moment(const std::string& time) {
  constexpr std::size_t kSeconds = 19;
  if (time.size() < kSeconds) return printable(time);
  return fmt::format("{} {} UTC", time.substr(0, 10), time.substr(11, 8));
}

// An observed value as "repository a/b, commit 1f…, format awq"; empty when there is none.
std::string told(const nlohmann::json& value) {
  if (value.is_null()) return {};
  if (!value.is_object()) return plain_value(value);
  std::string text;
  for (const auto& [key, item] : value.items()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", printable(key), plain_value(item));
  }
  return text;
}

void print_line(std::string_view name, std::string_view text) {
  fmt::print("  {:<10}{}\n", name, text);
}

void print_answers(const Finding& finding) {
  const bool failed = finding.verdict == Verdict::source_unreachable;
  std::string before;
  for (std::size_t i = 0; i < std::min(kShown, finding.observations.size()); ++i) {
    const Observation& seen = finding.observations[i];
    print_line(failed ? "asked" : "seen",
               fmt::format("{} at {}: {}", moment(seen.fetched_at), printable(seen.source),
                           printable(short_url(seen.url))));
    const std::string said = told(seen.value);
    if (!said.empty() && said != before) print_line("", said);
    before = said;
    print_line("", "assay evidence show " + printable(seen.evidence));
  }
  if (finding.observations.size() > kShown) {
    print_line("", fmt::format("and {} more answers; /api/v1/findings lists them all",
                               finding.observations.size() - kShown));
  }
}

void print_period(const db::Period& period) {
  const Finding& finding = period.finding;
  const VerdictInfo& info = verdicts().at(static_cast<std::size_t>(finding.verdict));
  fmt::print("{} {}\n", printable(finding.label), info.id);
  print_line("meaning", info.meaning);
  print_line("claimed", finding.claimed.is_null() ? "nothing: the catalog does not list it"
                                                  : plain_value(finding.claimed));
  print_line("observed", finding.observed.is_null() ? "nothing" : plain_value(finding.observed));
  print_line("reason", printable(finding.reason));
  print_line(period.open ? "since" : "from",
             fmt::format("{} (run {})", moment(period.since), period.first_run));
  print_line("confirmed", fmt::format("{} (run {})", moment(period.confirmed_at), period.last_run));
  print_answers(finding);
}

// The price periods of each offer, oldest first.
void print_prices(const db::Store& store, const std::string& slug, const std::string& as_of) {
  db::PriceFilter filter;
  filter.model = slug;
  filter.as_of = as_of;
  filter.limit = kRows;
  std::vector<db::PricePeriod> periods = store.prices(filter);
  std::stable_sort(periods.begin(), periods.end(), [](const auto& a, const auto& b) {
    const auto key = [](const db::PricePeriod& period) {
      const Offer& offer = period.offer;
      return std::tie(offer.source, offer.provider, offer.model, offer.variant, period.id);
    };
    return key(a) < key(b);
  });
  const auto shown = [](const OfferPrice& price) {
    return price.exact ? price.exact->text() : std::string("-");
  };
  for (const db::PricePeriod& period : periods) {
    const Offer& offer = period.offer;
    fmt::print("price {} {} {}{}\n", printable(offer.source), printable(offer.provider),
               printable(offer.model),
               offer.variant.empty() ? "" : fmt::format(" ({})", printable(offer.variant)));
    fmt::print("  {} input, {} output, {} per million tokens\n", shown(offer.input),
               shown(offer.output), offer.currency.empty() ? "?" : printable(offer.currency));
    fmt::print("  first seen {}, last seen {}{}\n", period.first_seen, period.last_seen,
               period.open ? "" : ", gone or changed since");
  }
}

struct HistoryArguments {
  std::string db = kDefaultDatabase;
  std::string slug;
  std::string label;  ///< a label path; empty: all labels
  std::string as_of;  ///< RFC 3339 or a date; empty: now
};

int print_history(const HistoryArguments& arguments) {
  const db::Store store(arguments.db, db::Access::read_only);
  const std::string& slug = arguments.slug;
  const std::string& label = arguments.label;
  const std::string past = time_argument("--as-of", arguments.as_of);
  const std::vector<db::Period> periods = store.history(slug, label, kRows, 0, past);
  if (periods.empty()) {
    fmt::print(stderr, "{}: nothing is stored about `{}`{}; run `assay audit` first\n",
               arguments.db, printable(slug),
               label.empty() ? std::string{} : " " + printable(label));
    return kClean;
  }
  fmt::print("{}, newest first\n", printable(slug));
  for (const db::Period& period : periods) {
    fmt::print("\n");
    print_period(period);
  }
  if (label == "cost" || label.starts_with("cost.") || label.starts_with("cost[")) {
    print_prices(store, slug, past);
  }
  return kClean;
}

}  // namespace

void add_history(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<HistoryArguments>();
  CLI::App* command =
      app.add_subcommand("history", "show what was found about one entry, newest first");
  command->add_option("SLUG", arguments->slug, "slug of the entry")->required();
  command->add_option("LABEL", arguments->label, "only this label path and what is below it");
  database_option(*command, arguments->db);
  command->add_option("--as-of", arguments->as_of, "show what was known then: RFC 3339, or a date");
  command->callback(
      [&chosen, arguments] { chosen.run = [arguments] { return print_history(*arguments); }; });
}

}  // namespace assay::cli
