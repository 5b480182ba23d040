// Opening: what is no assay database, who may write, who may only read.
#include <SQLiteCpp/Database.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "db/store.h"
#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"

using assay::Verdict;
using assay::db::Access;
using assay::db::Error;
using assay::db::Store;

namespace {

std::string error_of(const std::string& path, Access access) {
  try {
    const Store store(path, access);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A database with one complete run and one finding.
void make_database(const std::string& path) {
  Store store(path, Access::read_write);
  const std::int64_t run = store.begin_run(samples::run());
  const assay::Evidence used =
      samples::evidence("https://hub.example/", std::string(5000, 'x'), "2026-11-23T03:00:01.000Z");
  store.add_evidence(run, used);
  store.add_findings(
      run, "m",
      {samples::finding("m", "a", Verdict::supported, {samples::observation(used, "gguf")})},
      {"quantizations"});
  store.finish_run(run, {});
}

void execute(const std::string& path, const std::string& sql) {
  SQLite::Database(path, SQLite::OPEN_READWRITE).exec(sql);
}

// Runs `work` in a child without rights over files of root; returns its exit code.
int as_nobody(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(99);
    try {
      _exit(work());
    } catch (...) {
      _exit(98);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("what is no assay database is named and refused") {
  const TempDir dir;
  const std::string path = dir.file("x.db");

  SECTION("a missing file") {
    CHECK_THAT(error_of(path, Access::read_only),
               ContainsSubstring("there is no database '" + path));
    CHECK(std::filesystem::is_empty(dir.path()));
  }
  SECTION("a missing folder") {
    CHECK_THAT(error_of(dir.file("no/x.db"), Access::read_write), ContainsSubstring("no/x.db"));
  }
  SECTION("a directory") {
    CHECK_THAT(error_of(dir.path().string(), Access::read_only), ContainsSubstring("directory"));
    CHECK_THAT(error_of(dir.path().string(), Access::read_write), ContainsSubstring("directory"));
  }
  SECTION("a FIFO is not waited for") {
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("not a regular file"));
  }
  SECTION("an empty file can be written but not read") {
    write_file(path, "");
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("is empty"));
    CHECK(error_of(path, Access::read_write) == "no error");
    CHECK(error_of(path, Access::read_only) == "no error");
  }
  SECTION("text") {
    write_file(path, std::string(5000, 't'));
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("is not a database"));
    CHECK_THAT(error_of(path, Access::read_write), ContainsSubstring("is not a database"));
    CHECK(read_file(path) == std::string(5000, 't'));
  }
  SECTION("a database of another program is left as it is") {
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
    const std::string before = read_file(path);
    CHECK_THAT(error_of(path, Access::read_only),
               ContainsSubstring("another program's SQLite database"));
    CHECK_THAT(error_of(path, Access::read_write),
               ContainsSubstring("another program's SQLite database"));
    CHECK(read_file(path) == before);
  }
  SECTION("a newer one") {
    make_database(path);
    execute(path, "PRAGMA user_version = 1000");
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("newer assay (schema 1000"));
    CHECK_THAT(error_of(path, Access::read_write), ContainsSubstring("update assay"));
  }
  SECTION("an older one is not changed by a reader") {
    make_database(path);
    execute(path, "PRAGMA user_version = 1");
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("older assay (schema 1"));
  }
  SECTION("a trap in place of a table") {
    make_database(path);
    execute(path,
            "PRAGMA foreign_keys = OFF; DROP TABLE run_verdict; CREATE VIEW run_verdict AS WITH "
            "RECURSIVE r(run, verdict, count) AS (SELECT 1, 'x', 1 UNION ALL SELECT run + 1, "
            "verdict, count FROM r) SELECT * FROM r");
    CHECK_THAT(error_of(path, Access::read_only), ContainsSubstring("something else changed them"));
  }
  SECTION("a trigger") {
    make_database(path);
    execute(path, "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END");
    CHECK_THAT(error_of(path, Access::read_write),
               ContainsSubstring("something else changed them"));
  }
  SECTION("a name that SQLite would take for something else is a file") {
    const std::filesystem::path back = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    make_database(":memory:");
    CHECK(std::filesystem::exists(dir.file(":memory:")));
    std::filesystem::current_path(back);
    CHECK_THAT(error_of("", Access::read_write), ContainsSubstring("empty"));
    CHECK_THAT(error_of(std::string("a\0b", 3), Access::read_write), ContainsSubstring("NUL"));
  }
}

TEST_CASE("a damaged database gives errors and never a crash") {
  const TempDir dir;
  const std::string good = dir.file("good.db");
  make_database(good);
  const std::string bytes = read_file(good);
  REQUIRE(bytes.size() > 8192);
  std::minstd_rand random(7);
  const std::string path = dir.file("bad.db");
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    std::string damaged = bytes;
    if (round % 3 == 0) damaged.resize(random() % bytes.size());
    for (int i = 0; i < 40 && !damaged.empty(); ++i) {
      // Half of the damage hits what follows the header, so that more than the first check is met.
      const std::size_t from = i % 2 == 0 ? 0 : std::min<std::size_t>(100, damaged.size() - 1);
      damaged[from + random() % (damaged.size() - from)] = static_cast<char>(random());
    }
    write_file(path, damaged);
    try {
      Store store(path, round % 2 == 0 ? Access::read_only : Access::read_write);
      store.runs(100);
      store.findings({});
      store.history("m", "");
      store.summaries();
      store.evidence_of(1);
      store.newest_evidence("https://hub.example/");
    } catch (const Error&) {
      ++refused;
    }
    for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(path + suffix);
  }
  CHECK(refused > 50);
}

TEST_CASE("a second writer is told who writes and a reader is not disturbed") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  auto first = std::make_unique<Store>(path, Access::read_write);
  const std::int64_t run = first->begin_run(samples::run());
  const std::string error = error_of(path, Access::read_write);
  CHECK_THAT(error, ContainsSubstring("'" + path + "' is being written by another assay"));
  CHECK_THAT(error, ContainsSubstring("(process " + std::to_string(getpid()) + ")"));

  const Store reader(path, Access::read_only);
  CHECK(reader.run(run)->status == "running");
  first.reset();
  CHECK(reader.run(run)->status == "interrupted");
  CHECK(reader.runs(1)[0].status == "interrupted");
  std::filesystem::remove(path + ".lock");
  CHECK(reader.run(run)->status == "interrupted");
  CHECK_FALSE(std::filesystem::exists(path + ".lock"));

  Store second(path, Access::read_write);
  CHECK(second.run(run)->status == "interrupted");
  const std::int64_t next = second.begin_run(samples::run());
  CHECK(reader.run(run)->status == "interrupted");
  CHECK(reader.run(next)->status == "running");
  second.finish_run(next, {});
  CHECK(reader.run(next)->status == "complete");
}

TEST_CASE("many readers that look for a writer do not keep one from starting") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  { Store(path, Access::read_write).begin_run(samples::run()); }
  const pid_t child = fork();
  if (child == 0) {
    const Store reader(path, Access::read_only);
    while (true) reader.run(1);
  }
  int errors = 0;
  for (int i = 0; i < 50; ++i) errors += error_of(path, Access::read_write) == "no error" ? 0 : 1;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(errors == 0);
}

TEST_CASE("a reader changes nothing") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  make_database(path);
  Store store(path, Access::read_only);
  CHECK_THROWS_AS(store.begin_run(samples::run()), Error);
  CHECK_THROWS_AS(store.finish_run(1, {}), Error);
  CHECK_THROWS_AS(store.add_findings(1, "m", {}, {}), Error);
  CHECK(store.runs(10).size() == 1);
}

TEST_CASE("a database in a folder that may not be written to can be read") {
  const TempDir dir;
  const std::string folder = dir.file("ro %3F?#");
  const std::string path = folder + "/a.db";
  std::filesystem::create_directory(folder);
  make_database(path);
  const bool copied = GENERATE(false, true);
  if (copied) {
    for (const char* suffix : {"-wal", "-shm", ".lock"}) std::filesystem::remove(path + suffix);
  }
  CAPTURE(copied);
  chmod(dir.path().c_str(), 0755);
  chmod(folder.c_str(), 0555);
  CHECK(as_nobody([&] {
          const Store store(path, Access::read_only);
          return store.findings({}).size() == 1 && store.run(1)->status == "complete" ? 0 : 1;
        }) == 0);
  CHECK(as_nobody([&] {
          return error_of(path, Access::read_write).find(path) != std::string::npos ? 0 : 1;
        }) == 0);
  chmod(path.c_str(), 0000);
  CHECK(as_nobody([&] {
          return error_of(path, Access::read_only).find("permissions") != std::string::npos ? 0 : 1;
        }) == 0);
  chmod(folder.c_str(), 0755);
}
