#include "validator/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

namespace assay {
namespace {

// Far above every limit with a better message; endless devices end here.
constexpr std::size_t kMaxFile = std::size_t{1} << 30;

// A file descriptor; closed at the end unless it is standard input.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// Appends all that can be read; 0, or the number of the error that ended it.
int read_all(int descriptor, std::string& content) {
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) return EISDIR;
  if (S_ISREG(status.st_mode) && status.st_size > 0) {
    content.reserve(std::min(static_cast<std::size_t>(status.st_size), kMaxFile));
  }
  std::array<char, 1 << 16> buffer{};
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > kMaxFile) return EFBIG;
  }
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

[[noreturn]] void fail_at(const std::string& path, std::string_view what) {
  throw std::runtime_error(
      fmt::format("{}: {}: {}; nothing was changed", path, what, std::strerror(errno)));
}

std::string resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> target(realpath(path.c_str(), nullptr),
                                                           &std::free);
  if (!target) fail_at(path, "cannot be found");
  return target.get();
}

}  // namespace

std::string read_file(const std::string& path) {
  const OpenFile file(path);
  std::string content;
  const int error = file.descriptor() < 0 ? errno : read_all(file.descriptor(), content);
  if (error != 0) {
    throw std::runtime_error(
        fmt::format("{}: {}; give the path of a readable file", path, std::strerror(error)));
  }
  return content;
}

NewFile::NewFile(std::string path)
    : path_(std::move(path)), unfinished_(folder_of(path_) + ".assay-XXXXXX") {
  descriptor_ = mkostemp(unfinished_.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail("no new file can be made in " + folder_of(path_));
}

NewFile::NewFile(std::string path, std::string unfinished)
    : path_(std::move(path)), unfinished_(std::move(unfinished)) {
  descriptor_ =
      ::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0) fail("`" + unfinished_ + "` cannot be opened");
}

NewFile::~NewFile() {
  ::close(descriptor_);
  if (!unfinished_.empty()) unlink(unfinished_.c_str());
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void NewFile::take_permissions() {
  struct stat status {};
  if (stat(path_.c_str(), &status) != 0) fail("cannot be found");
  // Setting the owner may be beyond our rights; the group still matters then. The mode comes last,
  // since a change of owner may clear bits of it.
  const bool owned = fchown(descriptor_, status.st_uid, status.st_gid) == 0 ||
                     fchown(descriptor_, static_cast<uid_t>(-1), status.st_gid) == 0;
  // With a group that is not the old one the file would grant its rights to the wrong people.
  const mode_t mode = owned ? status.st_mode & 0777U : status.st_mode & 0707U;
  if (fchmod(descriptor_, mode) != 0) fail("its mode cannot be set");
}

void NewFile::sync() {
  if (fsync(descriptor_) != 0) fail("cannot be written");
  synced_ = true;
}

void NewFile::take_place() {
  if (rename(unfinished_.c_str(), path_.c_str()) != 0) fail("cannot be replaced");
  unfinished_.clear();
  if (!synced_) return;
  // Where a folder cannot be synced the file is replaced all the same.
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  ::close(folder);
}

void NewFile::fail(std::string_view what) const { fail_at(path_, what); }

void replace_file(const std::string& path, const std::string& expected,
                  const std::string& content) {
  const std::string target = resolved(path);
  struct stat status {};
  if (stat(target.c_str(), &status) != 0) fail_at(path, "cannot be found");
  if (!S_ISREG(status.st_mode)) {
    throw std::runtime_error(path + ": is not a regular file, so it cannot be replaced");
  }
  if (access(target.c_str(), W_OK) != 0) fail_at(path, "may not be written");
  NewFile file(target);
  file.write(content);
  file.take_permissions();
  file.sync();
  if (read_file(target) != expected) {
    throw std::runtime_error(path + ": was changed meanwhile; nothing was written, run it again");
  }
  file.take_place();
}

}  // namespace assay
