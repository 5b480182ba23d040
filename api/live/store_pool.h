#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/store.h"

namespace assay::api {

/// Read-only stores of one database, since a store serves one thread. Idle ones are kept for the
/// next request. Thread-safe; must outlive the stores it hands out.
class StorePool {
 public:
  /// Opens the first one. Throws db::Error when that fails.
  explicit StorePool(std::string path);

  /// The store returns to the pool when its last owner drops it.
  std::shared_ptr<const db::Store> take();
  /// The file was replaced: stores of the old one are used until their requests end.
  void renew();

 private:
  void put(const db::Store* used, std::uint64_t file);

  std::string path_;
  std::mutex mutex_;  // of what follows
  std::uint64_t file_ = 0;
  std::vector<std::unique_ptr<const db::Store>> idle_;
};

}  // namespace assay::api
