#include "cli/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "cli/commands.h"

namespace assay::cli {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view what, int error) {
  throw std::runtime_error(
      fmt::format("{}: {}: {}; nothing was changed", path, what, std::strerror(error)));
}

std::string target_of(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(path.c_str(), nullptr),
                                                             &std::free);
  if (!resolved) fail(path, "cannot be found", errno);
  return resolved.get();
}

// A file beside the target that is gone again unless it took the target's place.
class NewFile {
 public:
  NewFile(std::string path, const std::string& target)
      : path_(std::move(path)), folder_(target.substr(0, target.rfind('/') + 1)) {
    name_ = folder_ + ".assay-XXXXXX";
    descriptor_ = mkostemp(name_.data(), O_CLOEXEC);
    if (descriptor_ < 0) {
      const int error = errno;
      name_.clear();
      fail(path_, "no new file can be made in " + folder_, error);
    }
  }
  ~NewFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!name_.empty()) unlink(name_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t count = ::write(descriptor_, content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(path_, "cannot write", errno);
      content.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void take_over(const struct stat& status) {
    // Another owner may be out of our power; then the group matters still. The mode comes last,
    // since a change of owner may clear bits of it.
    const bool owned = fchown(descriptor_, status.st_uid, status.st_gid) == 0 ||
                       fchown(descriptor_, static_cast<uid_t>(-1), status.st_gid) == 0;
    // Of a group that is not ours the file would grant its rights to the wrong people.
    const mode_t mode = owned ? status.st_mode & 0777U : status.st_mode & 0707U;
    if (fchmod(descriptor_, mode) != 0) fail(path_, "cannot set the mode", errno);
  }

  void become(const std::string& target) {
    if (fsync(descriptor_) != 0) fail(path_, "cannot write", errno);
    if (rename(name_.c_str(), target.c_str()) != 0) fail(path_, "cannot be replaced", errno);
    name_.clear();
    // Where a folder cannot be synced the file is replaced all the same.
    const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    fsync(folder);
    close(folder);
  }

 private:
  std::string path_;
  std::string folder_;
  std::string name_;
  int descriptor_ = -1;
};

}  // namespace

void replace_file(const std::string& path, const std::string& expected,
                  const std::string& content) {
  const std::string target = target_of(path);
  struct stat status {};
  if (stat(target.c_str(), &status) != 0) fail(path, "cannot be found", errno);
  if (!S_ISREG(status.st_mode)) {
    throw std::runtime_error(path + ": is no regular file, so --fix cannot replace it");
  }
  if (access(target.c_str(), W_OK) != 0) fail(path, "may not be written", errno);
  NewFile file(path, target);
  file.write(content);
  file.take_over(status);
  if (read_file(target) != expected) {
    throw std::runtime_error(path + ": was changed meanwhile; run --fix again");
  }
  file.become(target);
}

}  // namespace assay::cli
