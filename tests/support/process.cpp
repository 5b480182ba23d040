#include "support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "support/golden.h"

namespace assay::test {

Process::Process(const std::string& folder, const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment, const std::string& input) {
  static int number = 0;
  const std::string stem = folder + "/.process" + std::to_string(++number);
  out_path_ = stem + ".out";
  err_path_ = stem + ".err";
  const std::string in_path = stem + ".in";
  std::ofstream(in_path, std::ios::binary) << input;

  std::vector<std::string> variables;
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  }
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);

  const int in = open(in_path.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = open(out_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int err = open(err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (chdir(folder.c_str()) != 0) _exit(126);
    execve(argv.front(), argv.data(), envp.data());
    _exit(127);
  }
  close(in);
  close(out);
  close(err);
}

Process::~Process() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::kill(int signal) const { ::kill(pid_, signal); }

Finished Process::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  Finished finished;
  if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
  finished.out = read_file(out_path_);
  finished.err = read_file(err_path_);
  return finished;
}

bool Process::is_running() const {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0;
}

std::string Process::err_so_far() const { return read_file(err_path_); }

std::vector<std::string> assay_words(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), ASSAY_PROGRAM);
  return arguments;
}

Finished run_assay(const std::string& folder, std::vector<std::string> arguments,
                   const std::map<std::string, std::string>& environment,
                   const std::string& input) {
  return Process(folder, assay_words(std::move(arguments)), environment, input).wait();
}

}  // namespace assay::test
