#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "support/http/fake_http_server.h"
#include "support/process.h"
#include "support/temp_dir.h"

// README.md is true: the files it shows are written, the commands of its console blocks are run,
// and what they print is compared. A line `[…]` stands for any lines, `[…]` in a line for any text.

namespace {

using namespace assay::test;
namespace fs = std::filesystem;

struct Block {
  std::string header;  ///< what follows the three back quotes
  std::vector<std::string> lines;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<Block> blocks_of(const std::string& text) {
  std::vector<Block> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({line.substr(3), {}});
      inside = !inside;
    } else if (inside) {
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

bool line_matches(std::string_view line, std::string_view expected) {
  constexpr std::string_view kAny = "[…]";
  const std::size_t any = expected.find(kAny);
  if (any == std::string_view::npos) return line == expected;
  if (!line.starts_with(expected.substr(0, any))) return false;
  const std::string_view rest = expected.substr(any + kAny.size());
  for (std::size_t at = any; at <= line.size(); ++at) {
    if (line_matches(line.substr(at), rest)) return true;
  }
  return false;
}

// Whether `lines` from `at` are what `expected` from `next` describes.
bool matches(const std::vector<std::string>& lines, std::size_t at,
             const std::vector<std::string>& expected, std::size_t next) {
  if (next == expected.size()) return at == lines.size();
  if (expected[next] == "[…]") {
    for (std::size_t rest = at; rest <= lines.size(); ++rest) {
      if (matches(lines, rest, expected, next + 1)) return true;
    }
    return false;
  }
  return at < lines.size() && line_matches(lines[at], expected[next]) &&
         matches(lines, at + 1, expected, next + 1);
}

void check_command(const std::string& folder, const std::string& command,
                   const std::vector<std::string>& expected) {
  constexpr std::string_view kRun = "./run ";
  REQUIRE(command.starts_with(kRun));
  std::istringstream words(command.substr(kRun.size()));
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  const Finished finished = run_assay(folder, arguments);
  INFO(command << "\n" << finished.out << finished.err);
  CHECK(finished.exit_code <= 1);
  CHECK(matches(lines_of(finished.out), 0, expected, 0));
}

// The block of the README that shows what the command prints.
std::vector<std::string> shown(const std::string& command) {
  for (const Block& block : blocks_of(read_file(fs::path(ASSAY_SOURCE_DIR) / "README.md"))) {
    if (!block.lines.empty() && block.lines.front() == "$ " + command) {
      return {block.lines.begin() + 1, block.lines.end()};
    }
  }
  return {};
}

}  // namespace

TEST_CASE("the main command prints what the README shows where no source can be reached",
          "[slow]") {
  const TempDir folder;
  fs::copy_file(fs::path(ASSAY_SOURCE_DIR) / "run", folder.path() / "run");
  fs::create_directory_symlink(fs::path(ASSAY_SOURCE_DIR) / "data", folder.path() / "data");
  fs::create_directory(folder.path() / "build");
  const std::string programs = fs::path(ASSAY_PROGRAM).parent_path().string();
  const ClosedPort nothing;
  const Finished finished = Process(folder.path().string(), {folder.file("run")},
                                    {{"ASSAY_BUILD_DIR", programs}, {"HTTPS_PROXY", nothing.url()}})
                                .wait();
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  CHECK(matches(lines_of(finished.out), 0, shown("./run"), 0));
}

// It cannot be run from within itself, and its number of tests is another one soon.
TEST_CASE("what the README shows of the tests holds no number that grows old") {
  CHECK(shown("./run test") ==
        std::vector<std::string>{"[…]", "100% tests passed, 0 tests failed out of […]"});
}

TEST_CASE("the commands of the README print what it shows") {
  const TempDir folder;
  fs::create_directory_symlink(fs::path(ASSAY_SOURCE_DIR) / "data", folder.path() / "data");
  std::size_t commands = 0;
  for (const Block& block : blocks_of(read_file(fs::path(ASSAY_SOURCE_DIR) / "README.md"))) {
    if (const std::size_t at = block.header.find("file="); at != std::string::npos) {
      std::ofstream file(folder.path() / block.header.substr(at + 5), std::ios::binary);
      for (const std::string& line : block.lines) file << line << "\n";
    }
    if (block.header != "console") continue;
    for (std::size_t i = 0; i < block.lines.size();) {
      REQUIRE(block.lines[i].starts_with("$ "));
      const std::string command = block.lines[i++].substr(2);
      std::vector<std::string> expected;
      while (i < block.lines.size() && !block.lines[i].starts_with("$ ")) {
        expected.push_back(block.lines[i++]);
      }
      check_command(folder.path().string(), command, expected);
      ++commands;
    }
  }
  CHECK(commands >= 4);
}
