#include "cli/audit_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "auditors/audit.h"
#include "auditors/audit_order.h"
#include "auditors/evidence/digest.h"
#include "auditors/evidence/recording.h"
#include "auditors/evidence/stored_transport.h"
#include "auditors/evidence/warc.h"
#include "auditors/fetch/fetcher.h"
#include "auditors/report/offer_tally.h"
#include "cli/environment.h"
#include "cli/git.h"
#include "schema/embedded.h"
#include "validator/file.h"
#include "validator/text/dates.h"
#include "validator/text/spelling.h"
#include "validator/validate.h"

namespace assay::cli {
namespace {

using FindingsBySlug = std::map<std::string, std::vector<Finding>>;

std::vector<std::string> slugs_of(const std::vector<Subject>& subjects) {
  std::vector<std::string> slugs;
  for (const Subject& subject : subjects) slugs.push_back(subject.slug);
  return slugs;
}

std::vector<std::string> ids_of(const std::vector<const Auditor*>& auditors) {
  std::vector<std::string> ids;
  for (const Auditor* auditor : auditors) ids.emplace_back(auditor->id);
  return ids;
}

void warn_of_mistakes(const Document& document, const AuditRequest& request, const Log& log) {
  const Schema schema(embedded_schema_file("catalog.schema.json"));
  const FileReport checked =
      validate(document, schema, load_vocabulary(),
               {.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()),
                .max_price_age_days = request.config.price_max_age_days});
  const Tally found = tally({checked});
  if (found.errors == 0) return;
  log.warning(
      fmt::format("{}: {} errors; entries that can be read are audited, the others are not. "
                  "`assay validate {}` shows the errors",
                  request.catalog, found.errors, request.catalog));
}

std::vector<Subject> readable_subjects(const Document& document, const AuditRequest& request,
                                       const Log& log) {
  warn_of_mistakes(document, request, log);
  std::vector<Subject> all = subjects(document);
  if (all.empty()) {
    throw std::runtime_error(fmt::format("{}: no entry can be read; `assay validate {}` says why",
                                         request.catalog, request.catalog));
  }
  return all;
}

std::vector<Subject> selected(std::vector<Subject> all, const std::vector<std::string>& models) {
  if (models.empty()) return all;
  const std::vector<std::string> slugs = slugs_of(all);
  for (const std::string& slug : models) {
    if (std::find(slugs.begin(), slugs.end(), slug) != slugs.end()) continue;
    const auto nearest = nearest_word(slug, slugs);
    throw std::runtime_error(
        fmt::format("--model: the catalog has no readable entry `{}`{}", slug,
                    nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
  }
  std::erase_if(all, [&](const Subject& subject) {
    return std::find(models.begin(), models.end(), subject.slug) == models.end();
  });
  return all;
}

std::vector<Acknowledgement> accepted_deviations(const AuditRequest& request) {
  std::string path = request.acknowledged;
  if (path.empty()) {
    path = (std::filesystem::path(request.catalog).parent_path() / "acknowledged.yaml").string();
    if (!std::filesystem::exists(path)) return {};
  }
  return read_acknowledgements(path, read_file(path));
}

std::optional<std::int64_t> run_id(const std::string& text) {
  std::int64_t run = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, run);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return run;
}

Recording recording_at(const std::string& path) {
  const std::string bytes = read_file(path);
  Recording recording = is_warc(bytes) ? read_warc(path, bytes) : read_recording(path, bytes);
  recording.origin.file = path;
  return recording;
}

// A replay asks every source that its recording answers for, whether or not its key is set today.
void take_recorded_sources(Config& config, const std::vector<Evidence>& recorded) {
  for (auto& [id, source] : config.sources) {
    if (!source.traits.needs_credential) continue;
    source.has_credential =
        std::any_of(recorded.begin(), recorded.end(),
                    [&](const Evidence& evidence) { return evidence.source == source.id; });
  }
}

// Stores evidence, findings and offers as they arrive, and collects the findings.
class Recorder {
 public:
  /// With `evidence_only`, findings and offers are not stored.
  Recorder(db::Store& store, std::int64_t run, std::vector<std::string> auditors,
           bool evidence_only)
      : store_(store), run_(run), judges_(std::move(auditors)), evidence_only_(evidence_only) {
    judges_.emplace_back();  // unaudited labels are part of what a run judged
  }

  /// Sets the plan's callbacks. Must outlive the audit, as must `spent`, which is read as it grows.
  void listen(AuditPlan& plan, const RequestCounts& spent, const AuditRun::Progress& progress) {
    plan.on_evidence = [this, &spent](const Evidence& seen) {
      store_.note_requests(spent);
      store_.add_evidence(run_, seen);
    };
    plan.on_unread = [this](const Subject&, const Unread& unread) { unread_.push_back(unread); };
    plan.on_findings = [this, &spent, progress](const Subject& subject,
                                                const std::vector<Finding>& findings) {
      keep(subject.slug, findings);
      if (progress) progress(spent.sent);
    };
    plan.last_good = [this](const Evidence& seen) { return store_.last_document(seen); };
    plan.offer_history = [this](const Subject& one) { return store_.offer_history(one.slug); };
    if (evidence_only_) return;
    plan.on_offers = [this](const OfferDocument& list) {
      store_.add_offers(run_, *list.evidence, list.offers, list.whole);
    };
    plan.on_joined = [this](const Subject& subject, std::span<const Offer* const> offers) {
      if (!offers.empty()) store_.add_joined(run_, subject.slug, offers);
    };
  }
  /// The findings on these subjects, in their order.
  std::vector<Finding> findings_of(const std::vector<Subject>& subjects) const {
    std::vector<Finding> findings;
    for (const Subject& subject : subjects) {
      const auto found = findings_.find(subject.slug);
      if (found == findings_.end()) continue;
      findings.insert(findings.end(), found->second.begin(), found->second.end());
    }
    return findings;
  }

 private:
  void keep(const std::string& slug, const std::vector<Finding>& findings) {
    if (!evidence_only_) store_.add_findings(run_, slug, findings, judges_, unread_);
    unread_.clear();
    findings_[slug] = findings;
  }

  db::Store& store_;
  std::int64_t run_;
  std::vector<std::string> judges_;
  bool evidence_only_;
  std::vector<Unread> unread_;  // of the entry that is judged next
  FindingsBySlug findings_;
};

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

AuditRun::AuditRun(AuditRequest request, Environment environment, Log log)
    : request_(std::move(request)),
      environment_(std::move(environment)),
      log_(log),
      source_(request_.catalog, read_file(request_.catalog)),
      document_(source_),
      all_(readable_subjects(document_, request_, log_)),
      subjects_(selected(all_, request_.models)),
      accepted_(accepted_deviations(request_)),
      store_(request_.db, db::Access::read_write),
      answers_(find_answers()) {
  if (answers_.replay()) take_recorded_sources(request_.config, answers_.recorded);
}

AuditRun::Answers AuditRun::find_answers() const {
  if (request_.replay.empty()) {
    return {{.kind = request_.config.offline ? Origin::Kind::offline : Origin::Kind::live}};
  }
  if (const std::optional<std::int64_t> id = run_id(request_.replay)) {
    const std::optional<db::Run> earlier = store_.run(*id);
    if (!earlier) {
      throw std::runtime_error(
          fmt::format("--replay: {} has no run {}; `assay runs` lists them", request_.db, *id));
    }
    return {
        {.kind = Origin::Kind::replay, .run = *id}, store_.evidence_of(*id), earlier->started_at};
  }
  Recording recording = recording_at(request_.replay);
  std::string date = recording.origin.date;
  return {std::move(recording.origin), std::move(recording.exchanges), date + "T00:00:00.000Z"};
}

std::int64_t AuditRun::begin(const std::string& started_at) {
  db::Run run;
  run.started_at = started_at;
  run.origin = answers_.origin;
  run.catalog_path = request_.catalog;
  run.catalog_sha256 = sha256_hex(source_.bytes());
  run.catalog_commit = git_commit_of(request_.catalog);
  run.version = version();
  run.auditors = ids_of(request_.auditors);
  run.id = store_.begin_run(run);
  log_.info(fmt::format("run {}: {} entries, {}", run.id, subjects_.size(),
                        fmt::join(run.auditors, ", ")),
            {{"run", run.id}, {"entries", subjects_.size()}, {"auditors", run.auditors}});
  return run.id;
}

// Entries that earlier runs had no time for come first; in a replay, all have their answers.
std::vector<Subject> AuditRun::in_turn() const {
  if (answers_.replay()) return subjects_;
  return in_fair_order(subjects_, request_.auditors, request_.config, unix_milliseconds(),
                       [this](const std::string& url) { return store_.attempts(url); });
}

Recall AuditRun::recall() const {
  return [this](const std::string& url) { return store_.newest_evidence(url); };
}

Transport AuditRun::transport(Transport network) const {
  if (answers_.replay()) return assay::replay(answers_.recorded, answers_.recorded_at);
  return stored_first(recall(), std::move(network),
                      {.now = unix_milliseconds(),
                       .max_age = request_.max_age,
                       .offline = request_.config.offline});
}

AuditReport AuditRun::execute(const Progress& progress) {
  AuditReport report;
  report.started_at = format_time(unix_milliseconds());
  report.run = begin(report.started_at);
  Fetcher fetcher(request_.config, environment_, recall(),
                  {.user_agent = user_agent(),
                   .jitter_seed = static_cast<std::uint64_t>(unix_milliseconds()),
                   .ca_file = environment_("SSL_CERT_FILE").value_or("")});
  const std::vector<Subject> order = in_turn();
  AuditPlan plan{.subjects = order,
                 .auditors = request_.auditors,
                 .config = &request_.config,
                 .transport = transport(fetcher.transport())};
  Recorder recorder(store_, report.run, ids_of(request_.auditors), answers_.past());
  recorder.listen(plan, fetcher.counts(), progress);
  OfferTally offers;
  offers.listen(plan);
  audit(plan);
  // Entries that the catalog no longer has lose their current findings. When the catalog could not
  // be read as a whole, none counts as gone.
  if (!document_.incomplete() && !answers_.past()) {
    store_.close_other_entries(report.run, slugs_of(all_));
  }
  store_.finish_run(report.run, fetcher.counts());

  report.status = "complete";
  report.finished_at = format_time(unix_milliseconds());
  report.catalog_sha256 = sha256_hex(source_.bytes());
  report.origin = answers_.origin;
  report.entries = subjects_.size();
  report.requests = fetcher.counts();
  report.findings = recorder.findings_of(subjects_);
  report.offers = offers.counts();
  report.acknowledged =
      acknowledge(report.findings, accepted_, slugs_of(subjects_), report.started_at.substr(0, 10));
  log_end(log_, report);
  return report;
}

}  // namespace assay::cli
