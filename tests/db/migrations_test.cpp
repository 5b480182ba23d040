#include "db/migrations.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "db/body.h"
#include "db/store.h"
#include "support/catch.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"
#include "validator/text/dates.h"

using assay::db::migrate;
using assay::db::Migration;
using assay::db::migrations;
using assay::db::schema_version;

namespace {

SQLite::Database memory() { return {":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}; }

std::string schema_of(SQLite::Database& connection) {
  SQLite::Statement rows(connection,
                         "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  std::string schema;
  while (rows.executeStep()) {
    for (int column = 0; column < 3; ++column) schema += rows.getColumn(column).getString() + "\n";
  }
  return schema;
}

}  // namespace

TEST_CASE("a database migrated from each earlier version has the schema of a fresh one") {
  SQLite::Database fresh = memory();
  migrate(fresh, migrations());
  REQUIRE(schema_version(fresh) == static_cast<int>(migrations().size()));
  for (std::size_t version = 0; version < migrations().size(); ++version) {
    CAPTURE(version);
    SQLite::Database old = memory();
    migrate(old, migrations().first(version));
    REQUIRE(schema_version(old) == static_cast<int>(version));
    CHECK(schema_of(old) != schema_of(fresh));
    migrate(old, migrations());
    CHECK(schema_of(old) == schema_of(fresh));
  }
}

TEST_CASE("migrating twice changes nothing") {
  SQLite::Database connection = memory();
  migrate(connection, migrations());
  const std::string schema = schema_of(connection);
  migrate(connection, migrations());
  CHECK(schema_of(connection) == schema);
}

TEST_CASE("a migration that fails leaves the version before it") {
  SQLite::Database connection = memory();
  const std::vector<Migration> broken{
      {"good", "CREATE TABLE a (x INTEGER) STRICT"},
      {"bad in the middle", "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT"},
  };
  CHECK_THROWS_AS(migrate(connection, broken), SQLite::Exception);
  CHECK(schema_version(connection) == 1);
  CHECK(schema_of(connection).find("\nb\n") == std::string::npos);
  // Mended, it goes on from there.
  const std::vector<Migration> mended{broken[0], {"good", "CREATE TABLE b (x INTEGER) STRICT"}};
  migrate(connection, mended);
  CHECK(schema_version(connection) == 2);
}

TEST_CASE("every table is strict") {
  SQLite::Database connection = memory();
  migrate(connection, migrations());
  SQLite::Statement rows(connection,
                         "SELECT name, strict FROM pragma_table_list WHERE schema = "
                         "'main' AND name NOT LIKE 'sqlite_%'");
  int tables = 0;
  while (rows.executeStep()) {
    CAPTURE(rows.getColumn(0).getString());
    CHECK(rows.getColumn(1).getInt() == 1);
    ++tables;
  }
  CHECK(tables > 5);
}

namespace {

constexpr std::int64_t kFirstNight = 1'795'402'800'000;  // 2026-11-23T03:00:00Z
constexpr std::int64_t kDay = 86'400'000;

// A database as an earlier version left it, with two runs that used one answer.
class Old {
 public:
  Old(const std::string& path, std::size_t version)
      : connection(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    connection.exec("PRAGMA application_id = 1634956153");
    migrate(connection, migrations().first(version));
    connection.exec(
        "INSERT INTO string VALUES (1, 'huggingface'), (2, 'https://hub.example/api'), (3, 'm'), "
        "(4, 'quantizations'), (5, ''), (6, 'gone')");
    connection.exec(
        "INSERT INTO header VALUES (1, 'content-type', 'application/json'), (2, 'etag', '\"1\"')");
    const std::string frame = assay::db::compress(answer.body);
    SQLite::Statement body(connection, fmt::format("INSERT INTO body VALUES (1, x'{}', {}, ?)",
                                                   answer.body_sha256, answer.body.size()));
    body.bind(1, frame.data(), static_cast<int>(frame.size()));
    body.exec();
    connection.exec(
        fmt::format("INSERT INTO evidence VALUES (1, x'{}', 1, 2, 2, {}, 'response', 200, '1 2', "
                    "1, '')",
                    answer.id, kFirstNight + 1000));
    connection.exec(fmt::format(
        "INSERT INTO run (id, status, started_at, finished_at, origin, catalog_path, "
        "catalog_commit, version, auditors) VALUES "
        "(1, 'complete', {0}, {1}, 'live', 'models.yaml', '', '0.1.0', '[\"quantizations\"]'), "
        // The clock went back, and the second run died.
        "(2, 'running', {0}, NULL, 'live', 'models.yaml', '', '0.1.0', '[\"quantizations\"]')",
        kFirstNight, kFirstNight + kDay));
    connection.exec("INSERT INTO run_evidence VALUES (1, 1), (2, 1)");
  }

  const assay::Evidence answer = samples::evidence("https://hub.example/api", R"({"a":1})",
                                                   assay::format_time(kFirstNight + 1000));
  SQLite::Database connection;
};

}  // namespace

TEST_CASE("evidence of the first version is kept") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  const assay::Evidence answer = Old(path, 1).answer;
  const assay::db::Store store(path, assay::db::Access::read_write);
  CHECK(store.run(1)->status == "complete");
  CHECK(store.run(2)->status == "interrupted");
  REQUIRE(store.evidence_of(2).size() == 1);
  assay::Evidence read = store.evidence_of(1)[0];
  CHECK(read.id == answer.id);
  seal(read);
  CHECK(read.id == answer.id);
  CHECK(store.newest_evidence("https://hub.example/api")->body == answer.body);
  CHECK(store.evidence(answer.id)->runs == std::vector<std::int64_t>{2, 1});
  REQUIRE(store.run(1)->sources.size() == 1);
  CHECK(store.run(1)->sources[0].results ==
        std::vector<std::pair<std::string, std::uint64_t>>{{"200", 1}});
  CHECK(store.run(2)->sources[0].results ==
        std::vector<std::pair<std::string, std::uint64_t>>{{"stored", 1}});
}

TEST_CASE("periods of the second version are kept and can be asked for as of then") {
  const TempDir dir;
  const std::string path = dir.file("a.db");
  {
    Old old(path, 2);
    old.connection.exec(
        "INSERT INTO period VALUES "
        "(1, 3, 'q.gguf', 4, 'supported', '\"gguf\"', '\"gguf\"', 'one', 1, 1, 2), "
        "(2, 3, 'q.gguf', 4, 'contradicted', '\"gguf\"', 'null', 'none', 2, NULL, NULL), "
        "(3, 3, 'family', 5, 'unaudited', '\"f\"', 'null', 'no auditor', 1, NULL, NULL), "
        "(4, 6, 'q.awq', 4, 'supported', '\"awq\"', '\"awq\"', 'one', 1, 1, 2)");
    old.connection.exec(
        fmt::format("INSERT INTO observation VALUES (1, 0, 1, 2, {0}, 1, '\"gguf\"'), "
                    "(2, 0, 1, 2, {0}, 1, 'null')",
                    kFirstNight + 1000));
    old.connection.exec("INSERT INTO confirmation VALUES (3, 4, 2), (3, 5, 2), (6, 4, 1)");
  }
  assay::db::Store store(path, assay::db::Access::read_write);
  const auto current = store.findings({});
  REQUIRE(current.size() == 2);
  CHECK(current[0].finding.verdict == assay::Verdict::contradicted);
  CHECK(current[0].finding.reason == "none");
  CHECK(current[0].finding.observations.size() == 1);
  CHECK(current[0].finding.observations[0].evidence.size() == 64);
  CHECK(current[0].confirmed_at == assay::format_time(kFirstNight + 1000));
  CHECK(current[1].last_run == 2);
  assay::db::FindingFilter then;
  then.as_of = assay::format_time(kFirstNight);
  const auto past = store.findings(then);
  REQUIRE(past.size() == 3);
  CHECK(past[0].finding.verdict == assay::Verdict::supported);
  CHECK(past[0].open);
  CHECK(past[0].last_run == 1);
  const auto history = store.history("m", "q.gguf");
  REQUIRE(history.size() == 2);
  CHECK_FALSE(history[1].open);
  CHECK(history[1].last_run == 1);
  CHECK(store.summaries().size() == 1);

  // It goes on from there.
  const std::int64_t run = store.begin_run(samples::run());
  store.add_findings(run, "m", {samples::finding("m", "q.gguf", assay::Verdict::supported)},
                     {"quantizations"});
  CHECK(store.changes({}).size() == 1);
  CHECK(store.changes({})[0].from->verdict == assay::Verdict::contradicted);
  CHECK(store.findings({})[0].last_run == 2);
}
