#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"

// The architecture as two tables: which folder may include which, and which files may include which
// library. Debian keeps all headers in one directory, so the compiler would not notice.

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = ASSAY_SOURCE_DIR;

const std::map<std::string, std::set<std::string>> kAllowedFolders{
    {"schema", {"schema"}},
    {"validator", {"schema", "validator"}},
    {"auditors", {"validator", "auditors"}},
    {"db", {"validator", "auditors", "db"}},
    {"api", {"schema", "validator", "auditors", "db", "api"}},
    {"cli", {"schema", "validator", "auditors", "db", "api", "cli"}},
};

// The database uses the structs of the auditors, never what fetches or judges.
const std::set<std::string> kAuditorHeadersForDb{
    "auditors/evidence/evidence.h", "auditors/finding.h", "auditors/evidence/digest.h",
    "auditors/evidence/offer.h", "auditors/evidence/origin.h"};

struct Edge {
  std::string header;              ///< what the include begins with
  std::vector<std::string> files;  ///< allowed files, or folders ending in '/'
};
const std::vector<Edge> kEdges{
    {"yaml-cpp/", {"validator/reading/yaml_events.cpp"}},
    {"valijson/", {"validator/shape/schema.cpp"}},
    {"boost/", {"validator/decimal.cpp"}},
    {"openssl/", {"auditors/evidence/digest.cpp"}},
    {"curl/", {"auditors/fetch/http_client.cpp"}},
    {"SQLiteCpp/", {"db/"}},
    {"sqlite3", {"db/"}},
    {"zstd", {"db/body.cpp"}},
    {"ctemplate/", {"api/html.cpp"}},
    {"httplib", {"api/http/server.cpp"}},
    {"CLI/", {"cli/commands/", "cli/main.cpp"}},
    {"zlib.h", {"auditors/evidence/content_coding.cpp"}},
    {"catch2/", {}},
};

std::vector<fs::path> sources() {
  std::vector<fs::path> files;
  for (const auto& [folder, allowed] : kAllowedFolders) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cpp" || extension == ".h")
        files.push_back(fs::relative(entry.path(), kRoot));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> includes_of(const fs::path& file) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*[<"]([^">]+)[">])re");
  std::vector<std::string> includes;
  const std::string text = assay::test::read_file(kRoot / file);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    std::smatch match;
    if (std::regex_search(line, match, kInclude)) includes.push_back(match[1]);
    begin = end + 1;
  }
  return includes;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

}  // namespace

TEST_CASE("folders include only folders below them") {
  for (const fs::path& file : sources()) {
    const std::string folder = folder_of(file.string());
    for (const std::string& include : includes_of(file)) {
      if (kAllowedFolders.count(folder_of(include)) == 0 || include.find('/') == std::string::npos)
        continue;
      INFO(file.string() << " includes " << include);
      CHECK(kAllowedFolders.at(folder).count(folder_of(include)) == 1);
      if (folder == "db" && folder_of(include) == "auditors") {
        CHECK(kAuditorHeadersForDb.count(include) == 1);
      }
    }
  }
}

TEST_CASE("each library is included where the table says and nowhere else") {
  for (const fs::path& file : sources()) {
    for (const std::string& include : includes_of(file)) {
      for (const Edge& edge : kEdges) {
        if (!include.starts_with(edge.header)) continue;
        const bool allowed =
            std::any_of(edge.files.begin(), edge.files.end(), [&](const std::string& place) {
              return place.back() == '/' ? file.string().starts_with(place)
                                         : file.string() == place;
            });
        INFO(file.string() << " includes " << include);
        CHECK(allowed);
      }
    }
  }
}

TEST_CASE("every file that an edge names exists and uses its library") {
  for (const Edge& edge : kEdges) {
    for (const std::string& place : edge.files) {
      if (place.back() == '/') continue;
      INFO(place << " for " << edge.header);
      REQUIRE(fs::exists(kRoot / place));
      const std::vector<std::string> includes = includes_of(place);
      CHECK(std::any_of(includes.begin(), includes.end(), [&](const std::string& include) {
        return include.starts_with(edge.header);
      }));
    }
  }
}

TEST_CASE("every source file is named in a CMake list") {
  const std::string lists = assay::test::read_file(kRoot / "CMakeLists.txt");
  const std::string tests = assay::test::read_file(kRoot / "tests" / "CMakeLists.txt");
  for (const fs::path& file : sources()) {
    if (file.extension() != ".cpp") continue;
    INFO(file.string());
    CHECK(lists.find(file.string()) != std::string::npos);
  }
  for (const auto& entry : fs::directory_iterator(kRoot / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    INFO(entry.path().string());
    CHECK(tests.find(entry.path().filename().string()) != std::string::npos);
  }
}

TEST_CASE("headers are included once and begin with their pragma") {
  for (const fs::path& file : sources()) {
    if (file.extension() != ".h") continue;
    INFO(file.string());
    CHECK(assay::test::read_file(kRoot / file).starts_with("#pragma once\n"));
  }
}

TEST_CASE("the top level holds what the design names") {
  const std::set<std::string> folders{"api", "auditors", "cli",   "data",
                                      "db",  "schema",   "tests", "validator"};
  for (const auto& entry : fs::directory_iterator(kRoot)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory() || name.front() == '.' || name == "build" || name == "docs" ||
        name == "node_modules") {
      continue;
    }
    INFO(name);
    CHECK(folders.count(name) == 1);
  }
}
