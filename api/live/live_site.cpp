#include "api/live/live_site.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <stdexcept>

#include "api/routes.h"

namespace assay::api {

LiveSite::LiveSite(LiveCatalog& catalog, std::string db, Notices notices)
    : catalog_(catalog),
      db_(std::move(db)),
      notices_(std::move(notices)),
      vocabulary_(load_vocabulary()),
      stores_(db_),
      file_(file_at(db_)),
      store_(std::make_unique<const db::Store>(db_, db::Access::read_only)),
      moment_(look()) {}

Response LiveSite::answer(const Request& request) {
  const Now at = now();
  return answers_.answer(request, at->state, [&](const Request& whole) {
    // A streamed answer keeps its store and its catalog until its end.
    struct Owner {
      std::shared_ptr<const db::Store> store;
      std::shared_ptr<const Catalog> catalog;
    };
    const auto owner = std::make_shared<const Owner>(Owner{stores_.take(), at->catalog.catalog});
    return handle({*owner->store, *owner->catalog, vocabulary_, at->catalog.notice, owner}, whole);
  });
}

// At most one request every two milliseconds looks at the disk, so that under load no request waits
// for another.
LiveSite::Now LiveSite::now() {
  const auto now = std::chrono::steady_clock::now();
  Now moment = last();
  if (now - moment->seen < std::chrono::milliseconds(2)) return moment;
  std::unique_lock looking(looking_, std::try_to_lock);
  if (!looking) {
    // While another request looks, the last look will do, unless it was before a pause.
    if (now - moment->seen < std::chrono::seconds(1)) return moment;
    looking.lock();
    if (moment = last(); moment->seen >= now) return moment;
  }
  moment = look();
  const std::lock_guard lock(mutex_);
  moment_ = moment;
  return moment;
}

LiveSite::Now LiveSite::look() {
  const auto now = std::chrono::steady_clock::now();
  LiveCatalog::Version catalog = catalog_.get();
  follow_file();
  const AnswerCache::State state{catalog.number + (files_ << 32U), store_->data_version()};
  return std::make_shared<const Moment>(Moment{std::move(catalog), state, now});
}

LiveSite::Now LiveSite::last() {
  const std::shared_lock lock(mutex_);
  return moment_;
}

// Notices a restored backup or a database that was started over.
void LiveSite::follow_file() {
  const std::optional<File> now = file_at(db_);
  if (!now || now == file_) return;
  file_ = now;  // a file that cannot be read is reported once
  try {
    store_ = std::make_unique<const db::Store>(db_, db::Access::read_only);
    stores_.renew();
    ++files_;
    notices_.info(db_ + " was replaced; reloaded");
  } catch (const std::exception& error) {
    notices_.warning(fmt::format(
        "{} was replaced, but the new file cannot be read; still serving the old one: {}", db_,
        error.what()));
  }
}

std::optional<LiveSite::File> LiveSite::file_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return File{status.st_dev, status.st_ino};
}

}  // namespace assay::api
