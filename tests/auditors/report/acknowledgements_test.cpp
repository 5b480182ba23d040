#include "auditors/report/acknowledgements.h"

#include "support/catch.h"

namespace {

using namespace assay;

Finding finding(const std::string& label, Verdict verdict, nlohmann::json observed) {
  Finding result;
  result.slug = "model";
  result.label = label;
  result.verdict = verdict;
  result.observed = std::move(observed);
  return result;
}

Acknowledged applied(const std::string& yaml, const Finding& to, const std::string& today) {
  return acknowledge({to}, read_acknowledgements("a.yaml", yaml), {"model"}, today);
}

const std::string kItem =
    "acknowledged:\n"
    "  - slug: model\n"
    "    label: cost.input_per_mtok_usd\n"
    "    observed: \"0.08\"\n"
    "    reason: by contract\n"
    "    until: \"2026-12-31\"\n";

const char* const kLabel = "cost.input_per_mtok_usd";

}  // namespace

TEST_CASE("a finding is silenced while exactly that value is observed") {
  const Acknowledged same =
      applied(kItem, finding(kLabel, Verdict::outdated, "0.08"), "2026-12-31");
  CHECK(same.findings.count(0) == 1);
  CHECK(same.stale.empty());
  // The same number, written in another way.
  CHECK(applied(kItem, finding(kLabel, Verdict::outdated, "0.080"), "2026-12-01").findings.size() ==
        1);
  // Or with what calculating with doubles leaves, on either side.
  CHECK(applied(kItem, finding(kLabel, Verdict::outdated, "0.08000000000000002"), "2026-12-01")
            .findings.size() == 1);
  std::string noisy = kItem;
  noisy.replace(noisy.find("0.08"), 4, "0.07999999999999999");
  CHECK(applied(noisy, finding(kLabel, Verdict::outdated, "0.08"), "2026-12-01").findings.size() ==
        1);
  const Acknowledged moved =
      applied(kItem, finding(kLabel, Verdict::outdated, "0.09"), "2026-12-01");
  CHECK(moved.findings.empty());
  REQUIRE(moved.stale.size() == 1);
  CHECK(
      moved.stale.front() ==
      "a.yaml:2:5: cost.input_per_mtok_usd of model was acknowledged as \"0.08\", and is \"0.09\" "
      "now");
}

TEST_CASE("an acknowledgement ends and what it no longer fits is told") {
  CHECK(applied(kItem, finding(kLabel, Verdict::outdated, "0.08"), "2027-01-01").stale.front() ==
        "a.yaml:2:5: cost.input_per_mtok_usd of model was acknowledged until 2026-12-31");
  CHECK(applied(kItem, finding(kLabel, Verdict::supported, "0.06"), "2026-12-01").stale.size() ==
        1);
  CHECK(applied(kItem, finding("other", Verdict::outdated, "0.08"), "2026-12-01").stale.size() ==
        1);
  // A failed source says nothing against it, and is not silenced.
  const Acknowledged failed =
      applied(kItem, finding(kLabel, Verdict::source_unreachable, nullptr), "2026-12-01");
  CHECK(failed.findings.empty());
  CHECK(failed.stale.empty());
  // Another entry was not audited this time.
  CHECK(acknowledge({}, read_acknowledgements("a.yaml", kItem), {"another"}, "2026-12-01")
            .stale.empty());
}

TEST_CASE("absences and disputes can be acknowledged") {
  const std::string absence =
      "- {slug: model, label: quantizations_available.awq, observed: null, reason: private}\n";
  CHECK(applied(absence, finding("quantizations_available.awq", Verdict::contradicted, nullptr),
                "2026-12-01")
            .findings.size() == 1);
  const std::string dispute =
      "- slug: model\n"
      "  label: cost.input_per_mtok_usd\n"
      "  observed: {hf_router: 0.03, deepinfra: 0.02}\n"
      "  reason: the router is late\n";
  const nlohmann::json observed = {{"deepinfra", "0.02"}, {"hf_router", "0.03"}};
  CHECK(applied(dispute, finding(kLabel, Verdict::disputed, observed), "2026-12-01")
            .findings.size() == 1);
}

TEST_CASE("mistakes in the file are shown at their place") {
  const auto [yaml, message] = GENERATE(table<std::string, std::string>({
      {"acknowledged: 5\n",
       "a.yaml:1:1: expected `acknowledged:` with a list; start the file with `acknowledged:` and "
       "give one item per deviation"},
      {"acknowledged:\n  - slug: m\n    label: l\n    reason: r\n",
       "a.yaml:2:5: `observed` is missing; give the exact value the finding shows, or null "
       "where it shows none"},
      {"acknowledged:\n  - {slug: m, lable: l}\n",
       "a.yaml:2:15: unknown key `lable`; its keys are slug, label, observed, reason and until"},
      {"acknowledged:\n  - {slug: m, label: l, observed: 1, reason: r, until: soon}\n",
       "a.yaml:2:56: `until` is not a date; write it like \"2026-12-31\" or remove it"},
      {"acknowledged:\n  - {slug: m, label: l, observed: 1}\n",
       "a.yaml:2:5: `reason` is missing; give slug, label, observed and reason"},
  }));
  CAPTURE(yaml);
  CHECK_THROWS_WITH(read_acknowledgements("a.yaml", yaml), message);
  CHECK(read_acknowledgements("a.yaml", "").empty());
  CHECK(read_acknowledgements("a.yaml", "acknowledged:\n").empty());
}
