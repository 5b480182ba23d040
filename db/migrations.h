#pragma once

#include <SQLiteCpp/Database.h>

#include <span>
#include <string_view>

namespace assay::db {

/// One step of the schema. Step n leads from version n-1 to version n (PRAGMA user_version).
struct Migration {
  std::string_view summary;
  const char* sql;
};

/// All steps, oldest first. Append only: never edit a step that has shipped.
std::span<const Migration> migrations();

/// Applies the steps that the database lacks, each in a transaction: a step that fails leaves the
/// version before it. Throws SQLite::Exception.
void migrate(SQLite::Database& connection, std::span<const Migration> steps);

int schema_version(SQLite::Database& connection);

}  // namespace assay::db
