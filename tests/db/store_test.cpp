#include "db/store.h"

#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::Evidence;
using assay::Finding;
using assay::Verdict;
using assay::db::Access;
using assay::db::Period;
using assay::db::Run;
using assay::db::Store;
using samples::evidence;
using samples::finding;
using samples::observation;

namespace {

constexpr const char* kUrl = "https://hub.example/api/models?x";
constexpr const char* kFirst = "2026-11-23T03:00:01.234Z";
constexpr const char* kSecond = "2026-11-24T03:00:01.000Z";

// One run with one finding of "m"; returns its id.
std::int64_t audit(Store& store, const Finding& found, const std::vector<Evidence>& used = {}) {
  const std::int64_t run = store.begin_run(samples::run());
  for (const Evidence& each : used) store.add_evidence(run, each);
  store.add_findings(run, found.slug, {found}, {"quantizations", ""});
  store.finish_run(run, {});
  return run;
}

}  // namespace

TEST_CASE("a run that dies tells what it had spent") {
  const TempDir dir;
  std::int64_t id = 0;
  {
    Store store(dir.file("a.db"), Access::read_write);
    id = store.begin_run(samples::run());
    store.note_requests({7, 2, 1, 900});
    store.add_evidence(id, evidence(kUrl, "[]", kFirst));
  }
  const Store reader(dir.file("a.db"), Access::read_only);
  CHECK(reader.run(id)->status == "interrupted");
  CHECK(reader.run(id)->requests.sent == 7);
  CHECK(reader.run(id)->requests.not_modified == 2);
  CHECK(reader.run(id)->requests.retried == 1);
  CHECK(reader.run(id)->requests.bytes == 900);
}

TEST_CASE("attempts are counted from the newest back to the last good answer") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  CHECK(store.attempts(kUrl).last == 0);
  const std::int64_t id = store.begin_run(samples::run());
  const auto add = [&](const std::string& time, int status, assay::Outcome outcome) {
    Evidence one = evidence(kUrl, "", time, status);
    one.outcome = outcome;
    assay::seal(one);
    store.add_evidence(id, one);
  };
  using assay::Outcome;
  add("2026-11-20T00:00:00.000Z", 503, Outcome::response);
  add("2026-11-21T00:00:00.000Z", 304, Outcome::response);
  CHECK(store.attempts(kUrl).failures == 0);
  add("2026-11-22T00:00:00.000Z", 503, Outcome::response);
  add("2026-11-23T00:00:00.000Z", 0, Outcome::timeout);
  add("2026-11-24T00:00:00.000Z", 0, Outcome::budget_spent);
  CHECK(store.attempts(kUrl).failures == 2);
  CHECK(store.attempts(kUrl).last == assay::parse_time("2026-11-23T00:00:00.000Z"));
}

TEST_CASE("a run comes back as it was stored") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t id = store.begin_run(samples::run("recording: x (constructed)"));
  CHECK(store.run(id)->status == "running");
  CHECK(store.run(id)->finished_at.empty());
  store.add_findings(id, "m", {finding("m", "a", Verdict::supported)}, {"quantizations"});
  store.finish_run(id, {12, 3, 1, 4567});

  const std::optional<Run> run = store.run(id);
  REQUIRE(run);
  CHECK(run->status == "complete");
  CHECK(run->started_at == "2026-11-23T03:00:00.000Z");
  CHECK(run->finished_at >= run->started_at);
  CHECK(to_text(run->origin) == "recording: x (constructed)");
  CHECK(run->catalog_path == "data/models.yaml");
  CHECK(run->catalog_sha256 == std::string(64, 'a'));
  CHECK(run->catalog_commit == "306c186");
  CHECK(run->version == "0.1.0");
  CHECK(run->auditors == std::vector<std::string>{"quantizations"});
  CHECK(run->requests.sent == 12);
  CHECK(run->requests.not_modified == 3);
  CHECK(run->requests.retried == 1);
  CHECK(run->requests.bytes == 4567);
  REQUIRE(run->verdicts.size() == assay::verdicts().size());
  CHECK(run->verdicts[0] == std::pair<std::string, std::uint64_t>("supported", 1));
  CHECK(run->verdicts[1] == std::pair<std::string, std::uint64_t>("contradicted", 0));
  CHECK_FALSE(store.run(id + 1));
}

TEST_CASE("runs are listed newest first and in pages") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  for (int i = 0; i < 5; ++i) store.finish_run(store.begin_run(samples::run()), {});
  const std::vector<Run> first = store.runs(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].id == 5);
  CHECK(first[1].id == 4);
  const std::vector<Run> rest = store.runs(10, first[1].id);
  REQUIRE(rest.size() == 3);
  CHECK(rest[0].id == 3);
}

TEST_CASE("evidence comes back with its body by either digest") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  const Evidence stored = evidence(kUrl, std::string(100'000, 'x'), kFirst);
  store.add_evidence(run, stored);
  store.add_evidence(run, stored);

  const auto record = store.evidence(stored.id);
  REQUIRE(record);
  CHECK(record->evidence.body.empty());
  CHECK(record->body_size == 100'000);
  CHECK(record->runs == std::vector<std::int64_t>{run});
  CHECK(record->evidence.headers == stored.headers);
  CHECK(record->evidence.fetched_at == kFirst);
  CHECK(store.body(stored.id) == stored.body);
  CHECK(store.body(stored.body_sha256) == stored.body);
  CHECK_FALSE(store.body(std::string(64, '0')));
  CHECK_FALSE(store.evidence("../../etc/passwd"));
  CHECK_FALSE(store.body(""));
  REQUIRE(store.evidence_of(run).size() == 1);
  CHECK(store.evidence_of(run)[0].body == stored.body);
  CHECK(store.evidence_of(run + 1).empty());
}

TEST_CASE("the newest usable answer is never a failure") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  CHECK_FALSE(store.newest_evidence(kUrl));
  store.add_evidence(run, evidence(kUrl, "one", kFirst));
  Evidence cut = evidence(kUrl, "on", "2026-11-25T03:00:01.000Z");
  cut.outcome = assay::Outcome::truncated;
  seal(cut);
  store.add_evidence(run, cut);
  store.add_evidence(run, evidence(kUrl, "busy", "2026-11-26T03:00:01.000Z", 503));
  CHECK(store.newest_evidence(kUrl)->body == "one");
  store.add_evidence(run, evidence(kUrl, "one", kSecond, 304));
  CHECK(store.newest_evidence(kUrl)->status == 304);
  CHECK(store.newest_evidence(kUrl)->body == "one");
}

TEST_CASE("evidence whose body is not what its digest says is refused") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  Evidence forged = evidence(kUrl, "true", kFirst);
  forged.body = "false";
  CHECK_THROWS_AS(store.add_evidence(run, forged), assay::db::Error);
  Evidence unsealed = evidence(kUrl, "true", kFirst);
  unsealed.id.clear();
  CHECK_THROWS_AS(store.add_evidence(run, unsealed), assay::db::Error);
  CHECK(store.evidence_of(run).empty());
}

TEST_CASE("an unchanged finding extends its period and takes the newest evidence") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const Evidence one = evidence(kUrl, "one", kFirst);
  const Evidence two = evidence(kUrl, "one", kSecond, 304);
  const std::int64_t first =
      audit(store, finding("m", "q.gguf", Verdict::supported, {observation(one, "gguf")}), {one});
  Finding again = finding("m", "q.gguf", Verdict::supported, {observation(two, "gguf")});
  again.reason = "two repositories hold such weights";
  const std::int64_t second = audit(store, again, {two});

  const std::vector<Period> current = store.findings({});
  REQUIRE(current.size() == 1);
  CHECK(current[0].open);
  CHECK(current[0].first_run == first);
  CHECK(current[0].last_run == second);
  CHECK(current[0].since > store.run(first)->started_at);
  CHECK(current[0].confirmed_at == kSecond);
  CHECK(current[0].finding == again);
}

TEST_CASE("a changed verdict closes the period at the last run that confirmed it") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t first = audit(store, finding("m", "q.gguf", Verdict::supported));
  const std::int64_t second = audit(store, finding("m", "q.gguf", Verdict::supported));
  const std::int64_t third = audit(store, finding("m", "q.gguf", Verdict::contradicted));

  const std::vector<Period> history = store.history("m", "");
  REQUIRE(history.size() == 2);
  CHECK(history[0].finding.verdict == Verdict::contradicted);
  CHECK(history[0].first_run == third);
  CHECK(history[0].open);
  CHECK(history[1].finding.verdict == Verdict::supported);
  CHECK(history[1].first_run == first);
  CHECK(history[1].last_run == second);
  CHECK_FALSE(history[1].open);
  CHECK(store.findings({}).size() == 1);
}

TEST_CASE("a label that is gone has no current finding but keeps its history") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  audit(store, finding("m", "q.gguf", Verdict::supported));
  audit(store, finding("m", "q.awq", Verdict::supported));
  REQUIRE(store.findings({}).size() == 1);
  CHECK(store.findings({})[0].finding.label == "q.awq");
  CHECK(store.history("m", "").size() == 2);
}

TEST_CASE("an auditor that did not run keeps what it found") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  audit(store, finding("m", "q.gguf", Verdict::supported));
  const std::int64_t run = store.begin_run(samples::run());
  store.add_findings(run, "m", {finding("m", "q.gguf", Verdict::unaudited)}, {"prices", ""});
  store.finish_run(run, {});
  REQUIRE(store.findings({}).size() == 1);
  CHECK(store.findings({})[0].finding.verdict == Verdict::supported);
  CHECK(store.findings({})[0].last_run == 1);
}

TEST_CASE("a label that gets an auditor is unaudited no more") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  audit(store, finding("m", "q.gguf", Verdict::unaudited));
  const std::int64_t run = store.begin_run(samples::run());
  store.add_findings(run, "m", {finding("m", "q.gguf", Verdict::supported)}, {"quantizations"});
  REQUIRE(store.findings({}).size() == 1);
  CHECK(store.findings({})[0].finding.verdict == Verdict::supported);
}

TEST_CASE("several findings of one label are periods of their own") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  Finding a = finding("m", "cost", Verdict::unlisted);
  a.claimed = nullptr;
  a.observed = "0.10";
  Finding b = a;
  b.observed = "0.20";
  const std::vector<std::string> ran{"quantizations"};
  const std::int64_t run = store.begin_run(samples::run());
  store.add_findings(run, "m", {a, b}, ran);
  const std::int64_t next = store.begin_run(samples::run());
  store.add_findings(next, "m", {b, a, a}, ran);
  const std::vector<Period> current = store.findings({});
  REQUIRE(current.size() == 3);
  CHECK(current[0].finding.observed == "0.10");
  CHECK(current[0].first_run == run);
  CHECK(current[1].finding.observed == "0.20");
  CHECK(current[1].first_run == run);
  CHECK(current[2].first_run == next);
}

TEST_CASE("what is beyond the catalog outlives a source that fails until it is found otherwise") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const assay::Evidence list =
      samples::evidence("https://prices.example/a", "0.1", "2026-11-23T03:00:00.000Z");
  Finding offer = finding("m", "cost[A]", Verdict::unlisted, {samples::observation(list, "0.1")});
  offer.claimed = nullptr;
  offer.observed = "0.1";
  const std::vector<std::string> ran{offer.auditor};
  const std::vector<assay::Unread> failing{{offer.auditor, {list.source}, {}}};
  std::int64_t run = store.begin_run(samples::run());
  store.add_evidence(run, list);
  store.add_findings(run, "m", {offer}, ran);
  run = store.begin_run(samples::run());
  store.add_findings(run, "m", {}, ran, failing);
  REQUIRE(store.findings({}).size() == 1);
  // The price is another one by now, which a second source of the auditor states.
  offer.observed = "0.2";
  offer.observations.clear();
  run = store.begin_run(samples::run());
  store.add_findings(run, "m", {offer}, ran, failing);
  REQUIRE(store.findings({}).size() == 1);
  CHECK(store.findings({})[0].finding.observed == "0.2");
  const auto changes = store.changes({});
  REQUIRE(changes.size() == 1);
  REQUIRE((changes[0].from && changes[0].to));
  CHECK(changes[0].from->observed == "0.1");
  CHECK(changes[0].to->observed == "0.2");
}

TEST_CASE("entries that left the catalog have no current findings") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  audit(store, finding("stays", "a", Verdict::supported));
  audit(store, finding("leaves", "a", Verdict::supported));
  const std::int64_t run = store.begin_run(samples::run());
  store.close_other_entries(run, {"stays"});
  REQUIRE(store.findings({}).size() == 1);
  CHECK(store.findings({})[0].finding.slug == "stays");
  CHECK(store.history("leaves", "").size() == 1);
  REQUIRE(store.summaries().size() == 1);
}

TEST_CASE("a finding without stored evidence is refused whole") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const Evidence never = evidence(kUrl, "one", kFirst);
  const std::int64_t run = store.begin_run(samples::run());
  CHECK_THROWS_AS(
      store.add_findings(run, "m",
                         {finding("m", "a", Verdict::supported),
                          finding("m", "b", Verdict::supported, {observation(never, 1)})},
                         {"quantizations"}),
      assay::db::Error);
  CHECK(store.findings({}).empty());
  CHECK(store.run(run)->verdicts[0].second == 0);
}

TEST_CASE("nothing is added to a run that is over") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  store.finish_run(run, {});
  CHECK_THROWS_AS(store.finish_run(run, {}), assay::db::Error);
  CHECK_THROWS_AS(store.add_evidence(run, evidence(kUrl, "", kFirst)), assay::db::Error);
  CHECK_THROWS_AS(store.add_findings(run, "m", {}, {}), assay::db::Error);
  CHECK_THROWS_AS(store.add_findings(99, "m", {}, {}), assay::db::Error);
}

TEST_CASE("findings are narrowed by every filter and paged by id") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write, samples::clock_at("2026-11-23T03:00:00.000Z"));
  const std::int64_t run = store.begin_run(samples::run());
  store.add_findings(
      run, "m",
      {finding("m", "cost.vendor", Verdict::supported), finding("m", "cost", Verdict::contradicted),
       finding("m", "costs", Verdict::unaudited)},
      {});
  store.add_findings(run, "n", {finding("n", "cost\xff", Verdict::supported)}, {});
  const auto labels = [&](const assay::db::FindingFilter& filter) {
    std::vector<std::string> found;
    for (const Period& period : store.findings(filter)) found.push_back(period.finding.label);
    return found;
  };
  using Labels = std::vector<std::string>;
  assay::db::FindingFilter filter;
  filter.slug = "m";
  CHECK(labels(filter) == Labels{"cost.vendor", "cost", "costs"});
  filter.verdict = "supported";
  CHECK(labels(filter) == Labels{"cost.vendor"});
  filter = {};
  filter.label_prefix = "cost.";
  CHECK(labels(filter) == Labels{"cost.vendor"});
  filter.label_prefix = "cost\xff";
  CHECK(labels(filter) == Labels{"cost\xff"});
  filter = {};
  filter.auditor = "quantizations";
  CHECK(labels(filter) == Labels{"cost.vendor", "cost", "cost\xff"});
  filter.limit = 2;
  CHECK(labels(filter) == Labels{"cost.vendor", "cost"});
  filter.after = 2;
  CHECK(labels(filter) == Labels{"cost\xff"});
  filter = {};
  filter.since = "2026-11-23T03:00:00.001Z";
  CHECK(labels(filter).size() == 4);
  filter.since = "2026-11-23T03:00:00.002Z";
  CHECK(labels(filter).size() == 1);
  filter.since = "2026-11-23T03:00:00.003Z";
  CHECK(labels(filter).empty());
  filter.since = "yesterday";
  CHECK_THROWS_AS(labels(filter), assay::db::Error);
  filter = {};
  filter.slug = "no-such-model";
  CHECK(labels(filter).empty());
}

TEST_CASE("history narrows to a label and what is below it") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  std::vector<Finding> all;
  for (const char* label : {"cost", "cost.vendor", "cost[x].vendor", "costs", "cost-x"}) {
    all.push_back(finding("m", label, Verdict::supported));
  }
  store.add_findings(run, "m", all, {});
  CHECK(store.history("m", "").size() == 5);
  const std::vector<Period> below = store.history("m", "cost");
  REQUIRE(below.size() == 3);
  CHECK(below[0].finding.label == "cost[x].vendor");
  CHECK(below[2].finding.label == "cost");
  CHECK(store.history("m", "cost", 1, below[0].id)[0].finding.label == "cost.vendor");
  CHECK(store.history("none", "").empty());
}

TEST_CASE("the date of an entry is the oldest of its parts") {
  const TempDir dir;
  Store store(dir.file("a.db"), Access::read_write);
  const std::int64_t first = store.begin_run(samples::run());
  Finding price = finding("m", "cost", Verdict::contradicted);
  price.auditor = "prices";
  store.add_findings(first, "m", {finding("m", "q", Verdict::supported), price}, {});
  Run later = samples::run();
  later.started_at = "2026-11-24T03:00:00.000Z";
  const std::int64_t second = store.begin_run(later);
  store.add_findings(second, "m", {price}, {"prices"});
  REQUIRE(store.summaries().size() == 1);
  CHECK(store.summaries()[0].slug == "m");
  CHECK(store.summaries()[0].last_audit == "2026-11-23T03:00:00.000Z");
  CHECK(store.summaries()[0].verdicts[0].second == 1);
  CHECK(store.summaries()[0].verdicts[1].second == 1);
  store.add_findings(second, "m", {finding("m", "q", Verdict::supported)}, {});
  CHECK(store.summaries()[0].last_audit == "2026-11-24T03:00:00.000Z");
}
