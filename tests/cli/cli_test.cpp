#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>

#include "support/catch.h"
#include "support/eventually.h"
#include "support/golden.h"
#include "support/http/fake_http_server.h"
#include "support/http/http_get.h"
#include "support/process.h"
#include "support/seed.h"
#include "support/temp_dir.h"
#include "support/worlds/fake_hub.h"

// The program as its users run it: exit codes, standard output, and the whole way from a catalog to
// an answer over HTTP.

namespace {

using namespace assay::test;
using nlohmann::json;

constexpr const char* kEntry = R"yaml(models:
  - slug: model-7b-instruct
    display_name: Model 7B Instruct
    family: model
    developer: Lab
    type: instruct
    released_date: "2025-01-02"
    openness: open
    license: Apache-2.0
    osi_approved: true
    architecture: dense
    params_total: 7000000000
    quantizations_available: [gguf, exl2]
    quantizations_source: https://huggingface.co/lab/Model-7B-Instruct
    sources:
      - title: Model card
        url: https://huggingface.co/lab/Model-7B-Instruct
)yaml";

// A catalog and a Hub over HTTP, in a folder of their own.
class World {
 public:
  explicit World(const std::string& golden_case)
      : hub_(json::parse(
            read_file(golden_folder() / "auditors/quantizations" / golden_case / "hub.json"))),
        server_([this](const FakeRequest& request) {
          if (pause.count() > 0) std::this_thread::sleep_for(pause);
          const FakeHub::Answer answer = hub_.answer(request.target);
          FakeResponse response;
          response.status = answer.status;
          response.body = answer.body;
          for (const auto& [name, value] : answer.headers)
            response.headers.emplace_back(name, value);
          return response;
        }) {
    write("models.yaml", kEntry);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder() + "/" + name, std::ios::binary) << text;
  }
  std::string folder() const { return folder_.path().string(); }
  std::map<std::string, std::string> environment() const {
    return {
        {"HF_ENDPOINT", server_.url()}, {"HF_TOKEN", "hf_secret_of_the_test"}, {"HOME", folder()}};
  }
  // Of the quantizations, about which the golden worlds are, unless `more` says otherwise.
  Finished audit(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"audit", "--catalog", "models.yaml", "--format", "json"};
    if (std::find(more.begin(), more.end(), "--only") == more.end()) {
      more.insert(more.begin(), {"--only", "quantizations"});
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_assay(folder(), words, environment());
  }
  const FakeHttpServer& server() const { return server_; }

  std::chrono::milliseconds pause{0};

 private:
  TempDir folder_;
  FakeHub hub_;
  FakeHttpServer server_;
};

}  // namespace

TEST_CASE("wrong usage ends with 2 and says what is allowed") {
  const TempDir folder;
  const std::string path = folder.path().string();
  CHECK(run_assay(path, {}).exit_code == 2);
  CHECK(run_assay(path, {"frobnicate"}).exit_code == 2);
  CHECK(run_assay(path, {"--version"}).exit_code == 0);
  const Finished missing = run_assay(path, {"validate", "nowhere.yaml"});
  CHECK(missing.exit_code == 2);
  CHECK_THAT(missing.err, ContainsSubstring("nowhere.yaml: No such file"));
  const Finished auditor = run_assay(path, {"audit", "--only", "quantisations"});
  CHECK(auditor.exit_code == 2);
  CHECK_THAT(auditor.err, ContainsSubstring("did you mean `quantizations`?"));
  CHECK(run_assay(path, {"audit", "--max-age", "soon"}).exit_code == 2);
  CHECK(run_assay(path, {"validate", "--today", "2026-02-30"}).exit_code == 2);
  CHECK(run_assay(path, {"runs", "--db", "none.db"}).exit_code == 2);
  CHECK(run_assay(path, {"explain", "unknwon-key"}).exit_code == 2);
}

TEST_CASE("validate exits by what it finds") {
  const TempDir folder;
  const std::string path = folder.path().string();
  const std::vector<std::string> words{"validate",   "-",        "--today",
                                       "2026-11-23", "--format", "json"};
  const Finished clean = run_assay(path, words, {}, kEntry);
  INFO(clean.out << clean.err);
  CHECK(clean.exit_code == 0);
  CHECK(json::parse(clean.out)["files"][0]["entries"] == 1);
  std::string wrong = kEntry;
  wrong.replace(wrong.find("developer:"), 10, "develper: ");
  const Finished findings = run_assay(path, words, {}, wrong);
  CHECK(findings.exit_code == 1);
  const json report = json::parse(findings.out);
  REQUIRE(report["diagnostics"].size() == 1);
  CHECK(report["diagnostics"][0]["rule"] == "unknown-key");
  CHECK(report["diagnostics"][0]["line"] == 5);
  CHECK(report["diagnostics"][0]["column"] == 5);
}

TEST_CASE("validate exits alike in all formats") {
  const TempDir folder;
  const std::string path = folder.path().string();
  std::string wrong = kEntry;
  wrong.replace(wrong.find("https://huggingface.co/lab/Model-7B-Instruct\n    sources"), 6,
                "http:");
  std::ofstream(folder.path() / "clean.yaml") << kEntry;
  std::ofstream(folder.path() / "wrong.yaml") << wrong;
  for (const std::string format : {"human", "json", "sarif", "github", "junit"}) {
    INFO(format);
    const auto validate = [&](const std::string& file, const std::string& level) {
      return run_assay(path, {"validate", file, "--today", "2026-11-23", "--format", format,
                              "--fail-on", level});
    };
    CHECK(validate("clean.yaml", "note").exit_code == 0);
    const Finished found = validate(path + "/wrong.yaml", "warning");
    CHECK(found.exit_code == 1);
    CHECK_THAT(found.out, ContainsSubstring("wrong.yaml"));
    const bool for_programs = format == "sarif" || format == "github" || format == "junit";
    CHECK((found.out.find(path) == std::string::npos) == for_programs);
    CHECK(found.err.empty());
  }
  CHECK(run_assay(path, {"validate", "clean.yaml", "--format", "xml"}).exit_code == 2);
}

TEST_CASE("a file that is named twice is validated once") {
  const TempDir folder;
  std::ofstream(folder.path() / "a.yaml") << "models:\n  - slug: a\n";
  const Finished once = run_assay(folder.path().string(), {"validate", "a.yaml", "--format=sarif"});
  const Finished twice =
      run_assay(folder.path().string(), {"validate", "a.yaml", "./a.yaml", "--format=sarif"});
  CHECK(once.exit_code == 1);
  CHECK(twice.out == once.out);
}

TEST_CASE("in a workflow of GitHub the problems are annotations") {
  const TempDir folder;
  const std::string path = folder.path().string();
  const std::vector<std::string> words{"validate", "-"};
  const std::map<std::string, std::string> workflow{{"GITHUB_ACTIONS", "true"}};
  CHECK_THAT(
      run_assay(path, words, workflow, "model: 1\n").out,
      Catch::Matchers::StartsWith("::error title=assay (unknown-key),file=<stdin>,line=1,col=1,"));
  CHECK_THAT(run_assay(path, words, {}, "model: 1\n").out,
             Catch::Matchers::StartsWith("error[unknown-key]"));
  CHECK_THAT(run_assay(path, {"validate", "-", "--format", "human"}, workflow, "model: 1\n").out,
             Catch::Matchers::StartsWith("error[unknown-key]"));
}

TEST_CASE("the documentation commands print their tables") {
  const TempDir folder;
  const std::string path = folder.path().string();
  CHECK_THAT(run_assay(path, {"rules"}).out, ContainsSubstring("unknown-key"));
  CHECK_THAT(run_assay(path, {"explain", "contradicted"}).out, ContainsSubstring("It needs:"));
  CHECK_THAT(run_assay(path, {"explain", "quantizations"}).out, ContainsSubstring("(auditor)"));
  CHECK(json::parse(run_assay(path, {"schema"}).out)["$schema"] ==
        "http://json-schema.org/draft-07/schema#");
}

TEST_CASE("an audit goes from the catalog to the API") {
  World world("absent-family");
  const Finished first = world.audit();
  INFO(first.err);
  CHECK(first.exit_code == 1);  // exl2 is contradicted
  const json report = json::parse(first.out);
  CHECK(report["run"]["id"] == 1);
  CHECK(report["run"]["status"] == "complete");
  CHECK(report["summary"]["supported"] == 1);
  CHECK(report["summary"]["contradicted"] == 1);
  CHECK(report["summary"]["unlisted"] == 1);
  CHECK(report["requests"]["sent"] == world.server().request_count());
  std::string evidence;
  for (const json& finding : report["findings"]) {
    if (finding["verdict"] == "unaudited") {
      CHECK(finding["auditor"].is_null());
      continue;
    }
    CHECK(finding["auditor"] == "quantizations");
    REQUIRE(!finding["observations"].empty());
    for (const json& seen : finding["observations"]) {
      CHECK(seen["source"] == "huggingface");
      evidence = seen["evidence"].get<std::string>().substr(7);
      CHECK(run_assay(world.folder(), {"evidence", "show", evidence}).exit_code == 0);
    }
  }
  // Credentials go to the Hub and nowhere else.
  CHECK(world.server().requests().front().header("authorization") ==
        "Bearer hf_secret_of_the_test");
  CHECK(first.out.find("hf_secret") == std::string::npos);
  CHECK(read_file(world.folder() + "/assay.db").find("hf_secret") == std::string::npos);

  Process server(world.folder(),
                 assay_words({"serve", "--catalog", "models.yaml", "--listen", "127.0.0.1:0"}));
  const int port = served_port(server);
  const HttpAnswer model = http_get(port, "/api/v1/models/model-7b-instruct");
  CHECK(model.status == 200);
  CHECK_THAT(model.body, ContainsSubstring("\"contradicted\""));
  CHECK(http_get(port, "/api/v1/evidence/" + evidence).status == 200);
  CHECK_THAT(http_get(port, "/models/model-7b-instruct").body,
             ContainsSubstring("quants/Model-7B-Instruct-GGUF"));
  CHECK(http_get(port, "/healthz").status == 200);
  CHECK(http_get(port, "/api/v1/nothing").status == 404);
  server.kill(SIGTERM);
  CHECK(server.wait().exit_code == 0);
}

TEST_CASE("a second audit asks only for what can change") {
  World world("absent-family");
  world.audit();
  const std::size_t first = world.server().request_count();
  const json second = json::parse(world.audit().out);
  // The base and its quantizations; configurations and trees are pinned to commits. The absence of
  // a family asks for the newest that the search finds as well, to see that nothing has changed.
  CHECK(second["requests"]["sent"] == 3);
  CHECK(world.server().request_count() == first + 3);
}

TEST_CASE("only what is due is asked again") {
  World world("absent-family");
  world.audit();
  const std::size_t first = world.server().request_count();
  const json young = json::parse(world.audit({"--max-age", "due"}).out);
  CHECK(world.server().request_count() == first);
  CHECK(young["summary"]["contradicted"] == 1);
  world.write("assay.yaml", "schedule: {quantizations: 0}\n");
  world.audit({"--max-age", "due"});
  CHECK(world.server().request_count() > first);
  world.write("assay.yaml", "schedule: {quantizations: weekly}\n");
  const Finished wrong = world.audit({"--max-age", "due"});
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err,
             ContainsSubstring("assay.yaml:1:27: `quantizations` is `weekly`, expected a "
                               "duration such as 90s, 15m, 24h or 7d"));
}

TEST_CASE("log lines for machines are JSON objects on standard error") {
  World world("absent-family");
  const Finished audit = world.audit({"--log-format", "json"});
  std::istringstream lines(audit.err);
  std::vector<json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
  REQUIRE(events.size() == 2);
  CHECK(events.front()["level"] == "info");
  CHECK(events.front()["run"] == 1);
  CHECK(events.back()["status"] == "complete");
  CHECK(events.back()["summary"]["contradicted"] == 1);
  CHECK(events.back()["requests"]["sent"] == world.server().request_count());
}

TEST_CASE("a server audits by itself when an audit is due", "[slow]") {
  World world("absent-family");
  const std::vector<std::string> words = assay_words(
      {"serve", "--catalog", "models.yaml", "--listen", "127.0.0.1:0", "--audit-every", "24h"});
  const auto runs = [](int port) {
    return json::parse(http_get(port, "/api/v1/runs").body)["data"];
  };
  {
    Process server(world.folder(), words, world.environment());
    const int port = served_port(server);
    REQUIRE(eventually([&] {
      const json seen = runs(port);
      return seen.size() == 1 && seen[0]["status"] == "complete";
    }));
    server.kill(SIGTERM);
    CHECK(server.wait().exit_code == 0);
  }
  // The next server knows when the last one was.
  const std::size_t asked = world.server().request_count();
  Process again(world.folder(), words, world.environment());
  CHECK(runs(served_port(again)).size() == 1);
  again.kill(SIGTERM);
  CHECK(again.wait().exit_code == 0);
  CHECK(world.server().request_count() == asked);
  const Finished often =
      run_assay(world.folder(), {"serve", "--catalog", "models.yaml", "--audit-every", "1s"}, {});
  CHECK(often.exit_code == 2);
  CHECK_THAT(often.err, ContainsSubstring("less than a minute"));
}

TEST_CASE("a server that ends takes its audit with it", "[slow]") {
  World world("absent-family");
  world.pause = std::chrono::seconds(5);
  Process server(world.folder(),
                 assay_words({"serve", "--catalog", "models.yaml", "--listen", "127.0.0.1:0",
                              "--audit-every", "24h"}),
                 world.environment());
  const int port = served_port(server);
  INFO("the server does not begin its audit");
  REQUIRE(eventually([&] { return world.server().request_count() > 0; }));
  CHECK(json::parse(http_get(port, "/api/v1/runs").body)["data"][0]["status"] == "running");
  server.kill(SIGTERM);
  CHECK(server.wait().exit_code == 0);
  const Finished runs = run_assay(world.folder(), {"runs"});
  CHECK_THAT(runs.out, ContainsSubstring("interrupted"));
}

TEST_CASE("the auditors of the Hub share the answer about the base and its configuration") {
  World world("absent-family");
  const json alone = json::parse(world.audit().out);
  const json together = json::parse(world.audit({"--only", "quantizations,specs,license"}).out);
  // Only what can change and what an absence needs is asked for again, and the configuration, which
  // quantizations alone do not need.
  CHECK(together["requests"]["sent"] == 4);
  World fresh("absent-family");
  const json first = json::parse(fresh.audit({"--only", "quantizations,specs,license"}).out);
  CHECK(first["requests"]["sent"].get<int>() <= alone["requests"]["sent"].get<int>() + 1);
  CHECK(json::parse(fresh.audit({"--only", "specs,license"}).out)["requests"]["sent"] == 1);
}

TEST_CASE("a replay judges the same evidence to the same findings without a network") {
  World world("absent-family");
  const json live = json::parse(world.audit().out);
  const std::size_t asked = world.server().request_count();
  const Finished again = world.audit({"--replay", "1"});
  CHECK(world.server().request_count() == asked);
  CHECK(again.exit_code == 1);
  const json replayed = json::parse(again.out);
  CHECK(replayed["findings"] == live["findings"]);
  CHECK(replayed["run"]["origin"] == "replay of run 1");
  CHECK(world.audit({"--replay", "99"}).exit_code == 2);
}

TEST_CASE("offline nothing is asked and nothing becomes a fact") {
  World world("absent-family");
  const Finished before = world.audit({"--offline"});
  CHECK(world.server().request_count() == 0);
  CHECK(before.exit_code == 3);
  CHECK(json::parse(before.out)["summary"]["source_unreachable"] == 2);
  world.audit();
  const std::size_t asked = world.server().request_count();
  const Finished after = world.audit({"--offline"});
  CHECK(world.server().request_count() == asked);
  CHECK(json::parse(after.out)["summary"]["supported"] == 1);
}

TEST_CASE("a source that cannot be read ends with 3") {
  World world("base-not-readable");
  const Finished audit = world.audit();
  INFO(audit.err);
  CHECK(audit.exit_code == 3);
}

TEST_CASE("recorded answers are told in the first and the last line") {
  const TempDir folder;
  std::ofstream(folder.path() / "models.yaml") << kEntry;
  std::ofstream(folder.path() / "hub.json")
      << R"({"assay_recording":1,"origin":"constructed","date":"2026-08-21","note":"n","exchanges":[]})";
  const Finished audit = run_assay(folder.path().string(),
                                   {"audit", "--catalog", "models.yaml", "--replay", "hub.json"});
  CHECK(audit.exit_code == 3);
  const std::string line =
      "recorded answers: hub.json, constructed from public figures of 2026-08-21, not live\n";
  CHECK(audit.out.starts_with(line));
  CHECK(audit.out.ends_with(line));
}

TEST_CASE("a killed audit leaves a sound database and an interrupted run", "[slow]") {
  World world("every-claim-has-a-witness");
  world.pause = std::chrono::milliseconds(4);
  const unsigned seed = fresh_seed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::size_t interrupted = 0;
  for (int round = 0; round < 12; ++round) {
    Process audit(world.folder(), assay_words({"audit", "--catalog", "models.yaml"}),
                  world.environment());
    // Somewhere between its first request and its last.
    const std::size_t until = world.server().request_count() + 1 + random() % 6;
    // Or, when little is left to ask for, when it has ended by itself.
    REQUIRE(
        eventually([&] { return world.server().request_count() >= until || !audit.is_running(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
    audit.kill(SIGKILL);
    audit.wait();
    const std::string path = world.folder() + "/assay.db";
    if (!std::ifstream(path)) continue;  // killed before there was a database
    {
      SQLite::Database database(path, SQLite::OPEN_READWRITE);
      CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    }
    const Finished runs = run_assay(world.folder(), {"runs", "--format", "json"});
    if (runs.exit_code != 0) continue;  // killed before the schema was there
    for (const json& run : json::parse(runs.out)) {
      CHECK((run["status"] == "interrupted" || run["status"] == "complete"));
      interrupted += run["status"] == "interrupted" ? 1U : 0U;
    }
  }
  CHECK(interrupted > 0);
  // What is there serves the next run.
  const json last = json::parse(world.audit().out);
  CHECK(last["summary"]["supported"] == 1);
  CHECK(last["summary"]["contradicted"] == 1);
}

TEST_CASE("a second audit on the same database says so and harms nothing", "[slow]") {
  World world("every-claim-has-a-witness");
  world.pause = std::chrono::milliseconds(200);
  Process first(world.folder(), assay_words({"audit", "--catalog", "models.yaml"}),
                world.environment());
  INFO("the first audit asks for nothing");
  REQUIRE(eventually([&] { return world.server().request_count() > 0; }));
  const Finished second = world.audit();
  CHECK(second.exit_code == 3);
  CHECK_THAT(second.err, ContainsSubstring("assay.db"));
  CHECK(first.wait().exit_code == 1);  // exl2 is contradicted
}
