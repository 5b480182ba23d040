// The recorded sample answers what the program asks today.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "support/catch.h"
#include "support/golden.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "validator/document.h"
#include "validator/source.h"

namespace {

using namespace assay::test;
using nlohmann::json;

const std::filesystem::path kData = std::filesystem::path(ASSAY_SOURCE_DIR) / "data";

// Entries whose base repository the sample describes.
std::set<std::string> recorded_models() {
  const json figures = json::parse(read_file(kData / "sample/figures.json"));
  std::set<std::string> bases;
  for (const json& model : figures.at("models")) {
    bases.insert("https://huggingface.co/" + model.at("base").get<std::string>());
  }
  const assay::Source source("models.yaml", read_file(kData / "models.yaml"));
  const assay::Document document(source);
  std::set<std::string> slugs;
  for (const assay::Entry& entry : document.entries()) {
    const assay::Node* base = entry.node->get("quantizations_source");
    if (base != nullptr && bases.count(std::string(base->text)) != 0) slugs.emplace(entry.slug);
  }
  return slugs;
}

}  // namespace

TEST_CASE("the recorded sample answers every question about the models that it holds", "[slow]") {
  const std::set<std::string> recorded = recorded_models();
  REQUIRE(recorded.size() >= 29);
  const TempDir folder;
  const Finished audit = run_assay(
      folder.path().string(), {"audit", "--catalog", (kData / "models.yaml").string(), "--replay",
                               (kData / "sample/hub.json").string(), "--format", "json"});
  std::size_t unanswered = 0;
  const json report = json::parse(audit.out);
  for (const json& finding : report.at("findings")) {
    const std::string reason = finding["reason"].is_string() ? finding["reason"] : "";
    if (reason.find("the recording does not contain this request") == std::string::npos) continue;
    ++unanswered;
    INFO(finding["label"] << ": " << reason);
    CHECK(recorded.count(finding["slug"].get<std::string>()) == 0);
  }
  CHECK(unanswered > 0);  // of the other models: so the sentence is the one that is sought
}

TEST_CASE("sources that the operator switched off cost no exit code") {
  const TempDir folder;
  std::string config = "sources:\n";
  for (const char* id : {"huggingface", "hf_router", "openrouter", "litellm", "models_dev",
                         "genai_prices", "deepinfra", "together"}) {
    config += std::string("  ") + id + ": {enabled: false}\n";
  }
  const std::string path = folder.file("off.yaml");
  std::ofstream(path) << config;
  const Finished audit = run_assay(
      folder.path().string(), {"audit", "--catalog", (kData / "models.yaml").string(), "--replay",
                               (kData / "sample/hub.json").string(), "--config", path, "--model",
                               "llama-3-2-3b-instruct", "--format", "json"});
  CHECK(audit.exit_code == 0);
  const json report = json::parse(audit.out);
  std::size_t named = 0;
  for (const json& finding : report.at("findings")) {
    CHECK(finding["verdict"] == "unaudited");
    const std::string reason = finding["reason"];
    named += reason.find("switched off") != std::string::npos ? 1 : 0;
  }
  CHECK(named > 10);
}
