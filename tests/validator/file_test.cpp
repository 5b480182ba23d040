#include "validator/file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "support/catch.h"
#include "support/temp_dir.h"

using assay::NewFile;
using assay::replace_file;

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
  CHECK(assay::read_file(path) == std::string(100'000, 'n'));
  CHECK(std::string(std::istreambuf_iterator<char>(open), {}) == "old");
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("a file that was changed meanwhile is not replaced") {
  const TempDir folder;
  const std::string path = folder.file("a.yaml");
  std::ofstream(path) << "newer";
  CHECK_THROWS_WITH(replace_file(path, "old", "new"), ContainsSubstring("was changed meanwhile"));
  CHECK(assay::read_file(path) == "newer");
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("only regular files are replaced") {
  const TempDir folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(replace_file(pipe, "", "new"), ContainsSubstring("is not a regular file"));
  CHECK_THROWS_WITH(replace_file(folder.path().string(), "", "new"),
                    ContainsSubstring("is not a regular file"));
  std::filesystem::create_symlink("nowhere", folder.file("link"));
  CHECK_THROWS_WITH(replace_file(folder.file("link"), "", "new"),
                    ContainsSubstring("cannot be found"));
  CHECK(count_files(folder.path()) == 2);
}

TEST_CASE("a new file shows under its name only when it is whole") {
  const TempDir folder;
  const std::string path = folder.file("a.html");
  {
    NewFile file(path, folder.file("unfinished"));
    file.write("half");
    CHECK_FALSE(std::filesystem::exists(path));
  }
  CHECK(count_files(folder.path()) == 0);
  NewFile file(path, folder.file("unfinished"));
  file.write("who");
  file.write("le");
  file.take_place();
  CHECK(assay::read_file(path) == "whole");
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("an unfinished file is never written through a symbolic link") {
  const TempDir folder;
  std::filesystem::create_symlink("target", folder.file("unfinished"));
  CHECK_THROWS_WITH(NewFile(folder.file("a.html"), folder.file("unfinished")),
                    ContainsSubstring("cannot be opened"));
  CHECK_FALSE(std::filesystem::exists(folder.file("target")));
}

TEST_CASE("what cannot be read says why and what to do") {
  const TempDir folder;
  CHECK_THROWS_WITH(assay::read_file(folder.file("nowhere.yaml")),
                    ContainsSubstring("nowhere.yaml: No such file or directory; give the path"));
  CHECK_THROWS_WITH(assay::read_file(folder.path().string()), ContainsSubstring("Is a directory"));
}
