#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "api/server.h"
#include "cli/commands.h"

namespace assay::cli {
namespace {

// The catalog as it is on disk now; the last good one while the file cannot be read.
class LiveCatalog {
 public:
  explicit LiveCatalog(std::string path) : path_(std::move(path)) {
    stamp_ = stamp();
    current_ = std::make_shared<const api::Catalog>(path_, read_file(path_));
    if (current_->document.entries().empty()) {
      throw std::runtime_error(path_ + ": no entry can be read; `assay validate " + path_ +
                               "` says why");
    }
  }

  std::shared_ptr<const api::Catalog> get() {
    const std::lock_guard lock(mutex_);
    const Stamp now = stamp();
    if (now == stamp_) return current_;
    stamp_ = now;
    try {
      auto fresh = std::make_shared<const api::Catalog>(path_, read_file(path_));
      if (fresh->document.incomplete() || fresh->document.entries().empty()) {
        fmt::print(stderr,
                   "{}: has syntax errors, so the last good catalog stays; `assay validate {}`\n",
                   path_, path_);
      } else {
        current_ = std::move(fresh);
        fmt::print(stderr, "{}: read again\n", path_);
      }
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}; the last good catalog stays\n", error.what());
    }
    return current_;
  }

 private:
  struct Stamp {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::int64_t size = -1;
    bool operator==(const Stamp&) const = default;
  };
  Stamp stamp() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
  }

  std::string path_;
  std::mutex mutex_;
  Stamp stamp_;
  std::shared_ptr<const api::Catalog> current_;
};

// One read-only store per worker that is busy, kept for the next request.
class StorePool {
 public:
  explicit StorePool(std::string path) : path_(std::move(path)) { put(take()); }

  std::unique_ptr<db::Store> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto store = std::move(idle_.back());
        idle_.pop_back();
        return store;
      }
    }
    return std::make_unique<db::Store>(path_, db::Access::read_only);
  }
  void put(std::unique_ptr<db::Store> store) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(store));
  }

 private:
  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<db::Store>> idle_;
};

}  // namespace

int serve(const ServeArguments& arguments) {
  const api::Listen listen = api::parse_listen(arguments.listen);
  LiveCatalog catalog(arguments.catalog);
  StorePool stores(arguments.db);
  const Vocabulary vocabulary = load_vocabulary();
  api::serve(
      listen,
      [&](const api::Request& request) {
        const std::shared_ptr<const api::Catalog> now = catalog.get();
        std::unique_ptr<db::Store> store = stores.take();
        api::Response response = api::handle({*store, *now, vocabulary}, request);
        stores.put(std::move(store));
        return response;
      },
      [&](int port) {
        fmt::print(stderr, "serving {} and {} at http://{}:{}/ (end with Ctrl-C)\n",
                   arguments.catalog, arguments.db, listen.host, port);
      });
  return kClean;
}

}  // namespace assay::cli
