#pragma once

#include <string>

namespace assay::db {

/// The right to write to one database, held from construction to destruction. It is an advisory
/// lock (flock) on `<database>.lock`, so it ends with its process however that dies. The file
/// stays, and holds the process id of the newest writer for people.
class WriterLock {
 public:
  /// Throws Error when another writer has it, naming the file and that process.
  explicit WriterLock(const std::string& database);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int file_ = -1;
};

/// Whether a writer holds the lock now. Creates nothing; a lock file that is not there means no,
/// one that may not be opened means yes, since then nothing is known.
bool has_writer(const std::string& database);

}  // namespace assay::db
