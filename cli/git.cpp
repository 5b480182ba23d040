#include "cli/git.h"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "cli/process.h"

namespace assay::cli {
namespace {

// Standard output of `git ARGUMENTS`; null when it fails. The variables that tell a hook
// about its repository would apply to every folder; the repository meant here is the file's own.
std::optional<std::string> run_git(const std::vector<std::string>& arguments) {
  Program git{
      .path = "git",
      .words = {"git"},
      .without = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"},
      .quiet = true};
  git.words.insert(git.words.end(), arguments.begin(), arguments.end());
  return output_of(git);
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
    throw std::runtime_error(path + ": is not in a git repository that git can read" +
                             ", so its revisions are unknown");
  }
  const auto commit = revision.empty() || revision.front() == '-'
                          ? std::nullopt
                          : run_git({"-C", folder, "rev-parse", "--verify", "--quiet",
                                     "--end-of-options", revision + "^{commit}"});
  if (!commit || commit->empty()) {
    throw std::runtime_error(
        "`" + revision + "` is not a revision in the repository of " + path +
        "; name a commit, branch or tag that exists there (a shallow clone has " + "few)");
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
