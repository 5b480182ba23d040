#include "db/migrations.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <vector>

#include "support/catch.h"

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
