#include "cli/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

extern char** environ;

namespace assay::cli {
namespace {

// The file actions and attributes for posix_spawn.
class SpawnSettings {
 public:
  /// `output` becomes standard output; -1 discards it.
  SpawnSettings(const Program& program, int output) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (output >= 0) {
      posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (program.quiet) {
      posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

bool is_named(std::string_view variable, const std::string& name) {
  return variable.size() > name.size() && variable[name.size()] == '=' &&
         variable.starts_with(name);
}

std::vector<char*> environment_without(const std::vector<std::string>& names) {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string& name) { return is_named(*variable, name); })) {
      variables.push_back(*variable);
    }
  }
  variables.push_back(nullptr);
  return variables;
}

pid_t start(const Program& program, int output) {
  std::vector<std::string> words = program.words;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> variables = environment_without(program.without);
  const SpawnSettings settings(program, output);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, program.path.c_str(), &settings.files, &settings.attributes,
                                 argv.data(), variables.data());
  if (error != 0) {
    throw std::runtime_error(
        fmt::format("{} cannot be started: {}", program.path, std::strerror(error)));
  }
  return pid;
}

// A pipe whose ends close with it.
struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
    }
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t end) {
    if (ends.at(end) >= 0) close(std::exchange(ends.at(end), -1));
  }
  std::array<int, 2> ends{-1, -1};
};

std::string read_to_end(int descriptor) {
  std::string output;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return output;
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Null when the process still runs, which is possible only with WNOHANG.
std::optional<ProcessEnd> look(pid_t pid, int options) {
  int status = 0;
  pid_t found = 0;
  do {
    found = waitpid(pid, &status, options);
  } while (found < 0 && errno == EINTR);
  if (found == 0) return std::nullopt;
  if (found > 0 && WIFSIGNALED(status)) return ProcessEnd{-1, WTERMSIG(status)};
  return ProcessEnd{found > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0};
}

}  // namespace

Process::Process(const Program& program) : pid_(start(program, -1)) {}

Process::~Process() { wait(); }

std::optional<ProcessEnd> Process::poll() {
  if (!end_) end_ = look(pid_, WNOHANG);
  return end_;
}

ProcessEnd Process::wait() {
  if (!end_) end_ = look(pid_, 0);
  return end_.value_or(ProcessEnd{});
}

void Process::terminate() const {
  if (!end_) kill(pid_, SIGTERM);
}

std::optional<std::string> output_of(const Program& program) {
  Pipe pipe;
  pid_t pid = -1;
  try {
    pid = start(program, pipe.ends[1]);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
  pipe.close_end(1);
  std::string output = read_to_end(pipe.ends[0]);
  const std::optional<ProcessEnd> end = look(pid, 0);
  if (!end || end->exit_code != 0) return std::nullopt;
  return output;
}

}  // namespace assay::cli
