#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "support/catch.h"

namespace assay::test {
namespace {

bool updates() {
  const char* update = std::getenv("UPDATE_GOLDEN");
  return update != nullptr && std::string_view(update) == "1";
}

std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& folder,
                                                  bool folders) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_directory() == folders) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::filesystem::path golden_folder() {
  return std::filesystem::path(ASSAY_SOURCE_DIR) / "tests" / "golden";
}

std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder) {
  return sorted_entries(folder, true);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  return sorted_entries(folder, false);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void check_golden(const std::filesystem::path& expected, const std::string& actual) {
  INFO("golden file " << expected.string());
  if (updates()) {
    std::ofstream out(expected, std::ios::binary);
    out << actual;
    REQUIRE(out.good());
    return;
  }
  CHECK(read_file(expected) == actual);
}

}  // namespace assay::test
