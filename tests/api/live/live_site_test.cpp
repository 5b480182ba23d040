#include "api/live/live_site.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/http/served.h"

using assay::api::LiveCatalog;
using assay::api::LiveSite;
using assay::api::Response;

namespace {

// A site whose files a test may change, and what its operator was told.
class World {
 public:
  World() { write("models.yaml", Served::kCatalog); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
    // A look at the disk holds for two milliseconds.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  LiveCatalog catalog() {
    return LiveCatalog(folder_.file("models.yaml"),
                       {[this](const std::string& text) { info.push_back(text); },
                        [this](const std::string& text) { warnings.push_back(text); }});
  }
  // A database with runs of which each judges one label; closed, so that all of it is in one file.
  std::string database(const std::string& name, int runs) const {
    assay::db::Store store(folder_.file(name), assay::db::Access::read_write);
    for (int i = 0; i < runs; ++i) {
      const std::int64_t run = store.begin_run(samples::run());
      store.add_findings(
          run, "alpha-7b",
          {samples::finding("alpha-7b", "quantizations_available.gguf", assay::Verdict::supported)},
          {"quantizations", ""});
      store.finish_run(run, {1, 0, 0, 10});
    }
    return folder_.file(name);
  }

  std::vector<std::string> info;
  std::vector<std::string> warnings;

 private:
  TempDir folder_;
};

nlohmann::json models(LiveSite& site) {
  const Response response = site.answer(assay::api::make_request("GET", "/api/v1/models"));
  CHECK(response.status == 200);
  return nlohmann::json::parse(response.shared_body ? *response.shared_body : response.body);
}

constexpr const char* kOneMore = R"(  - slug: delta
    display_name: Delta
)";

}  // namespace

TEST_CASE("a live site shows the catalog as its file is now") {
  World world;
  LiveCatalog catalog = world.catalog();
  LiveSite site(catalog, world.database("a.db", 1), {[](const std::string&) {}, [](auto&) {}});
  const std::size_t before = models(site)["data"].size();
  CHECK(before == 3);

  world.write("models.yaml", std::string(Served::kCatalog) + kOneMore);
  CHECK(models(site)["data"].size() == 4);
  CHECK(world.info.size() == 1);

  world.write("models.yaml", "models: [");
  const nlohmann::json kept = models(site);
  CHECK(kept["data"].size() == 4);
  CHECK_THAT(kept.value("notice", ""), ContainsSubstring("last good catalog"));
}

TEST_CASE("a live site follows a database that is replaced and ends no answer for it") {
  World world;
  LiveCatalog catalog = world.catalog();
  const std::string database = world.database("a.db", 1);
  std::vector<std::string> told;
  LiveSite site(catalog, database,
                {[&](const std::string& text) { told.push_back(text); }, [](auto&) {}});
  CHECK(models(site)["data"][0]["verdicts"]["supported"] == 1);
  Response stream = site.answer(assay::api::make_request("GET", "/api/v1/findings?format=ndjson"));
  REQUIRE(stream.stream);

  std::filesystem::rename(world.database("b.db", 0), database);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(models(site)["data"][0]["verdicts"]["supported"] == 0);
  CHECK(told.size() == 1);

  std::string rows;
  while (stream.stream(rows)) continue;
  CHECK_THAT(rows, ContainsSubstring("quantizations_available.gguf"));
}

TEST_CASE("a catalog without an entry that can be read is not served") {
  World world;
  world.write("models.yaml", "models: []\n");
  CHECK_THROWS_AS(world.catalog(), std::runtime_error);
}
