#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "auditors/report/report.h"
#include "support/catch.h"
#include "support/golden.h"
#include "validator/document.h"

namespace {

using namespace assay;

constexpr const char* kCatalog = R"(models:
  - slug: model-a
    display_name: Model A
    params_total: 7000000000
    quantizations_available: [gguf, exl2]
    quantizations_source: https://huggingface.co/lab/model-a
)";

Finding finding(std::string label, Verdict verdict, std::string reason) {
  Finding one;
  one.slug = "model-a";
  one.label = std::move(label);
  one.auditor = "quantizations";
  one.claimed = verdict == Verdict::unlisted ? nlohmann::json() : nlohmann::json("x");
  one.verdict = verdict;
  one.reason = std::move(reason);
  one.observations.push_back(
      {.source = "huggingface",
       .value = nullptr,
       .url = "https://huggingface.co/api/models?filter=x&limit=1000&expand=sha",
       .fetched_at = "2026-11-23T03:00:00.000Z",
       .evidence = std::string(64, 'a')});
  return one;
}

AuditReport report() {
  AuditReport all;
  all.run = 7;
  all.status = "complete";
  all.started_at = "2026-11-23T03:00:00.000Z";
  all.finished_at = "2026-11-23T03:01:00.000Z";
  all.catalog_sha256 = std::string(64, 'c');
  all.entries = 1;
  all.requests.sent = 4;
  all.findings = {
      finding("quantizations_available.gguf", Verdict::supported, "a witness was seen"),
      finding("quantizations_available.exl2", Verdict::contradicted, "none of [14](x) holds EXL2"),
      finding("params_total", Verdict::verifier_unable, "a <b>reshaped</b> answer\n| x |"),
      finding("layers_count", Verdict::unaudited, "no auditor covers this label"),
      finding("quantizations_available.awq", Verdict::unlisted, "it is there: 100%, really"),
      finding("license", Verdict::contradicted, "the Hub states another one")};
  Acknowledgement& accepted = all.acknowledged.findings[5];
  accepted.reason = "asked the authors";
  return all;
}

struct Rendered {
  Source source{"data/models.yaml", kCatalog};
  Document document{source};
  std::vector<Subject> entries = subjects(document);
  CatalogPlaces places{source, entries, ""};
};

}  // namespace

TEST_CASE("an audit in the formats of other programs reads as its golden files") {
  const Rendered with;
  const auto folder = test::golden_folder() / "audit_formats";
  test::check_golden(folder / "audit.sarif", render_audit_sarif(report(), with.places));
  test::check_golden(folder / "audit.github.txt", render_audit_github(report(), with.places));
  test::check_golden(folder / "audit.md", render_audit_markdown(report()));
}

TEST_CASE("SARIF of an audit keeps the rules that readers check") {
  const Rendered with;
  const auto log = nlohmann::json::parse(render_audit_sarif(report(), with.places));
  const auto& run = log["runs"][0];
  std::set<std::string> rules;
  for (const auto& rule : run["tool"]["driver"]["rules"]) rules.insert(rule["id"]);
  CHECK(run["results"].size() == 5);
  for (const auto& result : run["results"]) {
    CHECK(rules.contains(result["ruleId"]));
    CHECK((result["kind"] == "fail") == (result["level"] != "none"));
    CHECK(result["partialFingerprints"].size() == 1);
    const auto& place = result["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == "data/models.yaml");
    CHECK(place["region"]["startLine"] >= 1);
  }
  CHECK(run["results"][4]["suppressions"][0]["justification"] == "asked the authors");
  CHECK_FALSE(run["results"][1].contains("suppressions"));
  CHECK(run["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 5);
}
