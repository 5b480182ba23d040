// What is left after a kill, on a full disk, and after many quiet nights.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "db/store.h"
#include "support/catch.h"
#include "support/seed.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

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

// Audits without end, until killed. Says so through `ready` when it begins.
[[noreturn]] void write_forever(const std::string& path, int ready) {
  Store store(path, Access::read_write);
  if (write(ready, "!", 1) != 1) _exit(2);
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

TEST_CASE("a kill at any moment leaves a whole database", "[slow]") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::size_t runs = 0;
  for (int round = 0; round < 20; ++round) {
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    const pid_t child = fork();
    if (child == 0) {
      try {
        write_forever(path, pipe_ends[1]);
      } catch (...) {
        _exit(1);
      }
    }
    // Some are killed while they open the database, most while they write.
    char byte = 0;
    close(pipe_ends[1]);
    if (round % 4 != 0) REQUIRE(read(pipe_ends[0], &byte, 1) == 1);
    close(pipe_ends[0]);
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

namespace {

// Nights of a catalog of a hundred models, whose sources answer the same night after night: each
// model has two listings that are asked for again, pages that are confirmed too, and files of named
// commits that are stored for ever.
class Nights {
 public:
  static constexpr int kModels = 100;
  static constexpr int kLabels = 25;

  explicit Nights(std::string path) : path_(std::move(path)) {}

  // Returns by how much the file grew.
  std::uintmax_t next(int reasons) {
    const std::uintmax_t before =
        std::filesystem::exists(path_) ? std::filesystem::file_size(path_) : 0;
    {
      Store store(path_, Access::read_write, [this] { return now_; });
      const std::int64_t run = store.begin_run(samples::run());
      for (int model = 0; model < kModels; ++model) judge(store, run, model, reasons);
      store.finish_run(run, {400, 400, 0, 0});
    }
    ++night_;
    now_ += 86'400'000;
    const std::uintmax_t after = std::filesystem::file_size(path_);
    return after > before ? after - before : 0;
  }

 private:
  void judge(Store& store, std::int64_t run, int model, int reasons) {
    const std::string slug = fmt::format("some-model-of-{}-billion-instruct", model);
    std::vector<Observation> seen;
    for (int i = 0; i < 24; ++i) {
      const bool asked = i < 4;
      Evidence used = samples::evidence(
          fmt::format("https://huggingface.co/api/models?filter=base_model:quantized:org/"
                      "Some-Model-{}&full=true&limit=1000&page={}",
                      model, i),
          fmt::format("[{}, {}]", model, i),
          assay::format_time(kStart + (asked ? night_ : 0) * 86'400'000LL + model * 700 + i * 31),
          asked && night_ > 0 ? 304 : 200);
      used.headers = {{"content-type", "application/json; charset=utf-8"},
                      {"etag", fmt::format("W/\"{:032x}\"", model * 100 + i)},
                      {"link", "<https://huggingface.co/next>; rel=\"next\""}};
      seal(used);
      store.add_evidence(run, used);
      seen.push_back(samples::observation(used, "gguf"));
    }
    std::vector<Finding> findings;
    for (int label = 0; label < kLabels; ++label) {
      findings.push_back(samples::finding(slug, fmt::format("quantizations_available.q{}", label),
                                          Verdict::supported,
                                          {seen[0], seen[1], seen[4 + label % 20]}));
      findings.back().reason = fmt::format("all {} repositories were read", 200 + reasons);
    }
    store.add_findings(run, slug, findings, {"quantizations", "prices", "specs", ""});
  }

  static constexpr std::int64_t kStart = 1'795'400'000'000;
  std::string path_;
  int night_ = 0;
  std::int64_t now_ = kStart;
};

}  // namespace

TEST_CASE("an unchanged nightly audit of a hundred models adds less than 64 KiB", "[slow]") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  Nights nights(path);
  nights.next(0);
  nights.next(0);
  const auto before = std::filesystem::file_size(path);
  constexpr int kNights = 10;
  for (int i = 0; i < kNights; ++i) nights.next(0);
  const auto each = (std::filesystem::file_size(path) - before) / kNights;
  const auto reasons = nights.next(1);
  WARN("an unchanged night of 400 confirmed answers added " << each << " bytes to " << before
                                                            << "; new reasons for all " << reasons);
  CHECK(each < 64 * 1024);
  CHECK(std::filesystem::file_size(path + "-wal") == 0);

  const Store store(path, Access::read_only);
  assay::db::FindingFilter all;
  all.limit = 10'000;
  const auto periods = store.findings(all);
  REQUIRE(periods.size() == Nights::kModels * Nights::kLabels);
  CHECK(periods.back().first_run == 1);
  CHECK(periods.back().last_run == 3 + kNights);
  CHECK(periods.back().finding.observations.size() == 3);
  CHECK(store.evidence_of(3 + kNights).size() == Nights::kModels * 24);
  CHECK(store.evidence_of(2).size() == Nights::kModels * 24);
}
