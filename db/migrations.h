#pragma once

#include <SQLiteCpp/Database.h>

#include <span>
#include <string_view>

namespace assay::db {

/// One step of the schema. The n-th one leads from version n-1 to n (PRAGMA user_version).
struct Migration {
  std::string_view summary;
  const char* sql;
};

/// All steps, oldest first. Append only: a step that has shipped is never edited.
std::span<const Migration> migrations();

/// Applies what the connection's database lacks of `steps`, each in one transaction: a step that
/// fails leaves the version before it. Throws SQLite::Exception.
void migrate(SQLite::Database& connection, std::span<const Migration> steps);

int schema_version(SQLite::Database& connection);

}  // namespace assay::db
