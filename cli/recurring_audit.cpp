#include "cli/recurring_audit.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "cli/environment.h"
#include "cli/process.h"
#include "db/store.h"
#include "validator/text/dates.h"

namespace assay::cli {
namespace {

// Sleeps, but wakes up at once when asked to stop.
void pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

// Threads started while this lives take no signals: the server's main thread does.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

RecurringAudit::RecurringAudit(std::string db, std::vector<std::string> words,
                               std::chrono::seconds every, Log log)
    : db_(std::move(db)), words_(std::move(words)), every_(every), log_(log) {
  words_.insert(words_.begin(), {"assay", "audit"});
  const SignalsBlocked blocked;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void RecurringAudit::run(const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    std::chrono::milliseconds wait{0};
    try {
      wait = until_due();
      if (wait.count() <= 0) {
        audit_once(stop);
        wait = every_;
      }
    } catch (const std::exception& error) {
      log_.warning(
          fmt::format("the audit did not start: {}; trying again in a minute", error.what()));
      wait = std::chrono::minutes(1);
    }
    pause(stop, wait);
  }
}

std::chrono::milliseconds RecurringAudit::until_due() const {
  const std::vector<db::Run> newest = db::Store(db_, db::Access::read_only).runs(1);
  if (newest.empty()) return std::chrono::milliseconds{0};
  const std::int64_t since = unix_milliseconds() - parse_time(newest.front().started_at);
  // A clock that was set back must not delay the next audit for long.
  return std::chrono::milliseconds(every_) -
         std::chrono::milliseconds(std::max<std::int64_t>(since, 0));
}

void RecurringAudit::audit_once(const std::stop_token& stop) const {
  // This program itself. Its results are in the database, so its standard output is not needed.
  Process audit({.path = "/proc/self/exe", .words = words_});
  std::optional<ProcessEnd> end;
  bool told = false;
  while (!(end = audit.poll())) {
    if (stop.stop_requested() && !std::exchange(told, true)) audit.terminate();
    // Once a stop was requested, pause() returns at once.
    told ? std::this_thread::sleep_for(std::chrono::milliseconds(10))
         : pause(stop, std::chrono::milliseconds(200));
  }
  if (end->signal != 0) {
    log_.warning(fmt::format("the audit was ended by signal {}", end->signal),
                 {{"signal", end->signal}});
  } else {
    log_.info(fmt::format("the audit ended with exit code {}", end->exit_code),
              {{"exit_code", end->exit_code}});
  }
}

}  // namespace assay::cli
