#include "api/export/export.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "support/catch.h"
#include "support/http/served.h"
#include "support/seed.h"

namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void put(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), folder).string());
  }
  return names;
}

std::vector<std::string> links_of(const std::string& page) {
  static const std::regex kLink(R"re((?:href|src|action)="([^"]*)")re");
  std::vector<std::string> links;
  for (auto at = std::sregex_iterator(page.begin(), page.end(), kLink);
       at != std::sregex_iterator(); ++at) {
    links.push_back((*at)[1]);
  }
  return links;
}

// Every link of every page that stays in the folder leads to a file, and to a place in it.
void check_links(const fs::path& folder) {
  std::size_t checked = 0;
  for (const std::string& name : files_in(folder)) {
    if (!name.ends_with(".html")) continue;
    const std::string page = read(folder / name);
    for (const std::string& link : links_of(page)) {
      if (link.starts_with("https://") || link.starts_with("http://")) continue;
      INFO(name << " -> " << link);
      REQUIRE_FALSE(link.starts_with("/"));
      const std::string fragment =
          link.find('#') == std::string::npos ? "" : link.substr(link.find('#') + 1);
      const std::string path = link.substr(0, link.find_first_of("?#"));
      const fs::path target =
          path.empty() ? folder / name : ((folder / name).parent_path() / path).lexically_normal();
      REQUIRE(fs::is_regular_file(target));
      if (!fragment.empty()) {
        REQUIRE(read(target).find(" id=\"" + fragment + "\"") != std::string::npos);
      }
      ++checked;
    }
  }
  CHECK(checked > 50);
}

assay::api::Exported export_to(const Served& served, const fs::path& folder) {
  return assay::api::export_site(served.site(), folder);
}

}  // namespace

TEST_CASE("all links of an exported folder resolve") {
  const TempDir dir;
  const Served served;
  const fs::path folder = dir.path() / "out";
  const assay::api::Exported exported = export_to(served, folder);
  CHECK(exported.models == 3);
  CHECK(exported.left_out.empty());
  const std::set<std::string> files = files_in(folder);
  for (const char* name :
       {"index.html", "style.css", "site.js", "icon.svg", "changes/index.html", "runs/index.html",
        "runs/1/index.html", "verdicts/index.html", "rules/index.html",
        "models/alpha-7b/index.html", "models/alpha-7b/audit.json", "models/alpha-7b/badge.svg"}) {
    CAPTURE(name);
    CHECK(files.count(name) == 1);
  }
  CHECK(files.count("evidence/" + served.seen.id + ".json") == 1);
  check_links(folder);
}

TEST_CASE("an exported page says what the served one says") {
  const TempDir dir;
  const Served served;
  export_to(served, dir.path() / "out");
  static const std::regex kAddress(R"re( (href|src|action)="[^"]*")re");
  const auto without_addresses = [](const std::string& page) {
    std::string text = std::regex_replace(page, kAddress, "");
    return text.substr(text.find("<main"), text.find("id=\"trail\"") - text.find("<main"));
  };
  CHECK(without_addresses(read(dir.path() / "out/models/alpha-7b/index.html")) ==
        without_addresses(served.get("/models/alpha-7b").body));
}

TEST_CASE("audit.json holds the verdicts of the API") {
  const TempDir dir;
  const Served served(Served::kCatalog, "recording: sample.json (constructed 2026-08-21)");
  export_to(served, dir.path() / "out");
  const auto audit = nlohmann::json::parse(read(dir.path() / "out/models/alpha-7b/audit.json"));
  nlohmann::json labels = served.json("/api/v1/models/alpha-7b")["data"]["labels"];
  for (nlohmann::json& label : labels) {
    for (nlohmann::json& url : label["evidence"]) {
      url = "../../evidence/" + url.get<std::string>().substr(17) + ".json";
    }
  }
  CHECK(audit["labels"] == labels);
  CHECK(audit["slug"] == "alpha-7b");
  CHECK(audit["live"] == false);
  CHECK(audit["verdicts"]["contradicted"] == 1);
  CHECK(audit["run"]["id"] == 1);
  const std::string badge = read(dir.path() / "out/models/alpha-7b/badge.svg");
  CHECK_THAT(badge, ContainsSubstring("sample data: 1 supported, 1 contradicted"));
  const auto seen =
      nlohmann::json::parse(read(dir.path() / "out/evidence" / (served.seen.id + ".json")));
  CHECK(seen["url"] == "https://hub.example/api");
  CHECK(seen["body"]["sha256"] == served.seen.body_sha256);
}

TEST_CASE("a second export changes only what changed") {
  const TempDir dir;
  const fs::path folder = dir.path() / "out";
  const Served served;
  export_to(served, folder);
  const assay::api::Exported again = export_to(served, folder);
  CHECK(again.written == 0);
  CHECK(again.removed == 0);
  // Files of others beside ours stay, also in folders that we leave.
  put(folder / "models/gamma/notes.txt", "mine");
  put(folder / "CNAME", "example.org");
  std::string smaller = Served::kCatalog;
  smaller.erase(smaller.find("  - slug: beta"));
  const assay::api::Exported less = export_to(Served(smaller), folder);
  CHECK(less.models == 1);
  CHECK(less.removed == 6);
  const std::set<std::string> files = files_in(folder);
  CHECK(files.count("models/beta-2b/index.html") == 0);
  CHECK_FALSE(fs::exists(folder / "models/beta-2b"));
  CHECK(files.count("models/gamma/notes.txt") == 1);
  CHECK(files.count("CNAME") == 1);
  check_links(folder);
}

TEST_CASE("a folder of others is refused and left as it was") {
  const TempDir dir;
  const Served served;
  const fs::path folder = dir.path() / "home";
  fs::create_directory(folder);
  put(folder / "index.html", "mine");
  CHECK_THROWS_WITH(export_to(served, folder),
                    ContainsSubstring("has files that assay did not export"));
  CHECK(files_in(folder) == std::set<std::string>{"index.html"});
  CHECK(read(folder / "index.html") == "mine");
  put(dir.path() / "file", "x");
  CHECK_THROWS_WITH(export_to(served, dir.path() / "file"), ContainsSubstring("not a folder"));
  CHECK_THROWS_WITH(export_to(served, dir.path() / "file/below"),
                    ContainsSubstring("not a folder"));
}

TEST_CASE("an edited list of files never reaches outside of the folder") {
  const TempDir dir;
  const Served served;
  const fs::path folder = dir.path() / "out";
  export_to(served, folder);
  put(dir.path() / "precious", "x");
  std::ofstream(folder / ".assay-export", std::ios::app)
      << "../precious\n"
      << (dir.path() / "precious").string() << "\n./../precious\n\n";
  export_to(served, folder);
  CHECK(fs::exists(dir.path() / "precious"));
}

TEST_CASE("slugs that cannot name a folder are left out and named") {
  const TempDir dir;
  const Served served(R"(models:
  - {slug: "../../escape", display_name: A}
  - {slug: ".hidden", display_name: B}
  - {slug: "a/b", display_name: C}
  - {slug: fine, display_name: D, lineage: {parent: "a/b"}}
)");
  const assay::api::Exported exported = export_to(served, dir.path() / "out");
  CHECK(exported.models == 1);
  CHECK(exported.left_out == std::vector<std::string>{"../../escape", ".hidden", "a/b"});
  CHECK_FALSE(fs::exists(dir.path() / "escape"));
  check_links(dir.path() / "out");
}

TEST_CASE("a killed export leaves whole pages only, and the next one completes it") {
  const TempDir dir;
  const fs::path folder = dir.path() / "out";
  const unsigned seed = assay::test::fresh_seed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 8; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        // Each time other bytes, so that each file is replaced.
        std::string catalog = Served::kCatalog;
        catalog += "    license: L" + std::to_string(round) + "\n";
        const Served served(catalog, "round " + std::to_string(round));
        while (true) export_to(served, folder);
      } catch (...) {
        _exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 200'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    if (!fs::exists(folder)) continue;
    for (const std::string& name : files_in(folder)) {
      CAPTURE(name);
      if (name.ends_with(".html")) REQUIRE(read(folder / name).ends_with("</html>\n"));
      if (name.ends_with(".json")) REQUIRE(nlohmann::json::accept(read(folder / name)));
    }
  }
  // A kill between two steps leaves nothing behind for good.
  export_to(Served(), folder);
  CHECK(files_in(folder).count(".assay-unfinished") == 0);
  check_links(folder);
}
