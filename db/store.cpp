#include "db/store.h"

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <type_traits>
#include <utility>

#include "db/database.h"
#include "db/prune.h"
#include "db/record_findings.h"
#include "db/statement.h"
#include "db/tables/change_table.h"
#include "db/tables/evidence_table.h"
#include "db/tables/period_table.h"
#include "db/tables/price_table.h"
#include "db/tables/run_table.h"
#include "validator/text/dates.h"

namespace assay::db {
namespace {

std::int64_t system_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

struct Undo {};  // thrown to roll back a transaction that was only tried

}  // namespace

class Store::Impl {
 public:
  Impl(const std::string& path, Access access, Clock clock)
      : database_(path, access), access_(access), clock_(clock ? std::move(clock) : system_now) {}

  /// Runs `work(connection, moment)` in one transaction, which is durable afterwards or undone. The
  /// moment is later than all earlier ones.
  template <typename Work>
  auto write(const Work& work) {
    if (access_ != Access::read_write) {
      throw Error("the database '" + database_.path() + "' was opened read-only");
    }
    return in_transaction(
        SQLite::TransactionBehavior::IMMEDIATE, [&](SQLite::Database& connection) {
          return work(connection, std::max(clock_(), db::newest_moment(connection) + 1));
        });
  }
  /// The same for a change that belongs to the current run.
  template <typename Work>
  void write(std::int64_t run, const Work& work) {
    write([&](SQLite::Database& connection, std::int64_t at) {
      touch_running(connection, run, at, spent);
      work(connection, at);
    });
  }
  /// Runs `work(connection)` on one snapshot of the database.
  template <typename Work>
  auto read(const Work& work) {
    return in_transaction(SQLite::TransactionBehavior::DEFERRED, work);
  }
  /// Runs `work(connection, view)` on what was known at a moment.
  template <typename Work>
  auto read(const std::string& as_of, const Work& work) {
    return read([&](SQLite::Database& connection) {
      View view;
      if (!as_of.empty()) {
        const std::int64_t at = time_value(as_of, "'as_of'");
        if (at < db::newest_moment(connection)) view = {at, false, nullptr};
      }
      return work(connection, view);
    });
  }

  /// Reads runs by `select(connection, view)`; those that died are "interrupted".
  template <typename Select>
  std::vector<Run> read_runs(const std::string& as_of, const Select& select) {
    std::vector<Run> runs = read(as_of, select);
    std::set<std::int64_t> running;
    for (const Run& run : runs) {
      if (run.status == "running" && run.id != own_run) running.insert(run.id);
    }
    if (running.empty()) return runs;
    if (access_ == Access::read_only && has_writer(database_.path())) return runs;
    // It may have completed between the two reads; what still runs without a writer is dead.
    return read(as_of, [&](SQLite::Database& connection, View view) {
      view.dead = &running;
      return select(connection, view);
    });
  }

  template <typename Work>
  void outside_transaction(const Work& work) {
    try {
      work(database_.connection());
    } catch (const SQLite::Exception& exception) {
      throw database_.explain(exception);
    }
  }

  std::int64_t own_run = 0;  // the run that this Store began
  RequestCounts spent;       // by that run

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
  Clock clock_;
};

Store::Store(const std::string& path, Access access, Clock clock)
    : impl_(std::make_unique<Impl>(path, access, std::move(clock))) {}
Store::~Store() = default;

std::int64_t Store::begin_run(const Run& run) {
  impl_->spent = {};
  impl_->own_run = impl_->write([&](SQLite::Database& connection, std::int64_t at) {
    return insert_run(connection, run, at);
  });
  return impl_->own_run;
}

void Store::add_evidence(std::int64_t run, const Evidence& evidence) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t) {
    insert_evidence(connection, run, evidence);
  });
}

void Store::add_findings(std::int64_t run, const std::string& slug,
                         const std::vector<Finding>& findings,
                         const std::vector<std::string>& auditors, std::span<const Unread> unread) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t at) {
    record_findings(connection, run, at, slug, findings, auditors, unread);
    count_verdicts(connection, run, findings);
  });
}

void Store::add_offers(std::int64_t run, const Evidence& document, std::span<const Offer> offers,
                       bool whole) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t at) {
    record_offers(connection, run, at, document, offers, whole);
  });
}

void Store::add_joined(std::int64_t run, const std::string& slug,
                       std::span<const Offer* const> offers) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t at) {
    record_joined(connection, at, slug, offers);
  });
}

void Store::close_other_entries(std::int64_t run, const std::vector<std::string>& slugs) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t at) {
    db::close_other_entries(connection, run, at, slugs);
  });
}

void Store::note_requests(const RequestCounts& so_far) { impl_->spent = so_far; }

void Store::finish_run(std::int64_t run, const RequestCounts& requests) {
  impl_->write(run, [&](SQLite::Database& connection, std::int64_t at) {
    complete_run(connection, run, requests, at);
  });
}

PruneReport Store::prune(std::int64_t cutoff, bool dry_run) {
  PruneReport report;
  const auto work = [&](SQLite::Database& connection, std::int64_t at) {
    report = prune_evidence(connection, cutoff, at);
    if (dry_run) throw Undo{};
  };
  try {
    impl_->write(work);
  } catch (const Undo&) {
    return report;
  }
  impl_->outside_transaction(vacuum);
  return report;
}

std::string Store::newest_moment() const {
  return impl_->read([](SQLite::Database& connection) {
    const std::int64_t at = db::newest_moment(connection);
    return at > 0 ? format_time(at) : std::string{};
  });
}

std::int64_t Store::data_version() const {
  std::int64_t version = 0;
  impl_->outside_transaction([&](SQLite::Database& connection) {
    version = connection.execAndGet("PRAGMA data_version").getInt64();
  });
  return version;
}

std::optional<Evidence> Store::newest_evidence(const std::string& url) const {
  return impl_->read([&](SQLite::Database& connection) { return select_newest(connection, url); });
}

Attempts Store::attempts(const std::string& url) const {
  return impl_->read(
      [&](SQLite::Database& connection) { return select_attempts(connection, url); });
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

std::vector<std::string> Store::body_sources(const std::string& id) const {
  return impl_->read(
      [&](SQLite::Database& connection) { return select_body_sources(connection, id); });
}

std::optional<Run> Store::run(std::int64_t id, const std::string& as_of) const {
  std::vector<Run> runs =
      impl_->read_runs(as_of, [&](SQLite::Database& connection, const View& view) {
        std::vector<Run> found;
        if (auto run = select_run(connection, id, view)) found.push_back(std::move(*run));
        return found;
      });
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

std::vector<Run> Store::runs(std::size_t limit, std::int64_t before,
                             const std::string& as_of) const {
  return impl_->read_runs(as_of, [&](SQLite::Database& connection, const View& view) {
    return select_runs(connection, limit, before, view);
  });
}

std::vector<Period> Store::findings(const FindingFilter& filter) const {
  return impl_->read(filter.as_of, [&](SQLite::Database& connection, const View& view) {
    return select_current(connection, filter, view);
  });
}

std::vector<Period> Store::history(const std::string& slug, const std::string& label,
                                   std::size_t limit, std::int64_t before,
                                   const std::string& as_of) const {
  return impl_->read(as_of, [&](SQLite::Database& connection, const View& view) {
    return select_history(connection, slug, label, limit, before > 0 ? before : kNoBound, view);
  });
}

std::vector<Change> Store::changes(const ChangeFilter& filter) const {
  return impl_->read(filter.as_of, [&](SQLite::Database& connection, const View& view) {
    return select_changes(connection, filter, view);
  });
}

std::vector<PricePeriod> Store::prices(const PriceFilter& filter) const {
  return impl_->read(filter.as_of, [&](SQLite::Database& connection, const View& view) {
    return select_prices(connection, filter, view);
  });
}

std::vector<OfferPeriod> Store::offer_history(const std::string& slug) const {
  return impl_->read(
      [&](SQLite::Database& connection) { return select_offer_history(connection, slug); });
}

std::optional<Evidence> Store::last_document(const Evidence& document) const {
  return impl_->read(
      [&](SQLite::Database& connection) { return select_last_document(connection, document); });
}

std::vector<EntrySummary> Store::summaries(const std::string& as_of) const {
  return impl_->read(as_of, [](SQLite::Database& connection, const View& view) {
    return select_summaries(connection, nullptr, view);
  });
}

std::optional<EntrySummary> Store::summary(const std::string& slug,
                                           const std::string& as_of) const {
  std::vector<EntrySummary> found =
      impl_->read(as_of, [&](SQLite::Database& connection, const View& view) {
        return select_summaries(connection, &slug, view);
      });
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Totals Store::totals() const {
  return impl_->read([](SQLite::Database& connection) {
    return Totals{count_findings(connection), select_health(connection, std::nullopt)};
  });
}

}  // namespace assay::db
