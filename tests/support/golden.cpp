#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/catch.h"

namespace assay::test {

std::filesystem::path golden_folder(const std::string& name) {
  return std::filesystem::path(ASSAY_SOURCE_DIR) / "tests" / "golden" / name;
}

std::vector<std::filesystem::path> cases_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_directory()) cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void check_golden(const std::filesystem::path& file, const std::string& actual) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream stream(file, std::ios::binary);
    stream << actual;
    return;
  }
  INFO("golden file " << file.string() << "; UPDATE_GOLDEN=1 rewrites it");
  CHECK(actual == read_text(file));
}

}  // namespace assay::test
