#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "support/golden.h"
#include "support/worlds/price_world.h"

// Golden judgements of prices: an entry and what each source answers in, findings out.

namespace {

using namespace assay;

std::string render(const std::vector<Finding>& findings, const test::PriceWorld& world) {
  std::string text;
  for (const Finding& finding : findings) {
    text +=
        fmt::format("{} {}\n  claimed {}, observed {}\n  {}\n", to_string(finding.verdict),
                    finding.label, finding.claimed.dump(), finding.observed.dump(), finding.reason);
    for (const Observation& seen : finding.observations) {
      text += fmt::format("  {} {}\n", seen.source, seen.value.dump());
    }
  }
  text += fmt::format("offers: {} read, {} joined\nrequests:\n", world.told().offers.size(),
                      world.told().joined.size());
  for (const std::string& url : world.asked()) {
    text += fmt::format("  {}\n", url.substr(0, url.find("?blobs")));
  }
  return text;
}

}  // namespace

TEST_CASE("prices are judged as their golden files say") {
  const auto cases = test::folders_in(test::golden_folder() / "auditors" / "prices");
  REQUIRE(cases.size() > 20);
  for (const auto& path : cases) {
    DYNAMIC_SECTION(path.filename().string()) {
      test::PriceWorld world(nlohmann::json::parse(test::read_file(path / "world.json")));
      const auto findings = world.audit(test::read_file(path / "entry.yaml"));
      test::check_golden(path / "expected.txt", render(findings, world));
      CHECK(world.audit(test::read_file(path / "entry.yaml")) == findings);
    }
  }
}
