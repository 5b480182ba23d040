#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <stdexcept>

#include "auditors/audit.h"
#include "auditors/audit_order.h"
#include "auditors/evidence/digest.h"
#include "auditors/evidence/recording.h"
#include "auditors/evidence/stored_transport.h"
#include "auditors/evidence/warc.h"
#include "auditors/fetch/fetcher.h"
#include "auditors/registry.h"
#include "auditors/report/acknowledgements.h"
#include "auditors/report/offer_tally.h"
#include "auditors/report/report.h"
#include "cli/commands.h"
#include "cli/git.h"
#include "db/store.h"
#include "schema/embedded.h"
#include "validator/dates.h"
#include "validator/file.h"
#include "validator/printable.h"
#include "validator/spelling.h"
#include "validator/validate.h"

namespace assay::cli {
namespace {

std::vector<std::string> slugs_of(const std::vector<Subject>& subjects) {
  std::vector<std::string> slugs;
  for (const Subject& subject : subjects) slugs.push_back(subject.slug);
  return slugs;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const auto nearest = nearest_word(word, words);
  return nearest ? fmt::format("; did you mean `{}`?", *nearest) : std::string{};
}

std::vector<const Auditor*> selected_auditors(const std::vector<std::string>& only) {
  std::vector<const Auditor*> selected;
  std::vector<std::string> ids;
  for (const Auditor& auditor : auditors()) {
    ids.emplace_back(auditor.id);
    if (only.empty()) selected.push_back(&auditor);
  }
  for (const std::string& id : only) {
    const Auditor* auditor = find_auditor(id);
    if (auditor == nullptr) {
      throw std::runtime_error(fmt::format("--only: there is no auditor `{}`{}; there are: {}", id,
                                           did_you_mean(id, ids), fmt::join(ids, ", ")));
    }
    if (std::find(selected.begin(), selected.end(), auditor) == selected.end()) {
      selected.push_back(auditor);
    }
  }
  return selected;
}

std::vector<Subject> selected_subjects(std::vector<Subject> all,
                                       const std::vector<std::string>& models) {
  if (models.empty()) return all;
  const std::vector<std::string> slugs = slugs_of(all);
  for (const std::string& slug : models) {
    if (std::find(slugs.begin(), slugs.end(), slug) == slugs.end()) {
      throw std::runtime_error(fmt::format("--model: the catalog has no readable entry `{}`{}",
                                           slug, did_you_mean(slug, slugs)));
    }
  }
  std::erase_if(all, [&](const Subject& subject) {
    return std::find(models.begin(), models.end(), subject.slug) == models.end();
  });
  return all;
}

std::set<Verdict> fail_verdicts(const std::vector<std::string>& ids) {
  std::set<Verdict> verdict_set;
  for (const std::string& id : ids) {
    const auto verdict = parse_verdict(id);
    if (!verdict) {
      std::vector<std::string> known;
      for (const VerdictInfo& info : verdicts()) known.emplace_back(info.id);
      throw std::runtime_error(fmt::format("--fail-on: there is no verdict `{}`{}; there are: {}",
                                           id, did_you_mean(id, known), fmt::join(known, ", ")));
    }
    verdict_set.insert(*verdict);
  }
  return verdict_set;
}

// Where the answers come from.
struct Answers {
  Origin origin;
  std::string banner;  ///< said in the first and the last line; empty for live answers
  std::vector<Evidence> recorded;
  std::string recorded_at;
  bool replay = false;
  bool past = false;  ///< replay of an earlier run of this database
};

Answers answers(const AuditArguments& arguments, const db::Store& store, bool offline) {
  Answers result;
  if (arguments.replay.empty()) {
    if (offline) {
      result.origin.kind = Origin::Kind::offline;
      result.banner = "offline: judged from stored evidence only, nothing was fetched";
    }
    return result;
  }
  result.replay = true;
  std::int64_t run = 0;
  const char* end = arguments.replay.data() + arguments.replay.size();
  const auto [rest, error] = std::from_chars(arguments.replay.data(), end, run);
  if (error == std::errc{} && rest == end) {
    const std::optional<db::Run> earlier = store.run(run);
    if (!earlier) {
      throw std::runtime_error(
          fmt::format("--replay: {} has no run {}; `assay runs` lists them", arguments.db, run));
    }
    result.origin = {.kind = Origin::Kind::replay, .run = run};
    result.banner =
        fmt::format("replay: evidence of run {} judged again, nothing was fetched", run);
    result.past = true;
    result.recorded = store.evidence_of(run);
    result.recorded_at = earlier->started_at;
    return result;
  }
  const std::string bytes = read_file(arguments.replay);
  Recording recording =
      is_warc(bytes) ? read_warc(arguments.replay, bytes) : read_recording(arguments.replay, bytes);
  result.origin = recording.origin;
  result.origin.file = arguments.replay;
  result.banner =
      recording.origin.kind == Origin::Kind::constructed
          ? fmt::format("recorded answers: {}, constructed from public figures of {}, not live",
                        arguments.replay, recording.origin.date)
          : fmt::format("recorded answers: {}, captured on {}, not live", arguments.replay,
                        recording.origin.date);
  result.recorded = std::move(recording.exchanges);
  result.recorded_at = recording.origin.date + "T00:00:00.000Z";
  return result;
}

// Deviations that are accepted: the named file, or acknowledged.yaml beside the catalog.
std::vector<Acknowledgement> acknowledgements(const AuditArguments& arguments) {
  std::string path = arguments.acknowledged;
  if (path.empty()) {
    path = (std::filesystem::path(arguments.catalog).parent_path() / "acknowledged.yaml").string();
    if (!std::filesystem::exists(path)) return {};
  }
  return read_acknowledgements(path, read_file(path));
}

// A replay asks whatever its recording answers, whether or not a key is at hand today.
void take_recorded_sources(Config& config, const std::vector<Evidence>& recorded) {
  for (auto& [id, source] : config.sources) {
    if (!source.traits.needs_credential) continue;
    source.has_credential =
        std::any_of(recorded.begin(), recorded.end(),
                    [&](const Evidence& evidence) { return evidence.source == source.id; });
  }
}

// One line on a terminal, rewritten as entries are judged.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total), shown_(is_terminal(STDERR_FILENO)) {}
  void step(std::uint64_t requests) {
    ++done_;
    if (shown_) fmt::print(stderr, "\r{}/{} entries judged, {} requests", done_, total_, requests);
  }
  ~Progress() {
    if (shown_ && done_ > 0) fmt::print(stderr, "\r\x1b[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  bool shown_;
};

std::string rendered(const std::string& format, const AuditReport& report,
                     const CatalogPlaces& places) {
  if (format == "json") return render_audit_json(report);
  if (format == "sarif") return render_audit_sarif(report, places);
  if (format == "github") return render_audit_github(report, places);
  if (format == "markdown") return render_audit_markdown(report);
  return render_audit_human(report, wants_colour(STDOUT_FILENO));
}

void log_end(const Log& log, const AuditReport& report) {
  Log::Fields counts = Log::Fields::object();
  for (const VerdictInfo& info : verdicts()) counts[info.id] = report.count(info.verdict);
  log.info(
      fmt::format("run {}: {}, {} requests sent", report.run, report.status, report.requests.sent),
      {{"run", report.run},
       {"status", report.status},
       {"summary", std::move(counts)},
       {"requests",
        {{"sent", report.requests.sent},
         {"not_modified", report.requests.not_modified},
         {"retried", report.requests.retried},
         {"bytes", report.requests.bytes}}}});
}

}  // namespace

int audit(const AuditArguments& arguments) {
  const std::set<Verdict> fail_on = fail_verdicts(arguments.fail_on);
  const std::vector<const Auditor*> chosen = selected_auditors(arguments.only);
  Config config = configuration(arguments.config);
  config.offline = config.offline || arguments.offline;
  config.only_due = arguments.max_age == "due";
  const std::chrono::milliseconds max_age =
      config.only_due ? std::chrono::seconds{0} : duration("--max-age", arguments.max_age);

  const Source source(arguments.catalog, read_file(arguments.catalog));
  const Document document(source);
  const Schema schema(embedded_schema_file("catalog.schema.json"));
  const Log log(arguments.log_format);
  const FileReport checked = assay::validate(
      document, schema, load_vocabulary(),
      {.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()),
       .max_price_age_days = config.price_max_age_days});
  if (const Tally found = tally({checked}); found.errors > 0) {
    log.warning(
        fmt::format("{}: {} errors; what can be read is audited, entries that cannot are left out. "
                    "`assay validate {}` shows them",
                    arguments.catalog, found.errors, arguments.catalog));
  }
  const std::vector<Subject> all = subjects(document);
  if (all.empty()) {
    throw std::runtime_error(arguments.catalog + ": no entry can be read; `assay validate " +
                             arguments.catalog + "` says why");
  }
  const std::vector<Subject> chosen_subjects = selected_subjects(all, arguments.models);

  const std::vector<Acknowledgement> accepted = acknowledgements(arguments);
  db::Store store(arguments.db, db::Access::read_write);
  const Answers from = answers(arguments, store, config.offline);
  if (from.replay) take_recorded_sources(config, from.recorded);
  const bool human = arguments.format == "human";
  // Results are for standard output; where they are for programs, the statement goes beside them.
  if (!from.banner.empty()) fmt::print(human ? stdout : stderr, "{}\n", from.banner);

  db::Run run;
  run.started_at = format_time(now_milliseconds());
  run.origin = to_text(from.origin);
  run.catalog_path = arguments.catalog;
  run.catalog_sha256 = sha256_hex(source.bytes());
  run.catalog_commit = git_commit_of(arguments.catalog);
  run.version = version();
  std::vector<std::string> auditor_ids;
  for (const Auditor* auditor : chosen) auditor_ids.emplace_back(auditor->id);
  run.auditors = auditor_ids;
  run.id = store.begin_run(run);
  log.info(fmt::format("run {}: {} entries, {}", run.id, chosen_subjects.size(),
                       fmt::join(auditor_ids, ", ")),
           {{"run", run.id}, {"entries", chosen_subjects.size()}, {"auditors", auditor_ids}});
  // Labels that nobody covers are part of what a run judged.
  std::vector<std::string> judged_by = auditor_ids;
  judged_by.emplace_back();

  const Environment environment = process_environment();
  const Recall recall = [&store](const std::string& url) { return store.newest_evidence(url); };
  Fetcher fetcher(config, environment, recall,
                  {.user_agent = user_agent(),
                   .jitter_seed = static_cast<std::uint64_t>(now_milliseconds()),
                   .ca_file = environment("SSL_CERT_FILE").value_or("")});

  AuditReport report;
  std::map<std::string, std::vector<Finding>> by_slug;
  Progress progress(chosen_subjects.size());
  // A recording has no turns; the present has what earlier runs had no time for.
  const std::vector<Subject> in_turn =
      from.replay ? chosen_subjects
                  : in_fair_order(chosen_subjects, chosen, config, now_milliseconds(),
                                  [&](const std::string& url) { return store.attempts(url); });
  std::vector<Unread> not_read;  // of the entry that is judged
  AuditPlan plan{
      .subjects = in_turn,
      .auditors = chosen,
      .config = &config,
      .transport =
          from.replay
              ? replay(from.recorded, from.recorded_at)
              : stored_first(
                    recall, fetcher.transport(),
                    {.now = now_milliseconds(), .max_age = max_age, .offline = config.offline}),
      .on_evidence =
          [&](const Evidence& evidence) {
            store.note_requests(fetcher.counts());
            store.add_evidence(run.id, evidence);
          },
      .on_unread = [&](const Subject&, const Unread& one) { not_read.push_back(one); },
      .on_findings =
          [&](const Subject& subject, const std::vector<Finding>& findings) {
            // What an old run saw says nothing of today: its replay is shown, not made current.
            if (!from.past) store.add_findings(run.id, subject.slug, findings, judged_by, not_read);
            not_read.clear();
            by_slug[subject.slug] = findings;
            progress.step(fetcher.counts().sent);
          },
      .last_good = [&](const Evidence& evidence) { return store.last_document(evidence); },
      .offer_history = [&](const Subject& subject) { return store.offer_history(subject.slug); },
      .on_offers =
          [&](const OfferDocument& list) {
            if (!from.past) store.add_offers(run.id, *list.evidence, list.offers, list.whole);
          },
      .on_joined =
          [&](const Subject& subject, std::span<const Offer* const> offers) {
            if (!from.past && !offers.empty()) store.add_joined(run.id, subject.slug, offers);
          }};
  OfferTally offers;
  offers.listen(plan);
  assay::audit(plan);
  // Entries that the catalog no longer has have no current findings. In a catalog that could not be
  // read as a whole nothing counts as gone.
  if (!document.incomplete() && !from.past) store.close_other_entries(run.id, slugs_of(all));
  store.finish_run(run.id, fetcher.counts());

  report.run = run.id;
  report.status = "complete";
  report.started_at = run.started_at;
  report.finished_at = format_time(now_milliseconds());
  report.catalog_sha256 = run.catalog_sha256;
  report.origin = from.origin;
  report.entries = chosen_subjects.size();
  report.requests = fetcher.counts();
  for (const Subject& subject : chosen_subjects) {
    const std::vector<Finding>& findings = by_slug[subject.slug];
    report.findings.insert(report.findings.end(), findings.begin(), findings.end());
  }
  log_end(log, report);
  report.offers = offers.counts();
  report.acknowledged = acknowledge(report.findings, accepted, slugs_of(chosen_subjects),
                                    report.started_at.substr(0, 10));
  const std::string text =
      rendered(arguments.format, report,
               {source, chosen_subjects, std::filesystem::current_path().string()});
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (human) fmt::print("stored as run {} in {}\n", run.id, arguments.db);
  if (!from.banner.empty()) fmt::print(human ? stdout : stderr, "{}\n", from.banner);

  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const bool silenced = report.acknowledged.findings.count(i) != 0;
    if (fail_on.count(report.findings[i].verdict) != 0 && !silenced) return kFindings;
  }
  const bool unread =
      report.count(Verdict::source_unreachable) > 0 || report.count(Verdict::verifier_unable) > 0;
  return unread ? kUnreachable : kClean;
}

int probe(const std::string& config_path, const std::vector<std::string>& only) {
  const Config config = configuration(config_path);
  for (const std::string& id : only) {
    if (config.source(id) == nullptr) {
      throw std::runtime_error("there is no source `" + id + "` in the configuration");
    }
  }
  const Environment environment = process_environment();
  Config quick = config;
  quick.time_budget = std::chrono::seconds(10);
  Fetcher fetcher(quick, environment, {},
                  {.user_agent = user_agent(),
                   .connect_timeout = std::chrono::seconds(3),
                   .backoff_base = std::chrono::milliseconds(50),
                   .ca_file = environment("SSL_CERT_FILE").value_or("")});
  bool any = false;
  for (const auto& [id, source] : config.sources) {
    const bool asked = only.empty() || std::find(only.begin(), only.end(), id) != only.end();
    if (!asked || !source.enabled) continue;
    const std::string name = id;
    fetcher.submit({.source = id, .url = source.url}, [&any, name](const Evidence& evidence) {
      const bool answered =
          evidence.outcome == Outcome::response || evidence.outcome == Outcome::too_large;
      any = any || answered;
      fmt::print(
          "{:<20} {}\n", name,
          answered ? fmt::format("answers ({})", evidence.status) : printable(evidence.error));
    });
  }
  fetcher.drain();
  return any ? kClean : kUnreachable;
}

}  // namespace assay::cli
