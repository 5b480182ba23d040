#include "cli/recurring_audit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>

#include "cli/commands.h"
#include "db/store.h"
#include "validator/dates.h"

namespace assay::cli {
namespace {

// Sleeps, but wakes at once when it is to stop.
void pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

// This very program with other arguments; -1 and errno when it cannot be started. Its results are
// in the database, so standard output is closed to it.
pid_t start(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  // The server takes its signals in one thread and blocks them elsewhere; its children must not.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, "/proc/self/exe", &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  errno = error;
  return error == 0 ? process : -1;
}

// Threads made while this lives take no signals: those are the server's.
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
      log_.warning(fmt::format("no audit: {}; trying again in a minute", error.what()));
      wait = std::chrono::minutes(1);
    }
    pause(stop, wait);
  }
}

std::chrono::milliseconds RecurringAudit::until_due() const {
  const std::vector<db::Run> newest = db::Store(db_, db::Access::read_only).runs(1);
  if (newest.empty()) return std::chrono::milliseconds{0};
  const std::int64_t since = now_milliseconds() - parse_time(newest.front().started_at);
  // A clock that was set back must not put the next audit off for long.
  return std::chrono::milliseconds(every_) -
         std::chrono::milliseconds(std::max<std::int64_t>(since, 0));
}

void RecurringAudit::audit_once(const std::stop_token& stop) const {
  const pid_t process = start(words_);
  if (process < 0) {
    log_.warning(fmt::format("no audit: it cannot be started: {}", std::strerror(errno)));
    return;
  }
  int status = 0;
  bool told = false;
  while (waitpid(process, &status, WNOHANG) == 0) {
    if (stop.stop_requested() && !std::exchange(told, true)) kill(process, SIGTERM);
    // A stop shortens no pause any more once it was asked for.
    told ? std::this_thread::sleep_for(std::chrono::milliseconds(10))
         : pause(stop, std::chrono::milliseconds(200));
  }
  if (WIFSIGNALED(status)) {
    log_.warning(fmt::format("the audit was ended by signal {}", WTERMSIG(status)),
                 {{"signal", WTERMSIG(status)}});
  } else {
    log_.info(fmt::format("the audit ended with exit code {}", WEXITSTATUS(status)),
              {{"exit_code", WEXITSTATUS(status)}});
  }
}

}  // namespace assay::cli
