#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace assay::test {

struct Finished {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
};

/// A program that runs in a folder, with only PATH and `environment` set, its output in files below
/// that folder. The destructor kills it if it still runs.
class Process {
 public:
  Process(const std::string& folder, const std::vector<std::string>& words,
          const std::map<std::string, std::string>& environment = {},
          const std::string& input = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill(int signal) const;
  Finished wait();
  bool is_running() const;
  /// Output so far.
  std::string err_so_far() const;

 private:
  pid_t pid_ = -1;
  std::string out_path_;
  std::string err_path_;
};

/// Runs the assay program that this build made, to its end.
Finished run_assay(const std::string& folder, std::vector<std::string> arguments,
                   const std::map<std::string, std::string>& environment = {},
                   const std::string& input = {});
std::vector<std::string> assay_words(std::vector<std::string> arguments);

}  // namespace assay::test
