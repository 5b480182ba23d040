#include "cli/audit_run.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "auditors/evidence/warc.h"
#include "auditors/read_config.h"
#include "auditors/registry.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/temp_dir.h"
#include "support/worlds/hub_server.h"

// What an audit is, without a process: what it stores, what it asks, what it makes current.

namespace {

using assay::cli::AuditRequest;
using assay::cli::AuditRun;
using assay::cli::Log;
using assay::cli::LogFormat;

std::string entry(const std::string& slug, const std::string& families = "[gguf, exl2]") {
  return "  - slug: " + slug + "\n    display_name: " + slug +
         R"yaml(
    family: model
    developer: Lab
    type: instruct
    released_date: "2025-01-02"
    openness: open
    license: Apache-2.0
    osi_approved: true
    architecture: dense
    quantizations_available: )yaml" +
         families + R"yaml(
    quantizations_source: https://huggingface.co/lab/Model-7B-Instruct
    sources:
      - title: Model card
        url: https://huggingface.co/lab/Model-7B-Instruct
)yaml";
}

// A catalog with a Hub to ask, whose database is read between audits.
class Audited {
 public:
  Audited() { write("models.yaml", "models:\n" + entry("model-7b-instruct")); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
  }
  std::string file(const std::string& name) const { return folder_.file(name); }

  assay::Environment environment() const {
    return [url = hub_.http().url()](std::string_view name) -> std::optional<std::string> {
      if (name == "HF_ENDPOINT") return url;
      return std::nullopt;
    };
  }
  AuditRequest request() const {
    AuditRequest request;
    request.catalog = file("models.yaml");
    request.db = file("assay.db");
    request.auditors = {assay::find_auditor("quantizations")};
    request.config = assay::load_config("assay.yaml", "", environment());
    return request;
  }
  assay::AuditReport audit(const AuditRequest& request) const {
    return AuditRun(request, environment(), Log(LogFormat::text)).execute();
  }
  assay::AuditReport audit() const { return audit(request()); }

  assay::db::Store stored() const { return {file("assay.db"), assay::db::Access::read_only}; }
  std::size_t asked() const { return hub_.http().request_count(); }

 private:
  TempDir folder_;
  assay::test::HubServer hub_{"absent-family"};
};

}  // namespace

TEST_CASE("an audit stores a run with its evidence and findings") {
  const Audited world;
  const assay::AuditReport report = world.audit();
  CHECK(report.run == 1);
  CHECK(report.status == "complete");
  CHECK(report.origin.kind == assay::Origin::Kind::live);
  CHECK(report.entries == 1);
  CHECK(report.count(assay::Verdict::contradicted) == 1);
  CHECK(report.requests.sent == world.asked());

  const assay::db::Store store = world.stored();
  const std::optional<assay::db::Run> run = store.run(1);
  REQUIRE(run);
  CHECK(run->status == "complete");
  CHECK(run->started_at == report.started_at);
  CHECK(run->catalog_sha256 == report.catalog_sha256);
  CHECK(run->auditors == std::vector<std::string>{"quantizations"});
  CHECK(run->requests.sent == world.asked());
  CHECK(store.evidence_of(1).size() == world.asked());
  const std::vector<assay::db::Period> current = store.findings({});
  REQUIRE(current.size() == report.findings.size());
  for (const assay::Finding& finding : report.findings) {
    CAPTURE(finding.label);
    CHECK(std::any_of(current.begin(), current.end(), [&](const assay::db::Period& period) {
      return period.finding.label == finding.label && period.finding.verdict == finding.verdict &&
             period.finding.observations == finding.observations;
    }));
  }
}

TEST_CASE("an audit that ends halfway is an interrupted run that keeps what it stored") {
  const Audited world;
  world.write("models.yaml", "models:\n" + entry("model-7b-instruct") + entry("other-7b"));
  {
    AuditRun run(world.request(), world.environment(), Log(LogFormat::text));
    CHECK(run.subjects().size() == 2);
    CHECK_THROWS_WITH(run.execute([](std::uint64_t) { throw std::runtime_error("no power"); }),
                      "no power");
  }
  {
    const assay::db::Store store = world.stored();
    CHECK(store.run(1)->status == "interrupted");
    CHECK(store.run(1)->finished_at.empty());
    CHECK(store.run(1)->requests.sent > 0);
    CHECK(store.summaries().size() == 1);
  }
  // The next one takes up where it ended: nothing that cannot change is asked for again.
  const std::size_t before = world.asked();
  const assay::AuditReport whole = world.audit();
  CHECK(whole.run == 2);
  CHECK(whole.requests.sent == world.asked() - before);
  CHECK(world.stored().summaries().size() == 2);
}

TEST_CASE("answers younger than the maximum age are not asked again") {
  const Audited world;
  const assay::AuditReport first = world.audit();
  const std::size_t asked = world.asked();
  AuditRequest young = world.request();
  young.max_age = std::chrono::hours(1);
  const assay::AuditReport second = world.audit(young);
  CHECK(world.asked() == asked);
  CHECK(second.requests.sent == 0);
  CHECK(second.origin.kind == assay::Origin::Kind::live);
  CHECK(second.findings == first.findings);
  CHECK(world.audit().requests.sent > 0);
}

TEST_CASE("an audit without a network judges what is stored") {
  const Audited world;
  const assay::AuditReport live = world.audit();
  const std::size_t asked = world.asked();
  AuditRequest offline = world.request();
  offline.config.offline = true;
  const assay::AuditReport report = world.audit(offline);
  CHECK(world.asked() == asked);
  CHECK(report.origin.kind == assay::Origin::Kind::offline);
  CHECK(report.findings == live.findings);
  CHECK(world.stored().run(2)->origin == report.origin);
}

TEST_CASE("a run that is judged again is shown and not made current") {
  const Audited world;
  const assay::AuditReport live = world.audit();
  // Since then the catalog claims less; what an old run saw closes nothing.
  world.write("models.yaml", "models:\n" + entry("model-7b-instruct", "[gguf]"));
  AuditRequest again = world.request();
  again.replay = "1";
  const assay::AuditReport report = world.audit(again);
  CHECK(report.run == 2);
  CHECK(report.requests.sent == 0);
  CHECK(report.origin == assay::Origin{.kind = assay::Origin::Kind::replay, .run = 1});
  CHECK(report.count(assay::Verdict::contradicted) == 0);
  const assay::db::Store store = world.stored();
  CHECK(store.run(2)->origin == report.origin);
  CHECK(store.findings({}).size() == live.findings.size());
  for (const assay::db::Period& period : store.findings({})) CHECK(period.last_run == 1);
}

TEST_CASE("a recording gives the findings of the run that it was made of") {
  const Audited world;
  const assay::AuditReport live = world.audit();
  {
    const assay::db::Store store = world.stored();
    std::string bytes = assay::warc_header(
        {.software = "assay", .origin = live.origin, .run = "run 1", .date = live.started_at});
    for (const assay::Evidence& seen : store.evidence_of(1)) {
      bytes += assay::warc_records(seen, "assay");
    }
    world.write("run.warc.gz", bytes);
  }
  AuditRequest replayed = world.request();
  replayed.db = world.file("other.db");
  replayed.replay = world.file("run.warc.gz");
  const std::size_t asked = world.asked();
  const assay::AuditReport report = world.audit(replayed);
  CHECK(world.asked() == asked);
  CHECK(report.origin.kind == assay::Origin::Kind::captured);
  CHECK(report.origin.file == replayed.replay);
  CHECK(report.findings == live.findings);
}

TEST_CASE("only the entries that are named are audited and the others stay") {
  const Audited world;
  world.write("models.yaml", "models:\n" + entry("model-7b-instruct") + entry("other-7b"));
  world.audit();
  AuditRequest one = world.request();
  one.models = {"other-7b"};
  CHECK(world.audit(one).entries == 1);
  CHECK(world.stored().summaries().size() == 2);
  one.models = {"othr-7b"};
  CHECK_THROWS_WITH(world.audit(one), ContainsSubstring("did you mean `other-7b`?"));
}

TEST_CASE("what the catalog no longer has has no current findings") {
  const Audited world;
  world.write("models.yaml", "models:\n" + entry("model-7b-instruct") + entry("other-7b"));
  world.audit();
  world.write("models.yaml", "models:\n" + entry("model-7b-instruct"));
  world.audit();
  CHECK(world.stored().summaries().size() == 1);
  CHECK_FALSE(world.stored().history("other-7b", "").empty());
}

TEST_CASE("deviations that are accepted beside the catalog are silenced and still stored") {
  const Audited world;
  world.write("acknowledged.yaml",
              "acknowledged:\n  - slug: model-7b-instruct\n    label: "
              "quantizations_available.exl2\n    observed: null\n    reason: known\n");
  const assay::AuditReport report = world.audit();
  CHECK(report.count(assay::Verdict::contradicted) == 1);
  REQUIRE(report.acknowledged.findings.size() == 1);
  CHECK(report.findings.at(report.acknowledged.findings.begin()->first).label ==
        "quantizations_available.exl2");
  assay::db::FindingFilter contradicted;
  contradicted.verdict = "contradicted";
  CHECK(world.stored().findings(contradicted).size() == 1);
}

TEST_CASE("an audit that cannot begin stores nothing and says why") {
  const Audited world;
  AuditRequest request = world.request();
  request.replay = "7";
  CHECK_THROWS_WITH(world.audit(request), ContainsSubstring("has no run 7"));
  CHECK(world.stored().runs(1).empty());
  request.replay.clear();
  world.write("models.yaml", "models: []\n");
  CHECK_THROWS_WITH(world.audit(request), ContainsSubstring("no entry can be read"));
  request.catalog = world.file("nowhere.yaml");
  CHECK_THROWS_WITH(world.audit(request), ContainsSubstring("nowhere.yaml: No such file"));
  CHECK(world.stored().runs(1).empty());
  CHECK(world.asked() == 0);
}
