#include "api/live/store_pool.h"

#include <utility>

namespace assay::api {

StorePool::StorePool(std::string path) : path_(std::move(path)) { take(); }

std::shared_ptr<const db::Store> StorePool::take() {
  std::unique_ptr<const db::Store> store;
  std::uint64_t file = 0;
  {
    const std::lock_guard lock(mutex_);
    file = file_;
    if (!idle_.empty()) {
      store = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!store) store = std::make_unique<const db::Store>(path_, db::Access::read_only);
  return {store.release(), [this, file](const db::Store* used) { put(used, file); }};
}

void StorePool::renew() {
  const std::lock_guard lock(mutex_);
  ++file_;
  idle_.clear();
}

void StorePool::put(const db::Store* used, std::uint64_t file) {
  std::unique_ptr<const db::Store> store(used);
  const std::lock_guard lock(mutex_);
  if (file == file_) idle_.push_back(std::move(store));
}

}  // namespace assay::api
