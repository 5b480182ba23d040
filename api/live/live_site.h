#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>

#include "api/http/message.h"
#include "api/live/answer_cache.h"
#include "api/live/live_catalog.h"
#include "api/live/notices.h"
#include "api/live/store_pool.h"
#include "validator/vocabulary.h"

namespace assay::api {

/// A catalog file and a database, served as they are now: the whole way from a request to its
/// response. Both files may be changed or replaced meanwhile. Thread-safe; must outlive the streams
/// of its responses.
class LiveSite {
 public:
  /// `catalog` must outlive this. Throws db::Error when the database cannot be read.
  LiveSite(LiveCatalog& catalog, std::string db, Notices notices);

  /// Answers like handle() in api/routes.h. Throws db::Error when the database cannot be opened.
  Response answer(const Request& request);

 private:
  // What answers are made from at one moment.
  struct Moment {
    LiveCatalog::Version catalog;
    AnswerCache::State state;
    std::chrono::steady_clock::time_point seen;
  };
  using Now = std::shared_ptr<const Moment>;
  using File = std::pair<dev_t, ino_t>;

  Now now();
  Now look();
  Now last();
  void follow_file();
  static std::optional<File> file_at(const std::string& path);

  LiveCatalog& catalog_;
  const std::string db_;
  const Notices notices_;
  const Vocabulary vocabulary_;
  StorePool stores_;
  AnswerCache answers_;
  std::mutex looking_;  // of what follows, up to store_
  std::optional<File> file_;
  std::uint64_t files_ = 0;
  std::unique_ptr<const db::Store> store_;  // only to see whether somebody has written
  std::shared_mutex mutex_;                 // of moment_
  Now moment_;
};

}  // namespace assay::api
