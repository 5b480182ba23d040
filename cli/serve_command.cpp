#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "api/server.h"
#include "cli/commands.h"
#include "cli/recurring_audit.h"

namespace assay::cli {
namespace {

// The catalog as it is on disk now; the last good one while the file cannot be read.
class LiveCatalog {
 public:
  LiveCatalog(std::string path, Log log) : path_(std::move(path)), log_(log) {
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
        log_.warning(fmt::format(
            "{}: has syntax errors, so the last good catalog stays; `assay validate {}`", path_,
            path_));
      } else {
        current_ = std::move(fresh);
        log_.info(fmt::format("{}: read again", path_));
      }
    } catch (const std::exception& error) {
      log_.warning(fmt::format("{}; the last good catalog stays", error.what()));
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
  Log log_;
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

std::unique_ptr<RecurringAudit> recurring_audit(const ServeArguments& arguments, const Log& log) {
  if (arguments.audit_every.empty()) return nullptr;
  const std::chrono::seconds every = duration("--audit-every", arguments.audit_every);
  if (every < std::chrono::minutes(1)) {
    throw std::runtime_error("--audit-every: `" + arguments.audit_every +
                             "` is less than a minute; sources ask for less than that, try 24h");
  }
  configuration(arguments.config);  // a mistake in it is said now, not in the first night
  if (!std::filesystem::exists(arguments.db)) db::Store(arguments.db, db::Access::read_write);
  std::vector<std::string> words{
      "--catalog",    arguments.catalog,
      "--db",         arguments.db,
      "--max-age",    "due",
      "--log-format", arguments.log_format == LogFormat::json ? "json" : "text"};
  if (!arguments.config.empty()) words.insert(words.end(), {"--config", arguments.config});
  return std::make_unique<RecurringAudit>(arguments.db, words, every, log);
}

}  // namespace

int serve(const ServeArguments& arguments) {
  const api::Listen listen = api::parse_listen(arguments.listen);
  const Log log(arguments.log_format);
  LiveCatalog catalog(arguments.catalog, log);
  const std::unique_ptr<RecurringAudit> audits = recurring_audit(arguments, log);
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
        log.info(fmt::format("serving {} and {} at http://{}:{}/ (end with Ctrl-C)",
                             arguments.catalog, arguments.db, listen.host, port),
                 {{"address", listen.host}, {"port", port}});
      });
  return kClean;
}

}  // namespace assay::cli
