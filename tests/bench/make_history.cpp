// A database as nightly audits leave it: `make_history CATALOG DATABASE NIGHTS`. Verdicts are
// constructed; one label in a thousand becomes another each time it is judged. Prices are judged
// every night, quantizations every seventh, all else every thirtieth, as `--max-age due` does.

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "auditors/claim.h"
#include "db/store.h"
#include "validator/document.h"
#include "validator/text/dates.h"

namespace {

using namespace assay;

constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;

struct Schedule {
  std::string auditor;
  std::string label;  ///< how its labels begin; empty: those of no other
  int every;          ///< nights
};
const Schedule kSchedules[]{
    {"prices", "cost", 1}, {"quantizations", "quantizations_available.", 7}, {"specs", "", 30}};

const Schedule& schedule_of(const std::string& label) {
  for (const Schedule& schedule : kSchedules) {
    if (label.starts_with(schedule.label)) return schedule;
  }
  std::abort();  // the last one takes every label
}

// The same on every machine.
std::uint64_t mixed(std::uint64_t seed) {
  seed += 0x9e3779b97f4a7c15;
  seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
  seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
  return seed ^ (seed >> 31);
}

// Four labels of five are supported; each changes its mind once in a thousand judgements.
Verdict verdict_of(const std::string& name, int judgements) {
  std::uint64_t seed = 0;
  for (const char c : name) seed = mixed(seed ^ static_cast<unsigned char>(c));
  int epoch = 0;
  for (int i = 0; i < judgements; ++i) epoch += mixed(seed + static_cast<unsigned>(i)) % 1000 == 0;
  constexpr Verdict kOthers[]{Verdict::contradicted, Verdict::outdated, Verdict::unsupported,
                              Verdict::disputed};
  const std::uint64_t choice = mixed(seed ^ static_cast<unsigned>(epoch)) % 20;
  return choice < 16 ? Verdict::supported : kOthers[choice - 16];
}

Evidence listing(const Subject& subject, const Schedule& schedule, std::int64_t at) {
  Evidence evidence;
  evidence.source = "huggingface";
  evidence.url = fmt::format("https://hub.example/{}/{}", subject.slug, schedule.auditor);
  evidence.final_url = evidence.url;
  evidence.fetched_at = format_time(at);
  evidence.status = 200;
  evidence.headers = {{"content-type", "application/json"}, {"etag", "\"1\""}};
  evidence.body = fmt::format(R"({{"constructed":"{} {}"}})", subject.slug, schedule.auditor);
  seal(evidence);
  return evidence;
}

void judge(db::Store& store, std::int64_t run, const Subject& subject, const Schedule& schedule,
           int night, std::int64_t at) {
  const Evidence evidence = listing(subject, schedule, at);
  std::vector<Finding> findings;
  for (const Claim& claim : subject.claims) {
    if (&schedule_of(claim.label) != &schedule) continue;
    Finding finding;
    finding.slug = subject.slug;
    finding.label = claim.label;
    finding.auditor = schedule.auditor;
    finding.claimed = claimed_json(claim);
    finding.verdict = verdict_of(subject.slug + claim.label, night / schedule.every);
    if (finding.verdict == Verdict::supported) finding.observed = finding.claimed;
    finding.reason = "constructed for a benchmark";
    finding.observations = {
        {evidence.source, finding.observed, evidence.url, evidence.fetched_at, evidence.id}};
    findings.push_back(std::move(finding));
  }
  if (findings.empty()) return;
  store.add_evidence(run, evidence);
  store.add_findings(run, subject.slug, findings, {schedule.auditor});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: make_history CATALOG DATABASE NIGHTS\n";
    return 2;
  }
  try {
    std::ifstream file(arguments[1], std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const Source source(arguments[1], text);
    const Document document(source);
    const std::vector<Subject> catalog = subjects(document);
    const int nights = std::stoi(arguments[3]);
    std::int64_t now = parse_time("2025-11-28T03:00:00Z");
    db::Store store(arguments[2], db::Access::read_write, [&now] { return now; });
    for (int night = 0; night < nights; ++night, now += kDay) {
      db::Run run;
      run.started_at = format_time(now);
      run.origin = {.kind = Origin::Kind::constructed,
                    .note = "recording: a constructed year for a benchmark"};
      run.catalog_path = arguments[1];
      run.version = "benchmark";
      for (const Schedule& schedule : kSchedules) {
        if (night % schedule.every == 0) run.auditors.push_back(schedule.auditor);
      }
      const std::int64_t id = store.begin_run(run);
      for (const Subject& subject : catalog) {
        for (const Schedule& schedule : kSchedules) {
          if (night % schedule.every == 0) judge(store, id, subject, schedule, night, now);
        }
      }
      store.finish_run(id, {});
    }
    std::cout << fmt::format("{} entries, {} nights\n", catalog.size(), nights);
  } catch (const std::exception& error) {
    std::cerr << "make_history: " << error.what() << '\n';
    return 2;
  }
}
