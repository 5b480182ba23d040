#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/validated.h"

// `assay validate --changed-since` in a real repository.

namespace {

using namespace assay::test;
using Labels = std::vector<std::string>;

std::string wrong(const std::string& slug) {
  return entry_yaml(slug) + "    colour_of_" + slug + ": red\n";
}

// A repository whose catalog lies in a folder below its top, with one commit.
class Repository {
 public:
  Repository() {
    std::filesystem::create_directory(folder_.path() / "data");
    git({"init", "--quiet", "--initial-branch=main"});
    write("models:\n" + wrong("a"));
    commit("one");
  }

  std::string path() const { return folder_.path().string(); }
  void write(const std::string& text, const std::string& name = "data/models.yaml") const {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
  }
  void git(std::vector<std::string> words) const {
    words.insert(words.begin(), {"/usr/bin/env", "git", "-c", "user.name=Test", "-c",
                                 "user.email=test@example.org"});
    const Finished done = Process(path(), words, environment()).wait();
    INFO(done.err);
    REQUIRE(done.exit_code == 0);
  }
  void commit(const std::string& message) const {
    git({"add", "data"});
    git({"commit", "--quiet", "-m", message});
  }
  Finished validate(const std::string& revision, const std::string& file = "data/models.yaml",
                    const std::map<std::string, std::string>& more = {}) const {
    std::map<std::string, std::string> variables = environment();
    variables.insert(more.begin(), more.end());
    return run_assay(path(),
                     {"validate", file, "--format", "json", "--today", "2026-11-23",
                      "--changed-since=" + revision},
                     variables);
  }
  Labels labels(const std::string& revision, const std::string& file = "data/models.yaml",
                const std::map<std::string, std::string>& more = {}) const {
    const Finished done = validate(revision, file, more);
    INFO(done.err);
    REQUIRE(done.exit_code < 2);
    const auto report = nlohmann::json::parse(done.out);
    Labels labels;
    for (const auto& problem : report["diagnostics"]) {
      labels.push_back(problem["label"]);
    }
    CHECK(done.exit_code == (labels.empty() ? 0 : 1));
    return labels;
  }

 private:
  std::map<std::string, std::string> environment() const {
    return {{"HOME", path()}, {"GIT_CONFIG_NOSYSTEM", "1"}};
  }

  TempDir folder_;
};

}  // namespace

TEST_CASE("validate --changed-since reports changed entries only") {
  const Repository repository;
  CHECK(repository.labels("HEAD").empty());
  repository.write("models:\n" + wrong("b") + wrong("a"));
  CHECK(repository.labels("HEAD") == Labels{"colour_of_b"});
  CHECK(repository.labels("main") == Labels{"colour_of_b"});
  repository.commit("two");
  CHECK(repository.labels("HEAD").empty());
  CHECK(repository.labels("HEAD~1") == Labels{"colour_of_b"});
}

TEST_CASE("validate --changed-since counts a file that was not there as new") {
  const Repository repository;
  repository.write("models:\n" + wrong("c"), "data/more.yaml");
  CHECK(repository.labels("HEAD", "data/more.yaml") == Labels{"colour_of_c"});
  std::filesystem::create_symlink("models.yaml", repository.path() + "/data/link.yaml");
  CHECK(repository.labels("HEAD", "data/link.yaml").empty());
}

TEST_CASE("validate --changed-since is not misled by what a hook is told of its repository") {
  const Repository repository;
  repository.write("models:\n" + wrong("b") + wrong("a"));
  CHECK(repository.labels("HEAD", "data/models.yaml",
                          {{"GIT_DIR", ".git"}, {"GIT_INDEX_FILE", ".git/index"}}) ==
        Labels{"colour_of_b"});
}

TEST_CASE("validate --changed-since compares with what a checkout would write") {
  const Repository repository;
  repository.git({"config", "core.autocrlf", "true"});
  std::string text = "models:\n" + wrong("a");
  for (std::size_t i = 0; (i = text.find('\n', i)) != std::string::npos; i += 2) {
    text.insert(i, 1, '\r');
  }
  repository.write(text);
  CHECK(repository.labels("HEAD").empty());
}

TEST_CASE("validate --changed-since with an unknown revision ends with 2") {
  const Repository repository;
  const std::string revision =
      GENERATE(as<std::string>(), "nowhere", "--help", "-p", "HEAD:data", "HEAD~7", "HEAD\nmain");
  CAPTURE(revision);
  const Finished done = repository.validate(revision);
  CHECK(done.exit_code == 2);
  CHECK(done.out.empty());
  CHECK_THAT(done.err,
             ContainsSubstring("is not a revision in the repository of data/models.yaml"));
}

TEST_CASE("validate --changed-since outside of a repository ends with 2") {
  const TempDir folder;
  std::ofstream(folder.path() / "models.yaml") << "models:\n" << entry_yaml("a");
  const std::string path = folder.path().string();
  const Finished done = run_assay(
      path, {"validate", "models.yaml", "--changed-since", "HEAD"},
      {{"HOME", path}, {"GIT_CEILING_DIRECTORIES", folder.path().parent_path().string()}});
  CHECK(done.exit_code == 2);
  CHECK_THAT(done.err, ContainsSubstring("models.yaml: is not in a git repository"));
  CHECK(run_assay(path, {"validate", "-", "--changed-since", "HEAD"}).exit_code == 2);
}

TEST_CASE("validate --fix with --changed-since leaves old entries alone") {
  const Repository repository;
  const auto misspelt = [](const std::string& slug) {
    std::string text = entry_yaml(slug);
    return text.replace(text.find("family"), 6, "famly");
  };
  repository.write("models:\n" + misspelt("a"));
  repository.commit("two");
  repository.write("models:\n" + misspelt("a") + misspelt("b"));
  const Finished done =
      run_assay(repository.path(), {"validate", "data/models.yaml", "--today", "2026-11-23",
                                    "--fix", "--changed-since", "HEAD"});
  INFO(done.err);
  CHECK(done.exit_code == 0);
  CHECK(read_file(repository.path() + "/data/models.yaml") ==
        "models:\n" + misspelt("a") + entry_yaml("b"));
}
