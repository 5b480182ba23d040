#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The whole content of a file, or of standard input for "-". Throws std::runtime_error with path,
/// cause and what to do; so does a file larger than 1 GiB.
std::string read_file(const std::string& path);

/// A file that readers see whole or not at all: it is written under another name and then takes its
/// place in one step. Unless it has taken that place, the destructor removes it. Methods throw
/// std::runtime_error with path and cause; what stood at the place is then as it was.
class NewFile {
 public:
  /// Writes under a name of its own in the folder of `path`.
  explicit NewFile(std::string path);
  /// Writes under the name `unfinished`, on the same file system as `path`. A file of that name is
  /// overwritten; a symbolic link is not followed.
  NewFile(std::string path, std::string unfinished);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes);
  /// Gives it mode and group, and where we may also the owner, of the file at `path`.
  void take_permissions();
  /// Makes sure that the bytes outlive a crash of the machine, here and after take_place().
  void sync();
  void take_place();

 private:
  [[noreturn]] void fail(std::string_view what) const;  // with errno

  std::string path_;
  std::string unfinished_;
  int descriptor_ = -1;
  bool synced_ = false;
};

/// Replaces the content of a regular file in one step: readers see the old or the new one, also
/// after a crash. Symbolic links are followed; the mode stays, and the owner where we may set it.
/// Refuses when the file no longer holds `expected`. Throws std::runtime_error with path, cause and
/// what to do; the file is then as it was.
void replace_file(const std::string& path, const std::string& expected, const std::string& content);

}  // namespace assay
