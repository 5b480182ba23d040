#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "auditors/registry.h"
#include "auditors/report.h"
#include "cli/commands.h"
#include "db/store.h"
#include "schema/embedded.h"
#include "validator/printable.h"
#include "validator/rules.h"

// Commands that only read: the store's history, and the tables that documentation comes from.

namespace assay::cli {
namespace {

std::string plain(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return printable(value.get<std::string>());
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string plain(const std::optional<db::Change::Fact>& fact) {
  if (!fact) return "nothing";
  return fmt::format("{} ({})", to_string(fact->verdict), plain(fact->observed));
}

// A time as the store takes it; empty stays empty.
std::string time_argument(std::string_view option, const std::string& text) {
  if (text.empty()) return text;
  constexpr std::size_t kDate = 10;
  const std::int64_t time = parse_time(text.size() == kDate ? text + "T00:00:00Z" : text);
  if (time < 0) {
    throw std::runtime_error(
        fmt::format("{}: `{}` is no time; expected RFC 3339, such as "
                    "2026-11-23T03:00:00Z, or a date",
                    option, text));
  }
  return format_time(time);
}

// The steps of each offer, oldest first.
void print_prices(const db::Store& store, const std::string& slug, const std::string& as_of) {
  db::PriceFilter filter;
  filter.model = slug;
  filter.as_of = as_of;
  filter.limit = 10'000;
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

void print_indented(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    fmt::print("    {}\n", text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

}  // namespace

int history(const std::string& db, const std::string& slug, const std::string& label,
            const std::string& as_of) {
  const db::Store store(db, db::Access::read_only);
  const std::string moment = time_argument("--as-of", as_of);
  const std::vector<db::Period> periods = store.history(slug, label, 10'000, 0, moment);
  if (periods.empty()) {
    fmt::print(stderr,
               "{}: nothing is stored of `{}`{}; `assay audit` judges the catalog's entries\n", db,
               printable(slug), label.empty() ? std::string{} : " " + printable(label));
    return kClean;
  }
  for (const db::Period& period : periods) {
    const Finding& finding = period.finding;
    fmt::print("{} {}\n", printable(finding.label), to_string(finding.verdict));
    fmt::print("  since {} (run {}), last confirmed {} (run {})\n", period.since, period.first_run,
               period.confirmed_at, period.last_run);
    fmt::print("  claimed {}, observed {}\n", plain(finding.claimed), plain(finding.observed));
    fmt::print("  {}\n", printable(finding.reason));
    for (const Observation& seen : finding.observations) {
      fmt::print("  seen {} at {}\n    evidence sha256:{}\n", seen.fetched_at, printable(seen.url),
                 seen.evidence);
    }
  }
  if (label == "cost" || label.starts_with("cost.") || label.starts_with("cost[")) {
    print_prices(store, slug, moment);
  }
  return kClean;
}

int changes(const std::string& db, const std::string& slug, const std::string& since) {
  const db::Store store(db, db::Access::read_only);
  db::ChangeFilter filter;
  filter.slug = slug;
  filter.since = time_argument("--since", since);
  const std::vector<db::Change> found = store.changes(filter);
  for (const db::Change& change : found) {
    fmt::print("{} {} {}: {} -> {}\n", change.at, printable(change.slug), printable(change.label),
               plain(change.from), plain(change.to));
    if (change.to) fmt::print("  {}\n", printable(change.to->reason));
  }
  if (found.empty()) fmt::print(stderr, "{}: no change is stored\n", db);
  return kClean;
}

int prune(const std::string& db, const std::string& keep, bool dry_run) {
  const std::chrono::milliseconds age = duration("--keep-evidence", keep);
  if (!std::filesystem::exists(db)) throw std::runtime_error("there is no database '" + db + "'");
  db::Store store(db, db::Access::read_write);
  const auto before = std::filesystem::file_size(db);
  const db::PruneReport gone = store.prune(now_milliseconds() - age.count(), dry_run);
  fmt::print("{}{} bodies ({} bytes), {} exchanges and {} confirmations{}\n",
             dry_run ? "would drop " : "dropped ", gone.bodies, gone.body_bytes, gone.evidence,
             gone.judgements, dry_run ? "; nothing was changed" : "");
  if (dry_run) {
    fmt::print("about {} bytes of {} would be free\n", gone.free_bytes, before);
  } else {
    fmt::print("{}: {} bytes, before {}\n", db, std::filesystem::file_size(db), before);
  }
  return kClean;
}

int runs(const std::string& db, const std::string& format) {
  const db::Store store(db, db::Access::read_only);
  constexpr std::size_t kShown = 50;
  const std::vector<db::Run> all = store.runs(kShown);
  if (format == "json") {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const db::Run& run : all) {
      nlohmann::ordered_json verdict_counts = nlohmann::ordered_json::object();
      for (const auto& [id, count] : run.verdicts) verdict_counts[id] = count;
      list.push_back({{"id", run.id},
                      {"status", run.status},
                      {"started_at", run.started_at},
                      {"finished_at", run.finished_at},
                      {"origin", run.origin},
                      {"summary", verdict_counts},
                      {"requests", run.requests.sent}});
    }
    fmt::print("{}\n", list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return kClean;
  }
  for (const db::Run& run : all) {
    std::string counts;
    for (const auto& [id, count] : run.verdicts) {
      if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, id);
    }
    fmt::print("run {:<5} {:<12} {}  {} requests, {}\n", run.id, run.status, run.started_at,
               run.requests.sent, printable(run.origin));
    if (!counts.empty()) fmt::print("          {}\n", counts);
  }
  if (all.empty()) fmt::print(stderr, "{}: no run yet; `assay audit` makes one\n", db);
  return kClean;
}

int show_evidence(const std::string& db, const std::string& id, bool body) {
  const db::Store store(db, db::Access::read_only);
  constexpr std::string_view kPrefix = "sha256:";
  const std::string digest = id.starts_with(kPrefix) ? id.substr(kPrefix.size()) : id;
  const auto record = store.evidence(digest);
  if (!record) throw std::runtime_error(db + ": no evidence " + printable(id));
  if (body) {
    const std::string bytes = store.body(digest).value_or("");
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return kClean;
  }
  const Evidence& seen = record->evidence;
  fmt::print("evidence sha256:{}\nGET {}\n", seen.id, printable(seen.url));
  if (seen.final_url != seen.url) fmt::print("redirected to {}\n", printable(seen.final_url));
  fmt::print("{} {}\n", seen.fetched_at, to_string(seen.outcome));
  if (seen.status != 0) fmt::print("status {}\n", seen.status);
  if (!seen.error.empty()) fmt::print("error {}\n", printable(seen.error));
  for (const auto& [name, value] : seen.headers)
    fmt::print("{}: {}\n", printable(name), printable(value));
  if (!seen.body_sha256.empty())
    fmt::print("body sha256:{}, {} bytes\n", seen.body_sha256, record->body_size);
  return kClean;
}

int rules() {
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) {
      fmt::print("{:<28} {:<8} {:<9} {}\n", rule.id, to_string(rule.severity), rule.group,
                 rule.summary);
    }
  }
  return kClean;
}

int explain(const std::string& word) {
  if (const Rule* rule = find_rule(word); rule != nullptr) {
    fmt::print("{} ({}, {})\n\n{}\n\n{}\n\nWrong:\n", rule->id, to_string(rule->severity),
               rule->group, rule->summary, rule->why);
    print_indented(rule->wrong);
    fmt::print("\nRight:\n");
    print_indented(rule->right);
    return kClean;
  }
  if (const auto verdict = parse_verdict(word)) {
    const VerdictInfo& info = verdicts().at(static_cast<std::size_t>(*verdict));
    fmt::print("{} (verdict)\n\nIt means: {}.\nIt needs: {}.\n", info.id, info.meaning, info.needs);
    return kClean;
  }
  if (const Auditor* auditor = find_auditor(word); auditor != nullptr) {
    fmt::print("{} (auditor)\n\n{}\n", auditor->id, auditor->summary);
    return kClean;
  }
  std::vector<std::string> known;
  for (const auto& group : rule_groups()) {
    for (const Rule& rule : group) known.emplace_back(rule.id);
  }
  for (const VerdictInfo& info : verdicts()) known.emplace_back(info.id);
  for (const Auditor& auditor : auditors()) known.emplace_back(auditor.id);
  const auto nearest = nearest_word(word, known);
  throw std::runtime_error(
      fmt::format("`{}` is no rule, verdict or auditor{}; `assay rules` lists the rules",
                  printable(word), nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
}

int schema() {
  const std::string_view text = embedded_schema_file("catalog.schema.json");
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kClean;
}

}  // namespace assay::cli
