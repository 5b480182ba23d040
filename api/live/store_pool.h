#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/store.h"

namespace assay::api {

/// Read-only stores of one database, since a store serves one thread: those that nobody uses are
/// kept for the next request. Thread-safe; outlives what it hands out.
class StorePool {
 public:
  /// Opens the first one. Throws db::Error when that fails.
  explicit StorePool(std::string path);

  /// Comes back by itself when the last owner lets it go.
  std::shared_ptr<const db::Store> take();
  /// Another file stands at the path: stores of the old one are used to the end of their requests.
  void renew();

 private:
  void put(const db::Store* used, std::uint64_t file);

  std::string path_;
  std::mutex mutex_;  // of what follows
  std::uint64_t file_ = 0;
  std::vector<std::unique_ptr<const db::Store>> idle_;
};

}  // namespace assay::api
