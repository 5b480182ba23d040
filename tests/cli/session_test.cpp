// The README's session with curl: its questions are asked of a server over the recorded answers.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.h"
#include "support/eventually.h"
#include "support/golden.h"
#include "support/http/http_get.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace {

using namespace assay::test;

std::string replaced(std::string text, const std::string& sought, const std::string& by) {
  const std::size_t at = text.find(sought);
  return at == std::string::npos ? text : text.replace(at, sought.size(), by);
}

// The targets of the curl commands, the shell's part done.
std::vector<std::string> targets() {
  std::vector<std::string> found;
  std::istringstream lines(read_file(std::filesystem::path(ASSAY_SOURCE_DIR) / "README.md"));
  const std::string begin = "curl \"$api/";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(begin)) continue;
    const std::string target = line.substr(begin.size(), line.size() - begin.size() - 1);
    found.push_back("/api/v1/" +
                    replaced(target, "$(date -u -d yesterday +%FT%TZ)", "2026-11-22T03:00:00Z"));
  }
  return found;
}

}  // namespace

TEST_CASE("the questions of the README are answered") {
  const TempDir folder;
  std::filesystem::create_directory_symlink(std::filesystem::path(ASSAY_SOURCE_DIR) / "data",
                                            folder.path() / "data");
  const std::string path = folder.path().string();
  REQUIRE(run_assay(path, {"audit", "--replay", "data/sample/hub.json", "--model",
                           "llama-3-2-3b-instruct"})
              .exit_code == 1);
  Process server(path, assay_words({"serve", "--listen", "127.0.0.1:0"}));
  const int port = served_port(server);
  const std::vector<std::string> asked = targets();
  REQUIRE(asked.size() == 4);
  for (const std::string& target : asked) {
    CAPTURE(target);
    CHECK(http_get(port, target).status == 200);
  }
  const nlohmann::json contradicted = nlohmann::json::parse(http_get(port, asked[0]).body);
  REQUIRE(contradicted["data"].size() == 1);
  CHECK(contradicted["data"][0]["label"] == "quantizations_available.gptq");
  CHECK(nlohmann::json::parse(http_get(port, asked[1]).body)["data"].size() == 1);
  CHECK(nlohmann::json::parse(http_get(port, asked[2]).body)["data"].empty());
  CHECK_THAT(http_get(port, asked[3]).body, ContainsSubstring("slug,label,auditor,verdict"));

  server.kill(SIGTERM);
  CHECK(server.wait().exit_code == 0);
}

TEST_CASE("a database that is put in the place of the old one is served", "[slow]") {
  const TempDir folder;
  const std::string path = folder.path().string();
  const auto audit = [&](const std::string& db, const std::string& model) {
    REQUIRE(
        run_assay(path, {"audit", "--catalog", ASSAY_SOURCE_DIR "/data/models.yaml", "--db", db,
                         "--replay", ASSAY_SOURCE_DIR "/data/sample/hub.json", "--model", model})
            .exit_code <= 3);
  };
  audit("a.db", "llama-3-2-3b-instruct");
  audit("b.db", "llama-3-2-3b-instruct");
  audit("b.db", "phi-4");
  Process server(path, assay_words({"serve", "--catalog", ASSAY_SOURCE_DIR "/data/models.yaml",
                                    "--db", "a.db", "--listen", "127.0.0.1:0"}));
  const int port = served_port(server);
  const auto runs = [&] {
    return nlohmann::json::parse(http_get(port, "/api/v1/runs").body)["data"].size();
  };
  CHECK(runs() == 1);
  std::filesystem::rename(folder.path() / "b.db", folder.path() / "a.db");
  CHECK(eventually([&] { return runs() == 2; }));
  // What is no database is not served; the last one is.
  std::ofstream(folder.file("c.db")) << "no database";
  std::filesystem::rename(folder.path() / "c.db", folder.path() / "a.db");
  CHECK(eventually([&] {
    CHECK(runs() == 2);
    return server.err_so_far().find("still serving the old one") != std::string::npos;
  }));
  CHECK(http_get(port, "/api/v1/runs?limit=1").status == 200);
  server.kill(SIGTERM);
  const Finished ended = server.wait();
  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.err, ContainsSubstring("was replaced; reloaded"));
  CHECK_THAT(ended.err, ContainsSubstring("still serving the old one"));
}

TEST_CASE("an edit with a mistake is refused and everybody is told", "[slow]") {
  const TempDir folder;
  const std::string path = folder.path().string();
  // Put into its place as a whole, so that nobody reads half of an edit.
  const auto copy = [&](const std::string& more) {
    std::ofstream(folder.file("new.yaml"), std::ios::binary)
        << read_file(std::filesystem::path(ASSAY_SOURCE_DIR) / "data/models.yaml") << more;
    std::filesystem::rename(folder.file("new.yaml"), folder.file("models.yaml"));
  };
  copy("");
  REQUIRE(run_assay(path,
                    {"audit", "--catalog", "models.yaml", "--replay",
                     ASSAY_SOURCE_DIR "/data/sample/hub.json", "--model", "llama-3-2-3b-instruct"})
              .exit_code == 1);
  Process server(path,
                 assay_words({"serve", "--catalog", "models.yaml", "--listen", "127.0.0.1:0"}));
  const int port = served_port(server);
  const auto models = [&] {
    return nlohmann::json::parse(http_get(port, "/api/v1/models?limit=1000").body);
  };
  const nlohmann::json good = models();
  CHECK_FALSE(good.contains("notice"));
  copy("  - slug: half-an-entry\n    params_total: many\n");
  const nlohmann::json kept = models();
  CHECK(kept["data"] == good["data"]);
  CHECK_THAT(kept["notice"].get<std::string>(),
             ContainsSubstring("still serving the last good catalog"));
  CHECK_THAT(http_get(port, "/readyz").body, ContainsSubstring("models.yaml was edited"));
  copy("");
  CHECK_FALSE(models().contains("notice"));
  server.kill(SIGTERM);
  CHECK(server.wait().exit_code == 0);
}
