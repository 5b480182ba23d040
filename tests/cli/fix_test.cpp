#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/validated.h"

// `assay validate --fix` on files.

namespace {

using namespace assay::test;

std::string with(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

class Folder {
 public:
  std::string path() const { return folder_.path().string(); }
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const { return read_file(file(name)); }
  Finished fix(std::vector<std::string> more) const {
    std::vector<std::string> words{"validate", "--fix", "--today", "2026-11-23"};
    words.insert(words.end(), more.begin(), more.end());
    return run_assay(path(), words);
  }
  // Files beside the outputs of the programs run.
  std::size_t file_count() const {
    std::size_t count = 0;
    for (const auto& item : std::filesystem::directory_iterator(folder_.path())) {
      if (!item.path().filename().string().starts_with(".process")) ++count;
    }
    return count;
  }

 private:
  TempDir folder_;
};

const std::string kRight = "# a catalog\nmodels:\n" + entry_yaml("a");
const std::string kWrong = with(kRight, "    family:", "    famly: ");

}  // namespace

TEST_CASE("validate --fix repairs the file and reports what is left") {
  const Folder folder;
  folder.write("models.yaml", kWrong + "    color: red\n");
  const Finished first = folder.fix({"models.yaml", "--format", "json"});
  INFO(first.out << first.err);
  CHECK(first.exit_code == 1);
  CHECK(folder.read("models.yaml") == with(kRight, "family:", "family: ") + "    color: red\n");
  CHECK(first.err == "models.yaml: fixed 1: 1 unknown-key\n");
  const auto report = nlohmann::json::parse(first.out);
  CHECK(report["summary"]["errors"] == 1);
  CHECK(report["diagnostics"][0]["label"] == "color");
  const std::string once = folder.read("models.yaml");
  const Finished second = folder.fix({"models.yaml"});
  CHECK(second.exit_code == 1);
  CHECK(second.err == "models.yaml: fixed 0\n");
  CHECK(folder.read("models.yaml") == once);
  CHECK(folder.file_count() == 1);
}

TEST_CASE("validate --fix leaves line ends and byte-order mark and comments and quotes alone") {
  const Folder folder;
  std::string text = "\xEF\xBB\xBF" + kWrong;
  for (std::size_t i = 0; (i = text.find('\n', i)) != std::string::npos; i += 2) {
    text.insert(i, 1, '\r');
  }
  text = with(text, "Model a", "'Model a'   # said so");
  folder.write("models.yaml", text);
  CHECK(folder.fix({"models.yaml"}).exit_code == 0);
  CHECK(folder.read("models.yaml") == with(text, "famly", "family"));
}

TEST_CASE("validate --fix does not touch a file without mistakes") {
  const Folder folder;
  folder.write("models.yaml", kRight);
  struct stat before {};
  REQUIRE(stat(folder.file("models.yaml").c_str(), &before) == 0);
  CHECK(folder.fix({"models.yaml"}).exit_code == 0);
  struct stat after {};
  REQUIRE(stat(folder.file("models.yaml").c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
}

TEST_CASE("validate --fix says which fix it left out") {
  const Folder folder;
  const std::string text = kRight + "    notable_inovations: 3\n";
  folder.write("models.yaml", text);
  const Finished done = folder.fix({"models.yaml"});
  CHECK(done.exit_code == 1);
  CHECK(folder.read("models.yaml") == text);
  CHECK_THAT(done.err, ContainsSubstring("models.yaml:16:5: unknown-key was not fixed"));
}

TEST_CASE("validate --fix keeps the mode and follows symbolic links") {
  const Folder folder;
  std::filesystem::create_directory(folder.file("deep"));
  folder.write("deep/real.yaml", kWrong);
  REQUIRE(chmod(folder.file("deep/real.yaml").c_str(), 0640) == 0);
  std::filesystem::create_symlink("deep/real.yaml", folder.file("models.yaml"));
  CHECK(folder.fix({"models.yaml"}).exit_code == 0);
  CHECK(std::filesystem::is_symlink(folder.file("models.yaml")));
  CHECK(folder.read("deep/real.yaml") == with(kWrong, "famly", "family"));
  struct stat status {};
  REQUIRE(stat(folder.file("deep/real.yaml").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0640U);
  const std::filesystem::directory_iterator deep(folder.file("deep"));
  CHECK(std::distance(begin(deep), end(deep)) == 1);
}

TEST_CASE("validate --fix in a folder that may not be written ends with 2 and a reason") {
  const Folder folder;
  std::filesystem::create_directory(folder.file("deep"));
  folder.write("deep/models.yaml", kWrong);
  REQUIRE(chmod(folder.file("deep").c_str(), 0500) == 0);
  std::vector<std::string> words =
      assay_words({"validate", "--fix", "--today", "2026-11-23", "deep/models.yaml"});
  if (geteuid() == 0) {
    // The superuser may write in any folder, except by giving that right away.
    const std::vector<std::string> without{"/usr/bin/env", "setpriv",
                                           "--bounding-set=-dac_override,-dac_read_search"};
    std::vector<std::string> probe = without;
    probe.emplace_back("true");
    if (Process(folder.path(), probe).wait().exit_code != 0) {
      skip("setpriv cannot take the superuser's right to write in any folder away");
    }
    words.insert(words.begin(), without.begin(), without.end());
  }
  const Finished done = Process(folder.path(), words).wait();
  REQUIRE(chmod(folder.file("deep").c_str(), 0700) == 0);
  CHECK(done.exit_code == 2);
  CHECK_THAT(done.err, ContainsSubstring("deep/models.yaml: no new file can be made in "));
  CHECK(folder.read("deep/models.yaml") == kWrong);
}

TEST_CASE("validate --fix refuses what is no file of its own") {
  const Folder folder;
  const Finished input = run_assay(folder.path(), {"validate", "--fix", "-"}, {}, kWrong);
  CHECK(input.exit_code == 2);
  CHECK_THAT(input.err, ContainsSubstring("cannot change standard input"));
  CHECK(input.out.empty());
  const Finished device = run_assay(folder.path(), {"validate", "--fix", "/dev/stdin"}, {}, kRight);
  CHECK(device.exit_code == 0);  // nothing to fix, so nothing to write
  CHECK(folder.fix({"nowhere.yaml"}).exit_code == 2);
}
