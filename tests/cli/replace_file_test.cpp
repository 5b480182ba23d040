#include "cli/replace_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "support/catch.h"
#include "support/golden.h"
#include "support/temp_dir.h"

using assay::cli::replace_file;
using assay::test::read_file;

namespace {

std::size_t count_files(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator items(folder);
  return static_cast<std::size_t>(std::distance(begin(items), end(items)));
}

}  // namespace

TEST_CASE("a file is replaced as a whole and whoever has it open keeps the old one") {
  const TempDir folder;
  const std::string path = folder.file("a.yaml");
  std::ofstream(path) << "old";
  std::ifstream open(path);
  replace_file(path, "old", std::string(100'000, 'n'));
  CHECK(read_file(path) == std::string(100'000, 'n'));
  CHECK(std::string(std::istreambuf_iterator<char>(open), {}) == "old");
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("a file that was changed meanwhile is not replaced") {
  const TempDir folder;
  const std::string path = folder.file("a.yaml");
  std::ofstream(path) << "newer";
  CHECK_THROWS_WITH(replace_file(path, "old", "new"), ContainsSubstring("was changed meanwhile"));
  CHECK(read_file(path) == "newer");
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("only regular files are replaced") {
  const TempDir folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(replace_file(pipe, "", "new"), ContainsSubstring("is no regular file"));
  CHECK_THROWS_WITH(replace_file(folder.path().string(), "", "new"),
                    ContainsSubstring("is no regular file"));
  std::filesystem::create_symlink("nowhere", folder.file("link"));
  CHECK_THROWS_WITH(replace_file(folder.file("link"), "", "new"),
                    ContainsSubstring("cannot be found"));
  CHECK(count_files(folder.path()) == 2);
}
