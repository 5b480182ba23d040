#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "auditors/audit.h"
#include "auditors/registry.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/worlds/fake_hub.h"

// Golden judgements: a catalog entry and a small Hub in, findings out.
// tests/golden/auditors/AUDITOR.

namespace {

using namespace assay;

constexpr const char* kHub = "https://huggingface.co";

Config hub_config() {
  Config config;
  config.sources["huggingface"] = {.id = "huggingface", .url = kHub, .token_env = "HF_TOKEN"};
  return config;
}

std::vector<Finding> audited(const Document& document, const Auditor& auditor, test::FakeHub& hub) {
  const Config config = hub_config();
  const std::vector<Subject> all = subjects(document);
  const Auditor* chosen = &auditor;
  std::vector<Finding> findings;
  audit({.subjects = all,
         .auditors = {&chosen, 1},
         .config = &config,
         .transport = hub.transport(kHub),
         .on_evidence = {},
         .on_findings = [&](const Subject&, const std::vector<Finding>& some) {
           findings.insert(findings.end(), some.begin(), some.end());
         }});
  return findings;
}

std::string render(const std::vector<Finding>& findings, const test::FakeHub& hub) {
  std::string text;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::unaudited) continue;
    text +=
        fmt::format("{} {}\n  claimed {}, observed {}\n  {}\n", to_string(finding.verdict),
                    finding.label, finding.claimed.dump(), finding.observed.dump(), finding.reason);
    for (const Observation& seen : finding.observations) {
      text += fmt::format("  {} {}\n", seen.url.substr(0, seen.url.find("&expand=")),
                          seen.value.dump());
    }
  }
  text += "requests:\n";
  for (const std::string& target : hub.asked()) {
    text += fmt::format("  {}\n", target.substr(0, target.find("&expand=")));
  }
  return text;
}

// The worlds of prices have many sources: prices/golden_test.cpp.
bool asks_the_hub_alone(const Auditor& auditor) { return auditor.id != "prices"; }

std::vector<std::filesystem::path> cases_of(const Auditor& auditor) {
  return test::folders_in(test::golden_folder() / "auditors" / std::string(auditor.id));
}

}  // namespace

TEST_CASE("auditors judge recorded worlds as their golden files say") {
  for (const Auditor& auditor : auditors()) {
    if (!asks_the_hub_alone(auditor)) continue;
    const auto cases = cases_of(auditor);
    REQUIRE(!cases.empty());
    for (const auto& path : cases) {
      DYNAMIC_SECTION(auditor.id << ": " << path.filename().string()) {
        const Source source("entry.yaml", test::read_file(path / "entry.yaml"));
        const Document document(source);
        REQUIRE(document.problems().empty());
        test::FakeHub hub(nlohmann::json::parse(test::read_file(path / "hub.json")));
        test::check_golden(path / "expected.txt", render(audited(document, auditor, hub), hub));
      }
    }
  }
}

TEST_CASE("judging twice gives the same and a finished plan asks for nothing", "[slow]") {
  for (const Auditor& auditor : auditors()) {
    if (!asks_the_hub_alone(auditor)) continue;
    for (const auto& path : cases_of(auditor)) {
      DYNAMIC_SECTION(auditor.id << ": " << path.filename().string()) {
        const Source source("entry.yaml", test::read_file(path / "entry.yaml"));
        const Document document(source);
        test::FakeHub hub(nlohmann::json::parse(test::read_file(path / "hub.json")));
        const Config config = hub_config();
        const std::vector<Subject> all = subjects(document);
        const Auditor* chosen = &auditor;
        EvidenceSet evidence;
        audit({.subjects = all,
               .auditors = {&chosen, 1},
               .config = &config,
               .transport = hub.transport(kHub),
               .on_evidence = [&](const Evidence& seen) { evidence.add(seen); },
               .on_findings = {}});
        CHECK(auditor.plan(all.front(), config, evidence).empty());
        CHECK(auditor.judge(all.front(), config, evidence) ==
              auditor.judge(all.front(), config, evidence));
      }
    }
  }
}

TEST_CASE("without any evidence nothing is a fact") {
  for (const Auditor& auditor : auditors()) {
    if (!asks_the_hub_alone(auditor)) continue;
    for (const auto& path : cases_of(auditor)) {
      DYNAMIC_SECTION(auditor.id << ": " << path.filename().string()) {
        const Source source("entry.yaml", test::read_file(path / "entry.yaml"));
        const Document document(source);
        const std::vector<Subject> all = subjects(document);
        const std::vector<Finding> findings = auditor.judge(all.front(), hub_config(), {});
        CHECK_FALSE(findings.empty());
        for (const Finding& finding : findings) {
          CAPTURE(finding.label);
          const std::string verdict(to_string(finding.verdict));
          CHECK_THAT(verdict, Catch::Matchers::Equals("source_unreachable") ||
                                  Catch::Matchers::Equals("verifier_unable"));
        }
      }
    }
  }
}
