#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/temp_dir.h"

// README.md is true: the files it shows are written, the commands of its console blocks are run,
// and what they print is compared. A line `[…]` stands for any lines.

namespace {

using namespace assay::test;

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
  return at < lines.size() && lines[at] == expected[next] &&
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

}  // namespace

TEST_CASE("the commands of the README print what it shows") {
  const TempDir folder;
  std::filesystem::create_directory_symlink(std::filesystem::path(ASSAY_SOURCE_DIR) / "data",
                                            folder.path() / "data");
  std::size_t commands = 0;
  for (const Block& block :
       blocks_of(read_file(std::filesystem::path(ASSAY_SOURCE_DIR) / "README.md"))) {
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
