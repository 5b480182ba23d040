#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "auditors/audit.h"
#include "support/catch.h"
#include "support/fake_hub.h"
#include "support/faults.h"
#include "support/golden.h"

// The honesty invariant: a fault never becomes a fact. Every world of the golden cases is judged
// under random faults; each verdict must be the healthy one, or say that nothing could be learnt.
//
// ASSAY_FAULT_SCHEDULES=50000 plays more schedules; ASSAY_FAULT_SEED=17 plays one and tells it.

namespace {

using namespace assay;
using test::FaultKind;
using test::FaultSchedule;

constexpr const char* kHub = "https://huggingface.co";

// A golden case: its entries, its Hub and what a healthy run says.
struct World {
  std::string name;
  std::unique_ptr<Source> source;
  std::unique_ptr<Document> document;
  std::vector<Subject> entries;
  std::unique_ptr<test::FakeHub> hub;
  std::map<std::string, test::FakeHub::Answer, std::less<>> answers;  // healthy ones, by target
  std::vector<std::string> targets;
  std::map<std::string, Finding> healthy;  // by slug and label
};

Config hub_config() {
  Config config;
  config.sources["huggingface"] = {.id = "huggingface", .url = kHub, .token_env = "HF_TOKEN"};
  return config;
}

std::vector<const Auditor*> hub_auditors() {
  std::vector<const Auditor*> chosen;
  for (const Auditor& auditor : auditors()) {
    if (auditor.id != "prices")
      chosen.push_back(&auditor);  // other sources: prices_faults_test.cpp
  }
  return chosen;
}

// The answer to a target, after the redirects of a renamed repository.
const test::FakeHub::Answer& answer(World& world, const std::string& target) {
  const auto known = world.answers.find(target);
  if (known != world.answers.end()) return known->second;
  test::FakeHub::Answer answer = world.hub->answer(target);
  if (answer.status == 307) {
    const std::string to = answer.headers["location"];
    answer = world.hub->answer(to);
    answer.redirected = kHub + to;
  }
  return world.answers.emplace(target, std::move(answer)).first->second;
}

Outcome outcome_named(const std::string& name) {
  return name == "timeout" ? Outcome::timeout : Outcome::truncated;
}

Evidence exchange(const Request& request, const test::FakeHub::Answer& answer) {
  Evidence evidence;
  evidence.source = request.source;
  evidence.url = request.url;
  evidence.final_url = answer.redirected.empty() ? request.url : answer.redirected;
  evidence.fetched_at = "2026-11-23T03:00:00.000Z";
  if (answer.outcome.empty()) {
    evidence.status = answer.status;
    evidence.headers = answer.headers;
    evidence.body = answer.body;
  } else {
    evidence.outcome = outcome_named(answer.outcome);
    evidence.error = answer.outcome;
  }
  seal(evidence);
  return evidence;
}

// The exchange as a schedule spoils it.
Evidence spoilt(World& world, const Request& request, const std::string& target,
                const FaultKind& kind, test::Random random) {
  test::FakeHub::Answer broken = answer(world, target);
  if (kind.outcome == Outcome::response) {
    const std::string& other = world.targets[random.below(world.targets.size())];
    kind.spoil(broken, answer(world, other), random);
    return exchange(request, broken);
  }
  Evidence evidence;
  evidence.source = request.source;
  evidence.url = request.url;
  evidence.final_url = request.url;
  evidence.fetched_at = "2026-11-23T03:00:00.000Z";
  evidence.outcome = kind.outcome;
  evidence.error = kind.name;
  seal(evidence);
  return evidence;
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}
bool tells() { return number_from("ASSAY_FAULT_SEED", 0) != 0; }

using Injected = std::vector<std::pair<std::string, std::string>>;  // target, fault

std::map<std::string, Finding> audited(World& world, const FaultSchedule* schedule,
                                       Injected& injected) {
  const Config config = hub_config();
  const std::vector<const Auditor*> chosen = hub_auditors();
  std::deque<std::pair<Request, Done>> queue;
  const auto drain = [&] {
    while (!queue.empty()) {
      auto [request, done] = std::move(queue.front());
      queue.pop_front();
      const std::string target = request.url.substr(std::string_view(kHub).size());
      const FaultKind* kind = schedule == nullptr ? nullptr : schedule->fault(target);
      if (schedule == nullptr) world.targets.push_back(target);
      if (kind == nullptr) {
        done(exchange(request, answer(world, target)));
      } else {
        injected.emplace_back(target, kind->name);
        Evidence evidence = spoilt(world, request, target, *kind, schedule->random(target));
        if (tells()) fmt::print("{}: {}\n  {:.3000}\n", kind->name, target, evidence.body);
        done(std::move(evidence));
      }
    }
  };
  std::map<std::string, Finding> findings;
  audit({.subjects = world.entries,
         .auditors = chosen,
         .config = &config,
         .transport = {.submit = [&](Request request,
                                     Done done) { queue.emplace_back(std::move(request), done); },
                       .drain = drain},
         .on_evidence = {},
         .on_findings = [&](const Subject&, const std::vector<Finding>& some) {
           for (const Finding& finding : some) {
             if (finding.verdict == Verdict::unaudited) continue;
             findings.emplace(finding.slug + " " + finding.label, finding);
           }
         }});
  return findings;
}

// A Hub that is broken to begin with has no healthy run to compare with.
bool is_healthy(const nlohmann::json& hub) {
  const nlohmann::json& repositories = hub.at("repositories");
  return !hub.contains("faults") &&
         std::none_of(repositories.begin(), repositories.end(), [](const nlohmann::json& item) {
           return item.contains("counts") && !item["counts"].is_null();
         });
}

std::vector<World> worlds() {
  std::vector<World> all;
  for (const Auditor* auditor : hub_auditors()) {
    const auto folder = test::golden_folder() / "auditors" / std::string(auditor->id);
    for (const auto& path : test::folders_in(folder)) {
      const auto hub = nlohmann::json::parse(test::read_file(path / "hub.json"));
      if (!is_healthy(hub)) continue;
      World& world = all.emplace_back();
      world.name = std::string(auditor->id) + "/" + path.filename().string();
      world.source = std::make_unique<Source>("entry.yaml", test::read_file(path / "entry.yaml"));
      world.document = std::make_unique<Document>(*world.source);
      world.entries = subjects(*world.document);
      world.hub = std::make_unique<test::FakeHub>(hub);
      Injected none;
      world.healthy = audited(world, nullptr, none);
    }
  }
  return all;
}

bool says_nothing(Verdict verdict) {
  return verdict == Verdict::source_unreachable || verdict == Verdict::verifier_unable;
}

// What is a fact under faults and is not what the healthy run says; empty when all is well.
std::string lies(const std::map<std::string, Finding>& healthy,
                 const std::map<std::string, Finding>& faulty) {
  std::string text;
  for (const auto& [label, finding] : faulty) {
    if (says_nothing(finding.verdict)) continue;
    const auto known = healthy.find(label);
    if (known != healthy.end() && known->second.verdict == finding.verdict &&
        known->second.observed == finding.observed) {
      continue;
    }
    text += fmt::format("  {}: {} {} ({})\n    healthy: {}\n", label, to_string(finding.verdict),
                        finding.observed.dump(), finding.reason,
                        known == healthy.end()
                            ? "nothing"
                            : fmt::format("{} {} ({})", to_string(known->second.verdict),
                                          known->second.observed.dump(), known->second.reason));
  }
  for (const auto& [label, finding] : healthy) {
    if (finding.verdict != Verdict::unlisted && !faulty.contains(label)) {
      text += fmt::format("  {}: no verdict at all\n", label);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("no fault of the Hub becomes a fact") {
  std::vector<World> all = worlds();
  REQUIRE(!all.empty());
  const std::uint64_t only = number_from("ASSAY_FAULT_SEED", 0);
  const std::uint64_t first = only == 0 ? 1 : only;
  const std::uint64_t last = only == 0 ? number_from("ASSAY_FAULT_SCHEDULES", 2000) : only;
  std::map<std::string, std::size_t> injected_kinds;
  std::size_t verdicts = 0;
  std::size_t facts = 0;
  std::string failures;
  std::size_t failed = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    World& world = all[seed % all.size()];
    const FaultSchedule schedule(seed, world.targets);
    Injected injected;
    const auto findings = audited(world, &schedule, injected);
    for (const auto& [target, kind] : injected) ++injected_kinds[kind];
    verdicts += findings.size();
    facts += static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [](const auto& item) { return !says_nothing(item.second.verdict); }));
    const std::string wrong = lies(world.healthy, findings);
    if (only == 0 && wrong.empty()) continue;
    failures += fmt::format("seed {} in {}\n", seed, world.name);
    for (const auto& [target, kind] : injected) {
      failures +=
          fmt::format("  fault `{}`: {}\n", kind, target.substr(0, target.find("&expand=")));
    }
    failures += wrong;
    if (!wrong.empty()) ++failed;
    if (failed >= 20) break;
  }
  std::size_t faults = 0;
  std::string counts;
  for (const auto& [kind, count] : injected_kinds) {
    faults += count;
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", kind, count);
  }
  fmt::print("{} schedules over {} worlds, {} faults ({}), {} verdicts, {} of them facts\n",
             last - first + 1, all.size(), faults, counts, verdicts, facts);
  INFO(failures);
  CHECK(failed == 0);
  if (only == 0) CHECK(injected_kinds.size() == test::fault_kinds().size());
}
