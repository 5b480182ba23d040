#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

/// A program to start, without a shell. It has nothing on standard input, and takes all signals
/// whatever the calling thread blocks.
struct Program {
  std::string path;                       ///< looked up in PATH unless it has a slash
  std::vector<std::string> words;         ///< its name, then its arguments
  std::vector<std::string> without = {};  ///< names of environment variables that it does not get
  bool quiet = false;                     ///< what it writes to standard error is dropped
};

/// How a process ended.
struct ProcessEnd {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;      ///< 0 when it ended by itself
};

/// A program that runs; what it writes to standard output is dropped. The destructor waits for it.
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

/// Standard output of a program that ends with exit code 0; null when it does not, or cannot be
/// started.
std::optional<std::string> output_of(const Program& program);

}  // namespace assay::cli
