#include "api/live/live_catalog.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "schema/embedded.h"
#include "validator/file.h"

namespace assay::api {
namespace {

std::string error_count(std::size_t count) {
  return fmt::format("{} error{}", count, count == 1 ? "" : "s");
}

}  // namespace

LiveCatalog::LiveCatalog(std::string path, Notices notices)
    : path_(std::move(path)),
      notices_(std::move(notices)),
      schema_(embedded_schema_file("catalog.schema.json")),
      vocabulary_(load_vocabulary()) {
  stamp_ = stamp();
  current_ = read();
  if (current_.catalog->document.entries().empty()) {
    throw std::runtime_error(path_ + ": no entry can be read; run `assay validate " + path_ +
                             "` to see why");
  }
  if (!current_.notice.empty()) notices_.warning(current_.notice);
}

LiveCatalog::Version LiveCatalog::get() {
  const std::lock_guard lock(mutex_);
  const Stamp now = stamp();
  if (now == stamp_) return current_;
  stamp_ = now;
  try {
    Version fresh = read();
    const Document& document = fresh.catalog->document;
    if (document.incomplete() || document.entries().empty() ||
        (fresh.errors > 0 && current_.errors == 0)) {
      refuse(fmt::format("{} was edited and has {}", path_, error_count(fresh.errors)));
    } else {
      fresh.number = current_.number + 1;
      current_ = std::move(fresh);
      notices_.info(fmt::format("{}: reloaded", path_));
    }
  } catch (const std::exception& error) {
    refuse(error.what());
  }
  return current_;
}

LiveCatalog::Version LiveCatalog::read() const {
  Version version;
  version.catalog = std::make_shared<const Catalog>(path_, read_file(path_));
  const FileReport report =
      validate(version.catalog->document, schema_, vocabulary_,
               {.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())});
  version.errors = tally({report}).errors;
  if (version.errors > 0) {
    version.notice = fmt::format(
        "{} has {}; the part that can be read is served, `assay validate {}` shows the rest", path_,
        error_count(version.errors), path_);
  }
  return version;
}

void LiveCatalog::refuse(const std::string& why) {
  ++current_.number;
  current_.notice = fmt::format(
      "{}; still serving the last good catalog, `assay validate {}` shows what is wrong", why,
      path_);
  notices_.warning(current_.notice);
}

LiveCatalog::Stamp LiveCatalog::stamp() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
}

}  // namespace assay::api
