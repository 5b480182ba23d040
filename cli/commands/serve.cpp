#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "api/http/server.h"
#include "api/live/answer_cache.h"
#include "cli/commands/commands.h"
#include "cli/commands/options.h"
#include "cli/environment.h"
#include "cli/recurring_audit.h"
#include "schema/embedded.h"
#include "validator/file.h"
#include "validator/validate.h"

namespace assay::cli {
namespace {

struct ServeArguments {
  std::string catalog = kDefaultCatalog;
  std::string db = kDefaultDatabase;
  std::string listen = "127.0.0.1:8080";
  std::string config;       ///< of the audits
  std::string audit_every;  ///< a duration; empty: no audits
};

// The catalog as it is on disk now; the last good one while the file holds mistakes.
class LiveCatalog {
 public:
  struct Version {
    std::shared_ptr<const api::Catalog> catalog;
    std::size_t errors = 0;    ///< that the validator finds in it
    std::uint64_t number = 0;  ///< grows with every change of what is served or of the notice
    std::string notice;        ///< why it is not, or not wholly, what the file says
  };

  LiveCatalog(std::string path, Log log)
      : path_(std::move(path)),
        log_(log),
        schema_(embedded_schema_file("catalog.schema.json")),
        vocabulary_(load_vocabulary()) {
    stamp_ = stamp();
    current_ = read();
    if (current_.catalog->document.entries().empty()) {
      throw std::runtime_error(path_ + ": no entry can be read; `assay validate " + path_ +
                               "` says why");
    }
    if (!current_.notice.empty()) log_.warning(current_.notice);
  }

  Version get() {
    const std::lock_guard lock(mutex_);
    const Stamp now = stamp();
    if (now == stamp_) return current_;
    stamp_ = now;
    try {
      Version fresh = read();
      const api::Catalog& catalog = *fresh.catalog;
      if (catalog.document.incomplete() || catalog.document.entries().empty() ||
          (fresh.errors > 0 && current_.errors == 0)) {
        refuse(fmt::format("{} was edited and has {}", path_, errors(fresh.errors)));
      } else {
        fresh.number = current_.number + 1;
        current_ = std::move(fresh);
        log_.info(fmt::format("{}: read again", path_));
      }
    } catch (const std::exception& error) {
      refuse(error.what());
    }
    return current_;
  }

 private:
  Version read() const {
    Version version;
    version.catalog = std::make_shared<const api::Catalog>(path_, read_file(path_));
    const FileReport report = assay::validate(
        version.catalog->document, schema_, vocabulary_,
        {.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())});
    version.errors = tally({report}).errors;
    if (version.errors > 0) {
      version.notice =
          fmt::format("{} has {}; what can be read of it is shown, `assay validate {}` tells more",
                      path_, errors(version.errors), path_);
    }
    return version;
  }

  static std::string errors(std::size_t count) {
    return fmt::format("{} error{}", count, count == 1 ? "" : "s");
  }

  void refuse(const std::string& why) {
    ++current_.number;
    current_.notice = fmt::format(
        "{}, so the last good catalog stays; `assay validate {}` shows what is wrong", why, path_);
    log_.warning(current_.notice);
  }

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
  Schema schema_;
  Vocabulary vocabulary_;
  Stamp stamp_;
  Version current_;
};

// One read-only store per worker that is busy, kept for the next request.
class StorePool {
 public:
  explicit StorePool(std::string path) : path_(std::move(path)) { take(); }

  /// Goes back when it is not used any more.
  std::shared_ptr<const db::Store> take() {
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
  /// Another file stands at the path: those of the old one are used to the end of their requests.
  void renew() {
    const std::lock_guard lock(mutex_);
    ++file_;
    idle_.clear();
  }

 private:
  void put(const db::Store* used, std::uint64_t file) {
    std::unique_ptr<const db::Store> store(used);
    const std::lock_guard lock(mutex_);
    if (file == file_) idle_.push_back(std::move(store));
  }

  std::string path_;
  std::mutex mutex_;
  std::uint64_t file_ = 0;
  std::vector<std::unique_ptr<const db::Store>> idle_;
};

// What answers are made from now: looked up by one request every two milliseconds at most, so that
// under load no request waits for another's look at the disk.
class Present {
 public:
  struct Moment {
    LiveCatalog::Version catalog;
    api::AnswerCache::State state;
    std::chrono::steady_clock::time_point seen;
  };

  Present(LiveCatalog& catalog, const std::string& db, StorePool& stores, Log log)
      : catalog_(catalog),
        db_(db),
        stores_(stores),
        log_(log),
        file_(file_at(db)),
        store_(std::make_unique<const db::Store>(db, db::Access::read_only)),
        moment_(look()) {}

  std::shared_ptr<const Moment> get() {
    const auto now = std::chrono::steady_clock::now();
    std::shared_ptr<const Moment> moment = last();
    if (now - moment->seen < std::chrono::milliseconds(2)) return moment;
    std::unique_lock looking(looking_, std::try_to_lock);
    if (!looking) {
      // While another one looks, what was true a moment ago will do; not what was before a pause.
      if (now - moment->seen < std::chrono::seconds(1)) return moment;
      looking.lock();
      if (moment = last(); moment->seen >= now) return moment;
    }
    moment = look();
    const std::lock_guard lock(mutex_);
    moment_ = moment;
    return moment;
  }

 private:
  std::shared_ptr<const Moment> look() {
    const auto now = std::chrono::steady_clock::now();
    LiveCatalog::Version catalog = catalog_.get();
    follow_file();
    const api::AnswerCache::State state{catalog.number + (files_ << 32U), store_->data_version()};
    return std::make_shared<const Moment>(Moment{std::move(catalog), state, now});
  }

  using File = std::pair<dev_t, ino_t>;
  static std::optional<File> file_at(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return File{status.st_dev, status.st_ino};
  }

  // A backup that was put in place, or a database that was begun anew.
  void follow_file() {
    const std::optional<File> now = file_at(db_);
    if (!now || now == file_) return;
    file_ = now;  // one that cannot be read is told of once
    try {
      store_ = std::make_unique<const db::Store>(db_, db::Access::read_only);
      stores_.renew();
      ++files_;
      log_.info(db_ + " is another file now: read again");
    } catch (const std::exception& error) {
      log_.warning(
          fmt::format("{} was replaced; the file before it is served as long as it is open: {}",
                      db_, error.what()));
    }
  }

  std::shared_ptr<const Moment> last() {
    const std::shared_lock lock(mutex_);
    return moment_;
  }

  LiveCatalog& catalog_;
  std::string db_;
  StorePool& stores_;
  Log log_;
  std::mutex looking_;  // held by the one that looks; of what follows up to the next
  std::optional<File> file_;
  std::uint64_t files_ = 0;
  std::unique_ptr<const db::Store> store_;  // only to see whether another one has written
  std::shared_mutex mutex_;
  std::shared_ptr<const Moment> moment_;
};

std::unique_ptr<RecurringAudit> recurring_audit(const ServeArguments& arguments, LogFormat format) {
  if (arguments.audit_every.empty()) return nullptr;
  const std::chrono::seconds every = duration_argument("--audit-every", arguments.audit_every);
  if (every < std::chrono::minutes(1)) {
    throw std::runtime_error(
        "--audit-every: `" + arguments.audit_every +
        "` is less than a minute, which is too often for the sources; try 24h");
  }
  read_configuration(arguments.config,
                     process_environment());  // a mistake in it is said now, not in the first night
  if (!std::filesystem::exists(arguments.db)) db::Store(arguments.db, db::Access::read_write);
  std::vector<std::string> words{"--catalog",    arguments.catalog,
                                 "--db",         arguments.db,
                                 "--max-age",    "due",
                                 "--log-format", format == LogFormat::json ? "json" : "text"};
  if (!arguments.config.empty()) words.insert(words.end(), {"--config", arguments.config});
  return std::make_unique<RecurringAudit>(arguments.db, words, every, Log(format));
}

int serve_site(const ServeArguments& arguments, LogFormat format) {
  const api::Listen listen = api::parse_listen(arguments.listen);
  const Log log(format);
  LiveCatalog catalog(arguments.catalog, log);
  const std::unique_ptr<RecurringAudit> audits = recurring_audit(arguments, format);
  StorePool stores(arguments.db);
  Present present(catalog, arguments.db, stores, log);
  api::AnswerCache answers;
  const Vocabulary vocabulary = load_vocabulary();
  api::serve(
      listen,
      [&](const api::Request& request) {
        const std::shared_ptr<const Present::Moment> now = present.get();
        return answers.answer(request, now->state, [&](const api::Request& whole) {
          // Streamed answers keep their store until their end.
          const std::shared_ptr<const db::Store> store = stores.take();
          const auto& [catalog_now, errors, number, notice] = now->catalog;
          const auto owner = std::make_shared<
              std::pair<std::shared_ptr<const db::Store>, std::shared_ptr<const api::Catalog>>>(
              store, catalog_now);
          return api::handle({*store, *catalog_now, vocabulary, notice, owner}, whole);
        });
      },
      [&](int port) {
        const bool six = listen.host.find(':') != std::string::npos;  // RFC 3986, section 3.2.2
        log.info(
            fmt::format("serving {} and {} at http://{}:{}/ (end with Ctrl-C)", arguments.catalog,
                        arguments.db, six ? "[" + listen.host + "]" : listen.host, port),
            {{"address", listen.host}, {"port", port}});
      });
  return kClean;
}

}  // namespace

void add_serve(CLI::App& app, Invocation& chosen) {
  const auto arguments = std::make_shared<ServeArguments>();
  CLI::App* command = app.add_subcommand("serve", "serve the catalog and its findings over HTTP");
  catalog_option(*command, arguments->catalog);
  database_option(*command, arguments->db);
  command->add_option("--listen", arguments->listen, "address and port; port 0 picks a free one")
      ->capture_default_str();
  command->add_option("--audit-every", arguments->audit_every,
                      "audit what is due each time this interval has passed, such as 24h");
  command->add_option("--config", arguments->config,
                      "configuration file of these audits (default: assay.yaml, if present)");
  log_format_option(*command, chosen.log_format);
  command->callback([&chosen, arguments] {
    chosen.run = [arguments, format = chosen.log_format] { return serve_site(*arguments, format); };
  });
}

}  // namespace assay::cli
