#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <optional>
#include <string>

#include "db/access.h"
#include "db/error.h"
#include "db/writer_lock.h"

namespace assay::db {

/// An open assay database with the newest schema. A file that is not one, or is newer, damaged or
/// edited, is refused with an Error that names it and says what to do.
class Database {
 public:
  Database(std::string path, Access access);

  SQLite::Database& connection() { return *connection_; }
  const std::string& path() const { return path_; }

  /// What an SQLite exception means to the person who runs assay.
  Error explain(const SQLite::Exception& exception) const;

 private:
  void open(Access access);
  void check_kind(Access access);
  void check_schema();

  std::string path_;
  std::optional<WriterLock> lock_;  // outlives the connection
  std::optional<SQLite::Database> connection_;
};

}  // namespace assay::db
