#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace assay::api {

/// A folder of exported files. It lists its files in `.assay-export`, so that it never touches
/// other files, and so that the next export removes what is gone. Each file is replaced in one
/// step: whoever reads, or a process that dies, leaves whole files only. Methods throw
/// std::runtime_error with path, cause and what to do.
class ExportFolder {
 public:
  /// Opens a new, empty or earlier exported folder. Refuses any other one, and one that another
  /// process exports to.
  explicit ExportFolder(std::filesystem::path path);
  ~ExportFolder();
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;

  /// Writes a file by its relative name ("models/x/index.html"); one that holds these bytes already
  /// is left as it is.
  void write(const std::string& name, std::string_view bytes);
  /// Removes what earlier exports wrote and this one did not, with folders that become empty.
  void finish();

  std::size_t written() const { return written_; }
  std::size_t unchanged() const { return unchanged_; }
  std::size_t removed() const { return removed_; }

 private:
  void read_list();
  void note(const std::string& name);
  void replace(const std::filesystem::path& file, std::string_view bytes);

  std::filesystem::path path_;
  int lock_ = -1;
  int list_ = -1;  ///< `.assay-export`, open for appending
  std::set<std::string> before_;
  std::set<std::string> now_;
  std::size_t written_ = 0;
  std::size_t unchanged_ = 0;
  std::size_t removed_ = 0;
};

}  // namespace assay::api
