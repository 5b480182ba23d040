#include "db/store.h"

#include <SQLiteCpp/Transaction.h>

#include <chrono>
#include <limits>
#include <set>
#include <type_traits>
#include <utility>

#include "db/database.h"
#include "db/evidence_table.h"
#include "db/period_table.h"
#include "db/run_table.h"

namespace assay::db {
namespace {

std::int64_t now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

class Store::Impl {
 public:
  Impl(const std::string& path, Access access) : database_(path, access), access_(access) {}

  /// Runs `work(connection)` in one transaction that is durable afterwards, or undone.
  template <typename Work>
  auto write(const Work& work) {
    if (access_ != Access::read_write) {
      throw Error("the database '" + database_.path() + "' was opened for reading only");
    }
    return in_transaction(SQLite::TransactionBehavior::IMMEDIATE, work);
  }
  /// Runs `work(connection)` on one state of the database.
  template <typename Work>
  auto read(const Work& work) {
    return in_transaction(SQLite::TransactionBehavior::DEFERRED, work);
  }

  /// Reads runs by `select(connection)`; those that died are "interrupted".
  template <typename Select>
  std::vector<Run> read_runs(const Select& select) {
    std::vector<Run> runs = read(select);
    std::set<std::int64_t> running;
    for (const Run& run : runs) {
      if (run.status == "running" && run.id != own_run) running.insert(run.id);
    }
    if (running.empty()) return runs;
    if (access_ == Access::read_only) {
      if (has_writer(database_.path())) return runs;
      // It may have ended well between the two looks; what still runs without a writer is dead.
      runs = read(select);
    }
    for (Run& run : runs) {
      if (run.status == "running" && running.contains(run.id)) run.status = "interrupted";
    }
    return runs;
  }

  std::int64_t own_run = 0;  // the run that this Store has begun

 private:
  template <typename Work>
  auto in_transaction(SQLite::TransactionBehavior behavior, const Work& work) {
    try {
      SQLite::Database& connection = database_.connection();
      SQLite::Transaction transaction(connection, behavior);
      if constexpr (std::is_void_v<decltype(work(connection))>) {
        work(connection);
        transaction.commit();
      } else {
        auto result = work(connection);
        transaction.commit();
        return result;
      }
    } catch (const SQLite::Exception& exception) {
      throw database_.explain(exception);
    }
  }

  Database database_;
  Access access_;
};

Store::Store(const std::string& path, Access access)
    : impl_(std::make_unique<Impl>(path, access)) {}
Store::~Store() = default;

std::int64_t Store::begin_run(const Run& run) {
  impl_->own_run = impl_->write(
      [&](SQLite::Database& connection) { return insert_run(connection, run, now()); });
  return impl_->own_run;
}

void Store::add_evidence(std::int64_t run, const Evidence& evidence) {
  impl_->write([&](SQLite::Database& connection) {
    require_running(connection, run);
    insert_evidence(connection, run, evidence);
  });
}

void Store::add_findings(std::int64_t run, const std::string& slug,
                         const std::vector<Finding>& findings,
                         const std::vector<std::string>& auditors) {
  impl_->write([&](SQLite::Database& connection) {
    require_running(connection, run);
    record_findings(connection, run, slug, findings, auditors);
    count_verdicts(connection, run, findings);
  });
}

void Store::close_other_entries(std::int64_t run, const std::vector<std::string>& slugs) {
  impl_->write([&](SQLite::Database& connection) {
    require_running(connection, run);
    db::close_other_entries(connection, run, slugs);
  });
}

void Store::finish_run(std::int64_t run, const RequestCounts& requests) {
  impl_->write([&](SQLite::Database& connection) {
    require_running(connection, run);
    complete_run(connection, run, requests, now());
  });
}

std::optional<Evidence> Store::newest_evidence(const std::string& url) const {
  return impl_->read([&](SQLite::Database& connection) { return select_newest(connection, url); });
}

std::vector<Evidence> Store::evidence_of(std::int64_t run) const {
  return impl_->read([&](SQLite::Database& connection) { return select_of_run(connection, run); });
}

std::optional<EvidenceRecord> Store::evidence(const std::string& id) const {
  return impl_->read([&](SQLite::Database& connection) { return select_evidence(connection, id); });
}

std::optional<std::string> Store::body(const std::string& id) const {
  return impl_->read([&](SQLite::Database& connection) { return select_body(connection, id); });
}

std::optional<Run> Store::run(std::int64_t id) const {
  std::vector<Run> runs = impl_->read_runs([&](SQLite::Database& connection) {
    std::vector<Run> found;
    if (std::optional<Run> run = select_run(connection, id)) found.push_back(std::move(*run));
    return found;
  });
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

std::vector<Run> Store::runs(std::size_t limit, std::int64_t before) const {
  return impl_->read_runs(
      [&](SQLite::Database& connection) { return select_runs(connection, limit, before); });
}

std::vector<Period> Store::findings(const FindingFilter& filter) const {
  return impl_->read(
      [&](SQLite::Database& connection) { return select_current(connection, filter); });
}

std::vector<Period> Store::history(const std::string& slug, const std::string& label,
                                   std::size_t limit, std::int64_t before) const {
  constexpr auto kNoBound = std::numeric_limits<std::int64_t>::max();
  return impl_->read([&](SQLite::Database& connection) {
    return select_history(connection, slug, label, limit, before > 0 ? before : kNoBound);
  });
}

std::vector<Store::EntrySummary> Store::summaries() const {
  return impl_->read([](SQLite::Database& connection) { return select_summaries(connection); });
}

}  // namespace assay::db
