#include "api/export/export_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "validator/file.h"

namespace assay::api {
namespace {

namespace fs = std::filesystem;

constexpr const char* kList = ".assay-export";
constexpr const char* kUnfinished = ".assay-unfinished";

[[noreturn]] void fail(const fs::path& path, std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

bool holds(const fs::path& file, std::string_view bytes) {
  std::error_code error;
  if (fs::is_symlink(file, error) || fs::file_size(file, error) != bytes.size() || error) {
    return false;
  }
  std::ifstream stream(file, std::ios::binary);
  std::string content(bytes.size(), '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  return stream.good() && content == bytes;
}

// A name from the list, which somebody may have edited: never outside the folder.
bool is_inside(const fs::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const fs::path& part : name) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

}  // namespace

ExportFolder::ExportFolder(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (!fs::is_directory(path_)) {
    throw std::runtime_error(fmt::format("{}: not a folder, and one cannot be created there{}",
                                         path_.string(), error ? ": " + error.message() : ""));
  }
  if (!fs::exists(path_ / kList) && !fs::is_empty(path_)) {
    throw std::runtime_error(fmt::format(
        "{}: has files that assay did not export, so nothing was written; give a new or "
        "empty folder, or one from an earlier export",
        path_.string()));
  }
  lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) fail(path_, "cannot be opened");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw std::runtime_error(
        fmt::format("{}: another export is writing there; wait until it ends", path_.string()));
  }
  try {
    read_list();
    const fs::path list = path_ / kList;
    list_ = ::open(list.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (list_ < 0) fail(list, "cannot be opened");
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

ExportFolder::~ExportFolder() {
  ::close(list_);
  ::close(lock_);
}

void ExportFolder::read_list() {
  std::ifstream stream(path_ / kList, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    if (is_inside(line)) before_.insert(line);
  }
}

// Before it is written: what a killed export leaves behind is known to the next one.
void ExportFolder::note(const std::string& name) {
  if (before_.contains(name)) return;
  const std::string line = name + "\n";
  if (::write(list_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    fail(path_ / kList, "cannot be written");
  }
}

void ExportFolder::replace(const fs::path& file, std::string_view bytes) {
  NewFile fresh(file.string(), (path_ / kUnfinished).string());
  fresh.write(bytes);
  fresh.take_place();
}

void ExportFolder::write(const std::string& name, std::string_view bytes) {
  if (!now_.insert(name).second) return;
  const fs::path file = path_ / name;
  if (holds(file, bytes)) {
    ++unchanged_;
    note(name);
    return;
  }
  note(name);
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) {
    throw std::runtime_error(fmt::format("{}: cannot create the folder: {}",
                                         file.parent_path().string(), error.message()));
  }
  replace(file, bytes);
  ++written_;
}

void ExportFolder::finish() {
  std::error_code ignored;
  for (const std::string& name : before_) {
    if (now_.contains(name)) continue;
    if (fs::remove(path_ / name, ignored)) ++removed_;
    // Folders that are not empty stay: somebody may keep files there.
    for (fs::path folder = fs::path(name).parent_path(); !folder.empty();
         folder = folder.parent_path()) {
      if (!fs::remove(path_ / folder, ignored)) break;
    }
  }
  fs::remove(path_ / kUnfinished, ignored);
  std::string list;
  for (const std::string& name : now_) list += name + "\n";
  replace(path_ / kList, list);
}

}  // namespace assay::api
