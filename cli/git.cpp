#include "cli/git.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

extern char** environ;

namespace assay::cli {
namespace {

// A hook is told of its repository by variables, which would hold for any folder that git is sent
// to. The repository meant here is the one that the file lies in.
std::vector<char*> environment_without_repository() {
  constexpr std::array<std::string_view, 5> kOfRepository{
      "GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_PREFIX=", "GIT_COMMON_DIR="};
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (std::none_of(kOfRepository.begin(), kOfRepository.end(),
                     [text](std::string_view name) { return text.starts_with(name); })) {
      variables.push_back(*variable);
    }
  }
  variables.push_back(nullptr);
  return variables;
}

// Standard output of `git ARGUMENTS`, run without a shell; nullopt when it fails.
std::optional<std::string> run_git(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  std::vector<std::string> words{"git"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> envp = environment_without_repository();
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "git", &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  std::array<char, 4096> buffer{};
  while (failed == 0) {
    const ssize_t count = read(ends[0], buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  if (failed != 0) return std::nullopt;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return output;
}

}  // namespace

std::string git_commit_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const auto changed = run_git({"-C", folder, "status", "--porcelain", "--", name});
  if (!changed || !changed->empty()) return {};
  const auto commit = run_git({"-C", folder, "log", "-1", "--format=%H", "--", name});
  return commit && commit->size() == 41 ? commit->substr(0, 40) : std::string{};
}

std::optional<std::string> git_file_at(const std::string& revision, const std::string& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  if (error) throw std::runtime_error(path + ": " + error.message());
  const std::string folder = target.parent_path().string();
  const std::string name = target.filename().string();
  if (!run_git({"-C", folder, "rev-parse", "--git-dir"})) {
    throw std::runtime_error(path + ": lies in no git repository that git can read" +
                             ", so nothing is known of its revisions");
  }
  const auto commit = revision.empty() || revision.front() == '-'
                          ? std::nullopt
                          : run_git({"-C", folder, "rev-parse", "--verify", "--quiet",
                                     "--end-of-options", revision + "^{commit}"});
  if (!commit || commit->empty()) {
    throw std::runtime_error("`" + revision + "` is no revision of the repository of " + path +
                             "; name a commit, branch or tag that is there (a shallow clone has " +
                             "few)");
  }
  const std::string id = commit->substr(0, commit->find('\n'));
  const auto listed = run_git({"-C", folder, "ls-tree", id, "--", "./" + name});
  if (!listed) throw std::runtime_error(path + ": git cannot list revision " + id);
  if (listed->find(" blob ") != 6) return std::nullopt;
  auto content = run_git({"-C", folder, "cat-file", "--filters", id + ":./" + name});
  if (!content) throw std::runtime_error(path + ": git cannot read it at revision " + id);
  return content;
}

}  // namespace assay::cli
