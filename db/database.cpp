#include "db/database.h"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstring>
#include <map>
#include <utility>

#include "auditors/evidence/evidence.h"
#include "db/body.h"
#include "db/migrations.h"
#include "validator/text/percent.h"

namespace assay::db {
namespace {

constexpr int kApplicationId = 0x61737379;  // "assy"
constexpr int kBusyTimeoutMs = 5'000;

// SQLite gives some names a meaning (":memory:", ""); a path with a slash is always a path.
std::string plain_path(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

// Refuses anything but a regular file, before something is created beside it or a FIFO blocks.
void check_file(const std::string& path, Access access) {
  struct stat info {};
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Error("the path of the database is empty or contains a NUL; name a file");
  }
  if (stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT && access == Access::read_write) return;
    if (errno == ENOENT) {
      throw Error(fmt::format("there is no database '{}'; run `assay audit` first", path));
    }
    throw Error(fmt::format("cannot open the database '{}': {}", path, std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode)) {
    throw Error(fmt::format("the database '{}' is a directory; name a file in it", path));
  }
  if (!S_ISREG(info.st_mode)) {
    throw Error(fmt::format("the database '{}' is not a regular file; name another", path));
  }
  if (info.st_size == 0 && access == Access::read_only) {
    throw Error(fmt::format("the database '{}' is empty; run `assay audit` first", path));
  }
}

// Nothing in the file may make SQLite do anything but read and write rows.
void harden(SQLite::Database& connection) {
  sqlite3* handle = connection.getHandle();
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(kMaxBodyBytes + (1U << 20)));
  connection.exec("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON");
}

using Schema = std::map<std::pair<std::string, std::string>, std::string>;

// Name and text of everything that was created, which excludes SQLite's own tables and indexes.
Schema schema_of(SQLite::Database& connection) {
  Schema schema;
  SQLite::Statement rows(connection,
                         "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
  while (rows.executeStep()) {
    schema[{rows.getColumn(0).getString(), rows.getColumn(1).getString()}] =
        rows.getColumn(2).getString();
  }
  return schema;
}

bool file_exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

}  // namespace

Database::Database(std::string path, Access access) : path_(std::move(path)) {
  check_file(path_, access);
  if (access == Access::read_write) lock_.emplace(path_);
  try {
    open(access);
    check_kind(access);
    check_schema();
  } catch (const SQLite::Exception& exception) {
    throw explain(exception);
  }
}

void Database::open(Access access) {
  const std::string name = plain_path(path_);
  const int flags = access == Access::read_write ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                                 : SQLite::OPEN_READONLY;
  connection_.emplace(name, flags, kBusyTimeoutMs);
  harden(*connection_);
  try {
    schema_version(*connection_);  // the first access to the file
  } catch (const SQLite::Exception& exception) {
    // A copy without its -wal file in a read-only folder: SQLite cannot take its locks there, and
    // needs none, since no writer ever opened this copy. A writer leaves the -wal file behind (see
    // check_kind), so readers get here only for such copies.
    const int code = exception.getErrorCode() & 0xff;
    const bool is_copy = access == Access::read_only &&
                         (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) &&
                         !file_exists(path_ + "-wal");
    if (!is_copy) throw;
    connection_.emplace(fmt::format("file:{}?immutable=1", percent_encoded(name)),
                        flags | SQLite::OPEN_URI, kBusyTimeoutMs);
    harden(*connection_);
  }
}

void Database::check_kind(Access access) {
  SQLite::Database& connection = *connection_;
  const int id = connection.execAndGet("PRAGMA application_id").getInt();
  const int version = schema_version(connection);
  const int newest = static_cast<int>(migrations().size());
  const bool is_new = version == 0 && (id == 0 || id == kApplicationId) &&
                      connection.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
  if (!is_new && id != kApplicationId) {
    throw Error(fmt::format("'{}' is another program's SQLite database; name another file", path_));
  }
  if (version > newest || version < 0) {
    throw Error(
        fmt::format("the database '{}' was written by a newer assay (schema {}, this one "
                    "knows {}); update assay, or use another database",
                    path_, version, newest));
  }
  if (access == Access::read_only) {
    if (is_new) {
      throw Error(fmt::format("the database '{}' is empty; run `assay audit` first", path_));
    }
    if (version < newest) {
      throw Error(
          fmt::format("the database '{}' was written by an older assay (schema {}, this "
                      "one knows {}); run `assay audit` once to bring it up to date",
                      path_, version, newest));
    }
    connection.exec("PRAGMA query_only = ON");
    return;
  }
  if (is_new) {
    connection.exec("PRAGMA auto_vacuum = INCREMENTAL");  // only possible before the first table
    connection.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  }
  // FULL: what a method has stored survives a power failure once it has returned.
  connection.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304");
  // Left behind empty, the -wal and -shm files let readers in who may not write to the folder.
  int keep = 1;
  sqlite3_file_control(connection.getHandle(), nullptr, SQLITE_FCNTL_PERSIST_WAL, &keep);
  migrate(connection, migrations());
}

// Triggers, or views in place of tables, could make harmless statements hang or lie.
void Database::check_schema() {
  SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE);
  migrate(fresh, migrations());
  if (schema_of(fresh) != schema_of(*connection_)) {
    throw Error(
        fmt::format("the tables of the database '{}' are not those of assay's schema {}; "
                    "something else changed them: restore a copy, or use another database",
                    path_, migrations().size()));
  }
}

Error Database::explain(const SQLite::Exception& exception) const {
  const char* advice = "look at the file and its disk";
  switch (exception.getErrorCode() & 0xff) {
    case SQLITE_NOTADB:
      return Error(fmt::format("'{}' is not a database; name another file", path_));
    case SQLITE_CORRUPT:
      advice =
          "the file is damaged: restore a copy, or save what can be saved with "
          "`sqlite3 FILE .recover`";
      break;
    case SQLITE_FULL:
      advice = "the disk is full: free some space and run it again; what was stored before is kept";
      break;
    case SQLITE_IOERR:
      advice =
          "the disk cannot be read or written: check it (space, quota, permissions) and run "
          "it again; what was stored before is kept";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      advice = "check the permissions of the file and its folder";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      advice = "another program has locked it: wait until it is done";
      break;
    default:
      break;
  }
  return Error(
      fmt::format("cannot use the database '{}': {}; {}", path_, exception.getErrorStr(), advice));
}

}  // namespace assay::db
