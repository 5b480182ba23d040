#pragma once

#include <string>

namespace assay::db {

/// The right to write to one database, held from construction to destruction. It is an advisory
/// lock (flock) on `<database>.lock`, so it ends with its process, however that dies. The file
/// stays and shows the process id of the newest writer.
class WriterLock {
 public:
  /// Throws Busy when another writer has it, naming the file and that process, and Error when the
  /// lock file cannot be opened.
  explicit WriterLock(const std::string& database);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int file_ = -1;
};

/// Whether a writer holds the lock now. Creates nothing. A missing lock file means no; one that may
/// not be opened means yes, since nothing is known then.
bool has_writer(const std::string& database);

}  // namespace assay::db
