#include "support/worlds/fault_worlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "auditors/registry.h"
#include "auditors/sources.h"
#include "support/golden.h"
#include "support/worlds/memory_transport.h"
#include "validator/text/dates.h"

namespace assay::test {
namespace {

constexpr const char* kHub = "https://huggingface.co";

bool is_healthy(const nlohmann::json& hub) {
  const nlohmann::json& repositories = hub.at("repositories");
  return !hub.contains("faults") &&
         std::none_of(repositories.begin(), repositories.end(), [](const nlohmann::json& item) {
           return item.contains("counts") && !item["counts"].is_null();
         });
}

// The auditor of prices has other sources: prices/faults_test.cpp.
std::vector<const Auditor*> hub_auditors() {
  std::vector<const Auditor*> chosen;
  for (const Auditor& auditor : auditors()) {
    if (auditor.id != "prices") chosen.push_back(&auditor);
  }
  return chosen;
}

void judge_healthy(FaultWorld& world) {
  const auto answer = [&](const Request& request) {
    const std::string target = request.url.substr(std::string_view(kHub).size());
    world.targets.push_back(target);
    return exchange(request, world.answer(target));
  };
  world.healthy = audited(world, hub_config(kHub), answered_by(answer));
}

}  // namespace

const FakeHub::Answer& FaultWorld::answer(const std::string& target) {
  const auto known = answers.find(target);
  if (known != answers.end()) return known->second;
  FakeHub::Answer found = hub->answer(target);
  if (found.status == 307) {
    const std::string to = found.headers["location"];
    found = hub->answer(to);
    found.redirected = kHub + to;
  }
  return answers.emplace(target, std::move(found)).first->second;
}

std::vector<FaultWorld> fault_worlds(std::size_t page_size) {
  std::vector<FaultWorld> all;
  for (const Auditor* auditor : hub_auditors()) {
    for (const auto& path : folders_in(golden_folder() / "auditors" / std::string(auditor->id))) {
      auto hub = nlohmann::json::parse(read_file(path / "hub.json"));
      if (!is_healthy(hub)) continue;
      if (hub.value("page_size", page_size) >= page_size) hub["page_size"] = page_size;
      FaultWorld& world = all.emplace_back();
      world.name = std::string(auditor->id) + "/" + path.filename().string();
      world.source = std::make_unique<Source>("entry.yaml", read_file(path / "entry.yaml"));
      world.document = std::make_unique<Document>(*world.source);
      world.entries = subjects(*world.document);
      world.hub = std::make_unique<FakeHub>(hub);
      judge_healthy(world);
    }
  }
  return all;
}

Config hub_config(const std::string& url) {
  Config config;
  config.sources["huggingface"] = {.id = "huggingface",
                                   .url = url,
                                   .token_env = "HF_TOKEN",
                                   .traits = *traits_of_source("huggingface")};
  return config;
}

std::map<std::string, Finding> audited(const FaultWorld& world, const Config& config,
                                       Transport transport) {
  const std::vector<const Auditor*> chosen = hub_auditors();
  std::map<std::string, Finding> findings;
  audit({.subjects = world.entries,
         .auditors = chosen,
         .config = &config,
         .transport = std::move(transport),
         .on_evidence = {},
         .on_findings = [&](const Subject&, const std::vector<Finding>& some) {
           for (const Finding& finding : some) {
             if (finding.verdict == Verdict::unaudited) continue;
             findings.emplace(finding.slug + " " + finding.label, finding);
           }
         }});
  return findings;
}

Evidence exchange(const Request& request, const FakeHub::Answer& answer, int clock_hours) {
  Evidence evidence;
  evidence.source = request.source;
  evidence.url = request.url;
  evidence.final_url = answer.redirected.empty() ? request.url : answer.redirected;
  constexpr std::int64_t kHour = 3'600'000;
  evidence.fetched_at = format_time(parse_time("2026-11-23T03:00:00.000Z") + clock_hours * kHour);
  evidence.status = answer.status;
  evidence.headers = answer.headers;
  evidence.body = answer.body;
  seal(evidence);
  return evidence;
}

bool says_nothing(Verdict verdict) {
  return verdict == Verdict::source_unreachable || verdict == Verdict::verifier_unable;
}

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

}  // namespace assay::test
