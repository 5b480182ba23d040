#include "db/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

#include "db/error.h"

namespace assay::db {
namespace {

std::string lock_path(const std::string& database) { return database + ".lock"; }

// What the lock file says of its holder: " (process 123)", or nothing.
std::string holder(int file) {
  std::array<char, 21> text{};
  const ssize_t size = pread(file, text.data(), text.size() - 1, 0);
  std::string_view digits(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  return digits.empty() ? std::string{} : fmt::format(" (process {})", digits);
}

}  // namespace

WriterLock::WriterLock(const std::string& database) {
  const std::string path = lock_path(database);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file_ < 0) {
    throw Error(
        fmt::format("cannot write to '{}': {}; check that its folder exists and is writable", path,
                    std::strerror(errno)));
  }
  // Readers checking for a writer hold the lock for an instant, so one refusal proves nothing.
  constexpr int kAttempts = 25;
  int attempt = 0;
  while (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (++attempt == kAttempts) {
      const std::string who = holder(file_);
      close(file_);
      throw Busy(
          fmt::format("'{}' is being written by another assay{}; wait until it is done, or "
                      "use another database",
                      database, who));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::string pid = fmt::format("{}\n", getpid());
  // Only informative: the lock holds without it, for example on a full disk.
  if (ftruncate(file_, 0) == 0 && pwrite(file_, pid.data(), pid.size(), 0) < 0) errno = 0;
}

WriterLock::~WriterLock() { close(file_); }

bool has_writer(const std::string& database) {
  const int file = open(lock_path(database).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno != ENOENT;
  const bool taken = flock(file, LOCK_SH | LOCK_NB) != 0;
  close(file);
  return taken;
}

}  // namespace assay::db
