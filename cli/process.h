#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

/// A program to start, without a shell. Its standard input is empty, and no signal is blocked in
/// it, whatever the calling thread blocks.
struct Program {
  std::string path;                       ///< looked up in PATH unless it has a slash
  std::vector<std::string> words;         ///< its name, then its arguments
  std::vector<std::string> without = {};  ///< names of environment variables to withhold
  bool quiet = false;                     ///< its standard error is discarded
};

/// How a process ended.
struct ProcessEnd {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;      ///< 0 when it ended by itself
};

/// A running program whose standard output is discarded. The destructor waits for it to end.
class Process {
 public:
  /// Throws std::runtime_error with the cause when it cannot be started.
  explicit Process(const Program& program);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Null while it runs.
  std::optional<ProcessEnd> poll();
  ProcessEnd wait();
  /// Asks it to end (SIGTERM).
  void terminate() const;

 private:
  pid_t pid_;
  std::optional<ProcessEnd> end_;
};

/// The standard output of a program, once it has ended; null when its exit code is not 0 or it
/// cannot be started.
std::optional<std::string> output_of(const Program& program);

}  // namespace assay::cli
