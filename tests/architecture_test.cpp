#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/golden.h"
#include "validator/text/ascii.h"

// The architecture as tables: which folder may include which, which files may include which
// library, and what may stand in one file only. Debian keeps all headers in one directory, so the
// compiler would not notice.

namespace {

namespace fs = std::filesystem;
using Words = std::set<std::string>;

const fs::path kRoot = ASSAY_SOURCE_DIR;

// For each folder the folders that its files may include, itself apart. A folder stands for its own
// files only, not for the folders in it.
const std::map<std::string, Words> kMayInclude{
    {"schema", {}},
    {"validator",
     {"schema", "validator/reading", "validator/rules", "validator/shape", "validator/text"}},
    {"validator/fix", {"validator"}},
    {"validator/reading", {"validator", "validator/text"}},
    {"validator/render", {"validator", "validator/rules", "validator/text"}},
    {"validator/rules", {"validator", "validator/shape", "validator/text"}},
    {"validator/shape", {"validator", "validator/text"}},
    {"validator/text", {}},
    {"auditors", {"auditors/evidence", "validator", "validator/text"}},
    {"auditors/evidence", {"auditors", "validator/text"}},
    {"auditors/fetch", {"auditors", "auditors/evidence", "validator/text"}},
    {"auditors/hub", {"auditors", "auditors/evidence", "validator/text"}},
    {"auditors/identity", {"auditors", "auditors/repository"}},
    {"auditors/license",
     {"auditors", "auditors/hub", "auditors/repository", "validator", "validator/text"}},
    {"auditors/prices",
     {"auditors", "auditors/evidence", "auditors/hub", "auditors/prices/sources",
      "auditors/repository", "validator", "validator/text"}},
    {"auditors/prices/sources", {"auditors", "auditors/evidence", "validator", "validator/text"}},
    {"auditors/quantizations",
     {"auditors", "auditors/evidence", "auditors/hub", "auditors/repository", "validator",
      "validator/text"}},
    {"auditors/report",
     {"auditors", "auditors/evidence", "validator", "validator/render", "validator/text"}},
    {"auditors/repository",
     {"auditors", "auditors/evidence", "auditors/hub", "validator", "validator/text"}},
    {"auditors/specs",
     {"auditors", "auditors/evidence", "auditors/hub", "auditors/repository", "validator/text"}},
    {"db", {"auditors", "auditors/evidence", "db/tables", "validator/text"}},
    {"db/tables", {"auditors", "auditors/evidence", "db", "validator/text"}},
    {"api",
     {"api/http", "api/pages", "api/v1", "auditors", "auditors/evidence", "db", "validator",
      "validator/text"}},
    {"api/export",
     {"api", "api/pages", "api/pages/model", "api/v1", "validator", "validator/text"}},
    {"api/http", {"api", "auditors/evidence", "validator/text"}},
    {"api/live", {"api", "api/http", "auditors/evidence", "db", "schema", "validator"}},
    {"api/pages",
     {"api", "api/http", "auditors", "auditors/evidence", "validator/rules", "validator/text"}},
    {"api/pages/model", {"api", "api/pages", "auditors/prices", "schema", "validator/text"}},
    {"api/v1",
     {"api", "api/http", "auditors/evidence", "auditors/prices/sources", "validator/text"}},
    {"cli",
     {"auditors", "auditors/evidence", "auditors/fetch", "auditors/report", "cli/commands", "db",
      "schema", "validator", "validator/text"}},
    {"cli/commands",
     {"api/export", "api/http", "api/live", "auditors", "auditors/evidence", "auditors/fetch",
      "auditors/report", "cli", "db", "schema", "validator", "validator/fix", "validator/render",
      "validator/rules", "validator/text"}},
};

// Includes that a header of the second folder may not need for good: the database uses the structs
// of the auditors, never what fetches or judges.
const Words kAuditorHeadersForDb{"auditors/evidence/evidence.h", "auditors/finding.h",
                                 "auditors/evidence/digest.h", "auditors/evidence/offer.h",
                                 "auditors/evidence/origin.h"};

struct Edge {
  std::string header;              ///< what the include begins with
  std::vector<std::string> files;  ///< allowed files, or folders ending in '/'
};
const std::vector<Edge> kEdges{
    {"yaml-cpp/", {"validator/reading/yaml_events.cpp"}},
    {"valijson/", {"validator/shape/schema.cpp"}},
    {"boost/", {"validator/text/decimal.cpp"}},
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

// What only the named files may contain.
struct Reserved {
  std::string text;
  Words files;
  std::string instead;  ///< what the others use
};
const std::vector<Reserved> kReserved{
    {"tolower", {}, "validator/text/ascii.h"},
    {"toupper", {}, "validator/text/ascii.h"},
    {"isalnum", {}, "validator/text/ascii.h"},
    {"isdigit", {}, "validator/text/ascii.h"},
    {"isspace", {}, "validator/text/ascii.h"},
    {"sscanf", {}, "validator/text/dates.h"},
    {"error_handler_t", {"validator/text/json_text.cpp"}, "validator/text/json_text.h"},
    {".dump(", {"validator/text/json_text.cpp"}, "validator/text/json_text.h"},
};

constexpr std::size_t kMostFiles = 26;

const std::vector<std::string> kTopFolders{"schema", "validator", "auditors", "db", "api", "cli"};

std::vector<fs::path> sources() {
  std::vector<fs::path> files;
  for (const std::string& folder : kTopFolders) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cpp" || extension == ".h")
        files.push_back(fs::relative(entry.path(), kRoot));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  const std::string text = assay::test::read_file(kRoot / file);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// The headers that a file includes, as it names them.
std::vector<std::string> includes_of(const fs::path& file) {
  std::vector<std::string> includes;
  for (const std::string& line : lines_of(file)) {
    const std::string_view text = assay::ascii::trim(line);
    if (!text.starts_with("#include")) continue;
    const std::size_t begin = text.find_first_of("<\"");
    if (begin == std::string_view::npos) continue;
    const std::size_t end = text.find_first_of(">\"", begin + 1);
    if (end != std::string_view::npos)
      includes.emplace_back(text.substr(begin + 1, end - begin - 1));
  }
  return includes;
}

std::string folder_of(const fs::path& file) { return file.parent_path().generic_string(); }

bool is_ours(const std::string& include) {
  const std::string top = include.substr(0, include.find('/'));
  return include.find('/') != std::string::npos &&
         std::find(kTopFolders.begin(), kTopFolders.end(), top) != kTopFolders.end();
}

// Text without comments and what stands in quotes, so that only code is searched.
std::string code_of(const fs::path& file) {
  std::string code;
  for (const std::string& line : lines_of(file)) {
    const std::size_t comment = line.find("//");
    code += line.substr(0, comment) + "\n";
  }
  return code;
}

// Free functions that a header declares without defining them there.
Words declared_in(const fs::path& header) {
  static const std::regex kDeclaration(
      R"re(\n(?!using|template|struct|class|enum|namespace|friend|#|constexpr|inline|extern|static)[A-Za-z_][A-Za-z0-9_:<>,&* \n]*[ &*](\w+)\([^;{}]*\)\s*;)re");
  const std::string code = "\n" + code_of(header);
  Words names;
  for (std::sregex_iterator match(code.begin(), code.end(), kDeclaration), end; match != end;
       ++match)
    names.insert((*match)[1]);
  return names;
}

}  // namespace

TEST_CASE("folders include only what the table allows them") {
  Words seen;
  for (const fs::path& file : sources()) {
    const std::string folder = folder_of(file);
    seen.insert(folder);
    INFO(file.string());
    REQUIRE(kMayInclude.count(folder) == 1);
    for (const std::string& include : includes_of(file)) {
      if (!is_ours(include)) continue;
      const std::string other = folder_of(include);
      INFO("includes " << include);
      CHECK((other == folder || kMayInclude.at(folder).count(other) == 1));
      if (folder.starts_with("db") && other.starts_with("auditors"))
        CHECK(kAuditorHeadersForDb.count(include) == 1);
    }
  }
  for (const auto& [folder, allowed] : kMayInclude) {
    INFO(folder << " stands in the table");
    CHECK((folder == "schema" || seen.count(folder) == 1));
  }
}

TEST_CASE("no header includes itself by way of others") {
  std::map<std::string, std::vector<std::string>> includes;
  for (const fs::path& file : sources()) {
    if (file.extension() != ".h") continue;
    for (const std::string& include : includes_of(file)) {
      if (is_ours(include)) includes[file.generic_string()].push_back(include);
    }
  }
  enum class Visit { none, open, closed };
  std::map<std::string, Visit> visits;
  std::vector<std::string> path;
  const auto visit = [&](const auto& self, const std::string& file) -> void {
    Visit& state = visits[file];
    if (state == Visit::closed) return;
    path.push_back(file);
    if (state == Visit::open) {
      std::string circle;
      for (auto at = std::find(path.begin(), path.end(), file); at != path.end(); ++at)
        circle += (circle.empty() ? "" : " > ") + *at;
      FAIL_CHECK(circle);
    } else {
      state = Visit::open;
      for (const std::string& other : includes[file]) self(self, other);
      visits[file] = Visit::closed;
    }
    path.pop_back();
  };
  for (const fs::path& file : sources()) visit(visit, file.generic_string());
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

TEST_CASE("what one file does for all is written nowhere else") {
  for (const fs::path& file : sources()) {
    const std::string code = code_of(file);
    for (const Reserved& reserved : kReserved) {
      if (reserved.files.count(file.generic_string()) == 1) continue;
      INFO(file.string() << " contains " << reserved.text << "; use " << reserved.instead);
      CHECK(code.find(reserved.text) == std::string::npos);
    }
  }
  for (const Reserved& reserved : kReserved) {
    for (const std::string& file : reserved.files) {
      INFO(file << " contains " << reserved.text);
      CHECK(code_of(file).find(reserved.text) != std::string::npos);
    }
  }
}

TEST_CASE("what a header declares is defined in the source of its name") {
  // Headers that are tables of what a folder's files define, one row each.
  const Words tables{
      "api/embedded.h",           "api/pages/answers.h",      "api/pages/model/sections.h",
      "api/pages/texts.h",        "api/v1/answers.h",         "auditors/prices/sources/source.h",
      "auditors/report/report.h", "auditors/specs/rulings.h", "cli/commands/commands.h",
      "schema/embedded.h",        "validator/render/render.h"};
  for (const fs::path& file : sources()) {
    if (file.extension() != ".h" || tables.count(file.generic_string()) == 1) continue;
    fs::path source = file;
    source.replace_extension(".cpp");
    const std::string code = fs::exists(kRoot / source) ? code_of(source) : std::string{};
    for (const std::string& name : declared_in(file)) {
      INFO(file.string() << " declares " << name);
      CHECK(code.find(name + "(") != std::string::npos);
    }
  }
}

TEST_CASE("what fetches knows no source by name") {
  std::vector<std::string> names;
  const std::string table = assay::test::read_file(kRoot / "auditors" / "sources.cpp");
  static const std::regex kId(R"re(\.id = "(\w+)")re");
  for (std::sregex_iterator match(table.begin(), table.end(), kId), end; match != end; ++match)
    names.push_back((*match)[1]);
  REQUIRE(names.size() > 5);
  for (const fs::path& file : sources()) {
    if (folder_of(file) != "auditors/fetch") continue;
    const std::string code = assay::ascii::lower(code_of(file));
    for (const std::string& name : names) {
      INFO(file.string() << " names the source " << name);
      CHECK(code.find('"' + name) == std::string::npos);
    }
  }
}

TEST_CASE("a name of a free function stands in one header") {
  const Words overloaded{"to_string"};  // one for each of our enumerations
  std::map<std::string, std::string> first;
  for (const fs::path& file : sources()) {
    if (file.extension() != ".h") continue;
    for (const std::string& name : declared_in(file)) {
      if (overloaded.count(name) == 1) continue;
      const auto [known, inserted] = first.emplace(name, file.generic_string());
      INFO(name << " is declared in " << known->second << " and " << file.string());
      CHECK(inserted);
    }
  }
}

TEST_CASE("no folder holds more files than a person takes in") {
  std::map<std::string, std::size_t> counts;
  for (const fs::path& file : sources()) ++counts[folder_of(file)];
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests")) {
    const fs::path file = fs::relative(entry.path(), kRoot);
    const std::string folder = folder_of(file);
    if (entry.is_regular_file() && !folder.starts_with("tests/golden") &&
        !folder.starts_with("tests/fuzz/corpus") &&
        folder.find("node_modules") == std::string::npos)
      ++counts[folder];
  }
  for (const auto& [folder, count] : counts) {
    INFO(folder << " holds " << count << " files");
    CHECK(count <= kMostFiles);
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
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string file = fs::relative(entry.path(), kRoot / "tests").generic_string();
    INFO(file);
    CHECK((tests.find(file) != std::string::npos ||
           lists.find("tests/" + file) != std::string::npos));
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
  const Words folders{"api", "auditors", "cli", "data", "db", "schema", "tests", "validator"};
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
