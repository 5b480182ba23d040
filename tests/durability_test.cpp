// What is left after a kill, on a full disk, and after many quiet nights.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "db/store.h"
#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"

using assay::Evidence;
using assay::Finding;
using assay::Observation;
using assay::Verdict;
using assay::db::Access;
using assay::db::Error;
using assay::db::Run;
using assay::db::Store;

namespace {

std::string ask(const std::string& path, const std::string& pragma) {
  SQLite::Database connection(path, SQLite::OPEN_READWRITE);
  SQLite::Statement rows(connection, pragma);
  std::string answer;
  while (rows.executeStep()) answer += rows.getColumn(0).getString();
  return answer;
}

std::string body(int seed, std::size_t size) {
  std::minstd_rand random(static_cast<unsigned>(seed) + 1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Audits without end, until killed.
[[noreturn]] void write_forever(const std::string& path) {
  Store store(path, Access::read_write);
  for (int i = 0;; ++i) {
    const std::int64_t run = store.begin_run(samples::run());
    const Evidence used = samples::evidence(fmt::format("https://hub.example/{}/{}", getpid(), i),
                                            body(i, 20'000), "2026-11-23T03:00:01.000Z");
    store.add_evidence(run, used);
    const Verdict verdict = i % 2 == 0 ? Verdict::supported : Verdict::contradicted;
    store.add_findings(run, "m",
                       {samples::finding("m", "a", verdict, {samples::observation(used, i)})},
                       {"quantizations"});
    store.finish_run(run, {});
  }
}

}  // namespace

TEST_CASE("a kill at any moment leaves a whole database") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  std::random_device seed;
  std::mt19937 random(seed());
  std::size_t runs = 0;
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        write_forever(path);
      } catch (...) {
        _exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    if (!std::filesystem::exists(path)) continue;
    {
      // Opened for writing first: a kill within the first milliseconds leaves no tables yet.
      const Store store(path, Access::read_write);
    }
    const Store store(path, Access::read_only);
    const std::vector<Run> all = store.runs(100'000);
    REQUIRE(all.size() >= runs);
    runs = all.size();
    for (const Run& run : all) {
      REQUIRE((run.status == "complete" || run.status == "interrupted"));
      for (const Evidence& evidence : store.evidence_of(run.id)) {
        REQUIRE(evidence.body.size() == 20'000);
      }
    }
    REQUIRE(store.findings({}).size() <= 1);
  }
  CHECK(runs > 0);
  CHECK(ask(path, "PRAGMA integrity_check") == "ok");
  CHECK(ask(path, "PRAGMA foreign_key_check").empty());
}

TEST_CASE("a full disk is an error and loses nothing stored before") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  const Evidence kept =
      samples::evidence("https://hub.example/kept", "kept", "2026-11-23T03:00:01.000Z");
  {
    Store store(path, Access::read_write);
    const std::int64_t run = store.begin_run(samples::run());
    store.add_evidence(run, kept);
    store.finish_run(run, {});
  }
  const pid_t child = fork();
  if (child == 0) {
    // No file may grow past 400 kB, as on a disk without room.
    const rlimit limit{400'000, 400'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    int stored = 0;
    try {
      Store store(path, Access::read_write);
      const std::int64_t run = store.begin_run(samples::run());
      for (; stored < 1000; ++stored) {
        store.add_evidence(run,
                           samples::evidence(fmt::format("https://hub.example/{}", stored),
                                             body(stored, 20'000), "2026-11-23T03:00:01.000Z"));
      }
      _exit(101);
    } catch (const Error& error) {
      const std::string text = error.what();
      const bool clear = text.find(path) != std::string::npos &&
                         text.find("what was stored before is kept") != std::string::npos;
      _exit(clear ? stored : 102);
    } catch (...) {
      _exit(103);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  const int stored = WEXITSTATUS(status);
  REQUIRE(stored > 0);
  REQUIRE(stored < 100);
  const Store store(path, Access::read_only);
  CHECK(store.body(kept.id) == "kept");
  CHECK(store.evidence_of(2).size() == static_cast<std::size_t>(stored));
  CHECK(store.run(2)->status == "interrupted");
  CHECK(ask(path, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("an unchanged nightly audit of a hundred models adds less than 64 KiB") {
  constexpr int kModels = 100;
  constexpr int kLabels = 25;
  const TempDir dir;
  const std::string path = dir.file("a.db");

  const auto night = [&](int day) {
    Store store(path, Access::read_write);
    Run run = samples::run();
    run.started_at = assay::format_time(1'795'400'000'000 + day * 86'400'000LL);
    const std::int64_t id = store.begin_run(run);
    for (int model = 0; model < kModels; ++model) {
      const std::string slug = fmt::format("some-model-of-{}-billion-instruct", model);
      std::vector<Observation> seen;
      for (int page = 0; page < 2; ++page) {
        Evidence used = samples::evidence(
            fmt::format("https://huggingface.co/api/models?filter=base_model:quantized:org/"
                        "Some-Model-{}&full=true&limit=1000&page={}",
                        model, page),
            fmt::format("[{}, {}]", model, page),
            assay::format_time(1'795'400'000'000 + day * 86'400'000LL + model * 700 + page * 311),
            day == 0 ? 200 : 304);
        used.headers = {{"content-type", "application/json; charset=utf-8"},
                        {"etag", fmt::format("W/\"{:032x}\"", model * 2 + page)},
                        {"link", "<https://huggingface.co/next>; rel=\"next\""},
                        {"ratelimit", fmt::format("\"api\";r={};t=123", 1000 - model * 2 - page)}};
        seal(used);
        store.add_evidence(id, used);
        seen.push_back(samples::observation(used, "gguf"));
      }
      std::vector<Finding> findings;
      for (int label = 0; label < kLabels; ++label) {
        findings.push_back(samples::finding(slug, fmt::format("quantizations_available.q{}", label),
                                            Verdict::supported, seen));
        findings.back().reason = fmt::format("all {} repositories were read", 200 + day % 7);
      }
      store.add_findings(id, slug, findings, {"quantizations", "prices", "specs", ""});
    }
    store.finish_run(id, {200, 200, 0, 0});
  };

  night(0);
  night(1);
  const auto before = std::filesystem::file_size(path);
  constexpr int kNights = 6;
  for (int day = 2; day < 2 + kNights; ++day) night(day);
  const auto each = (std::filesystem::file_size(path) - before) / kNights;
  WARN("an unchanged night added " << each << " bytes to " << before);
  CHECK(each < 48 * 1024);
  CHECK(std::filesystem::file_size(path + "-wal") == 0);

  const Store store(path, Access::read_only);
  assay::db::FindingFilter all;
  all.limit = 10'000;
  const auto periods = store.findings(all);
  REQUIRE(periods.size() == kModels * kLabels);
  CHECK(periods.back().first_run == 1);
  CHECK(periods.back().last_run == 2 + kNights);
}
