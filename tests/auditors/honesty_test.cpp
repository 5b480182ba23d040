#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

#include "auditors/fetch/fetcher.h"
#include "support/catch.h"
#include "support/http/fake_http_server.h"
#include "support/worlds/fault_worlds.h"
#include "support/worlds/faults.h"
#include "support/worlds/memory_transport.h"

// The honesty invariant: a fault never becomes a fact. Every world of the golden cases is judged
// under random faults; each verdict must be the healthy one, or say that nothing could be learnt.
//
// ASSAY_FAULT_SCHEDULES=50000 plays more schedules; ASSAY_FAULT_SEED=17 plays one and tells it.

namespace {

using namespace assay;
using std::chrono::milliseconds;
using test::FaultKind;
using test::FaultSchedule;
using test::FaultWorld;

constexpr const char* kPublicHub = "https://huggingface.co";

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

using Injected = std::vector<std::pair<std::string, std::string>>;  // target, fault

// What is counted over all schedules.
struct Campaign {
  std::map<std::string, std::size_t> injected;
  std::size_t schedules = 0;
  std::size_t verdicts = 0;
  std::size_t facts = 0;
  std::size_t lost = 0;    // verdicts that the healthy run had, and these did not
  std::size_t failed = 0;  // schedules in which something false was said
  std::string failures;

  void add(std::uint64_t seed, const FaultWorld& world, const Injected& faults,
           const std::map<std::string, Finding>& findings) {
    ++schedules;
    for (const auto& [target, kind] : faults) ++injected[kind];
    verdicts += findings.size();
    facts += static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [](const auto& item) { return !test::says_nothing(item.second.verdict); }));
    lost += static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [&](const auto& item) {
          const auto known = world.healthy.find(item.first);
          return test::says_nothing(item.second.verdict) && known != world.healthy.end() &&
                 !test::says_nothing(known->second.verdict);
        }));
    const std::string wrong = test::lies(world.healthy, findings);
    if (wrong.empty()) return;
    ++failed;
    failures += fmt::format("seed {} in {}\n", seed, world.name);
    for (const auto& [target, kind] : faults) {
      failures +=
          fmt::format("  fault `{}`: {}\n", kind, target.substr(0, target.find("&expand=")));
    }
    failures += wrong;
  }

  void print(std::string_view how, std::size_t worlds) const {
    std::size_t faults = 0;
    std::string counts;
    for (const auto& [kind, count] : injected) {
      faults += count;
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", kind, count);
    }
    fmt::print(
        "{}: {} schedules over {} worlds, {} faults ({}): {} verdicts, {} held, {} withheld, "
        "{} schedules with a false one\n",
        how, schedules, worlds, faults, counts, verdicts, facts, lost, failed);
  }
};

// A fault below HTTP, as the fetcher would report it.
Evidence failure(const Request& request, const FaultKind& kind) {
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

test::FakeHub::Answer spoilt(FaultWorld& world, const std::string& target, const FaultKind& kind,
                             test::Random random) {
  test::FakeHub::Answer answer = world.answer(target);
  const std::string& other = world.targets[random.below(world.targets.size())];
  kind.spoil(answer, world.answer(other), random);
  return answer;
}

std::map<std::string, Finding> in_memory(FaultWorld& world, const FaultSchedule& schedule,
                                         Injected& injected) {
  const bool tells = number_from("ASSAY_FAULT_SEED", 0) != 0;
  const auto answer = [&](const Request& request) {
    const std::string target = request.url.substr(std::string_view(kPublicHub).size());
    const FaultKind* kind = schedule.fault(target);
    if (kind == nullptr) return test::exchange(request, world.answer(target));
    injected.emplace_back(target, kind->name);
    Evidence evidence =
        kind->outcome != Outcome::response
            ? failure(request, *kind)
            : test::exchange(request, spoilt(world, target, *kind, schedule.random(target)),
                             kind->clock_hours);
    if (tells) fmt::print("{}: {}\n  {:.3000}\n", kind->name, target, evidence.body);
    return evidence;
  };
  return test::audited(world, test::hub_config(kPublicHub), test::answered_by(answer));
}

// A fault below HTTP, as a server commits it.
test::FakeResponse misbehaviour(const FaultKind& kind, const std::string& target) {
  test::FakeResponse response;
  response.body = "[]";
  switch (kind.outcome) {
    case Outcome::timeout:
      response.stall = kind.name == "stalled";
      response.drip_bytes = 1;
      response.drip_pause = milliseconds(200);
      break;
    case Outcome::truncated:
      response.announced_length = 1000;
      response.reset = kind.name == "reset";
      response.cut_after = 2;
      break;
    case Outcome::too_large:
      response.body = test::gzip(std::string(std::size_t{4} << 20U, ' '));
      response.headers = {{"Content-Encoding", "gzip"}};
      break;
    case Outcome::bad_encoding:
      if (kind.name == "bad gzip") {
        response.headers = {{"Content-Encoding", "gzip"}};
      } else {
        response = test::not_modified("\"something else\"");
      }
      break;
    case Outcome::too_many_redirects:
      response = test::redirect_to(target);
      break;
    default:
      response.raw = "";  // closed at once
  }
  return response;
}

test::FakeResponse response_of(const test::FakeHub::Answer& answer, const std::string& base) {
  test::FakeResponse response;
  response.status = answer.status;
  response.body = answer.body;
  for (const auto& [name, value] : answer.headers) response.headers.emplace_back(name, value);
  if (!answer.redirected.empty() && answer.redirected.starts_with(kPublicHub)) {
    const std::string to = answer.redirected.substr(std::string_view(kPublicHub).size());
    return test::redirect_to(base + to, 307);
  }
  return response;
}

std::map<std::string, Finding> over_http(FaultWorld& world, const FaultSchedule& schedule,
                                         Injected& injected) {
  std::string base;
  test::FakeHttpServer server([&](const test::FakeRequest& request) {
    const FaultKind* kind = schedule.fault(request.target);
    if (kind == nullptr) return response_of(world.answer(request.target), base);
    injected.emplace_back(request.target, kind->name);
    if (kind->outcome != Outcome::response) return misbehaviour(*kind, request.target);
    return response_of(spoilt(world, request.target, *kind, schedule.random(request.target)), base);
  });
  base = server.url();
  Config config = test::hub_config(base);
  SourceConfig& hub = config.sources["huggingface"];
  hub.requests_per_second = 10'000;
  hub.timeout = milliseconds(150);
  hub.max_body_bytes = std::size_t{1} << 20U;
  config.time_budget = milliseconds(10'000);
  const Environment environment = [](std::string_view) { return std::nullopt; };
  Fetcher fetcher(config, environment, {},
                  {.user_agent = "assay/test",
                   .connect_timeout = milliseconds(500),
                   .backoff_base = milliseconds(1),
                   .ca_file = {}});
  return test::audited(
      world, config,
      {.submit = [&](Request request,
                     Done done) { fetcher.submit(std::move(request), std::move(done)); },
       .drain = [&] { fetcher.drain(); }});
}

}  // namespace

TEST_CASE("no fault of the Hub becomes a fact", "[slow]") {
  std::vector<FaultWorld> all = test::fault_worlds();
  REQUIRE(!all.empty());
  const std::uint64_t only = number_from("ASSAY_FAULT_SEED", 0);
  const std::uint64_t last = only == 0 ? number_from("ASSAY_FAULT_SCHEDULES", 2000) : only;
  Campaign campaign;
  for (std::uint64_t seed = only == 0 ? 1 : only; seed <= last && campaign.failed < 20; ++seed) {
    FaultWorld& world = all[seed % all.size()];
    Injected injected;
    const auto findings = in_memory(world, FaultSchedule(seed, world.targets), injected);
    campaign.add(seed, world, injected, findings);
  }
  campaign.print("in memory", all.size());
  INFO(campaign.failures);
  CHECK(campaign.failed == 0);
  if (only == 0 && last >= 2000) CHECK(campaign.injected.size() == test::fault_kinds().size());
}

TEST_CASE("neither lists that move nor errors sent as files nor clocks that jump become facts",
          "[slow]") {
  std::vector<FaultWorld> all = test::fault_worlds(2);
  const std::uint64_t only = number_from("ASSAY_FAULT_SEED", 0);
  const std::uint64_t last = only == 0 ? number_from("ASSAY_FAULT_SCHEDULES", 2000) : only;
  Campaign campaign;
  for (std::uint64_t seed = only == 0 ? 1 : only; seed <= last && campaign.failed < 20; ++seed) {
    FaultWorld& world = all[seed % all.size()];
    Injected injected;
    const auto findings =
        in_memory(world, FaultSchedule(seed, world.targets, test::subtle_fault_kinds()), injected);
    campaign.add(seed, world, injected, findings);
  }
  campaign.print("subtle, in memory", all.size());
  INFO(campaign.failures);
  CHECK(campaign.failed == 0);
  if (only == 0 && last >= 2000) {
    CHECK(campaign.injected.size() == test::subtle_fault_kinds().size());
  }
}

TEST_CASE("no fault of a server becomes a fact through the fetcher", "[slow]") {
  std::vector<FaultWorld> all = test::fault_worlds();
  Campaign campaign;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    FaultWorld& world = all[seed * 7 % all.size()];
    Injected injected;
    const auto findings = over_http(world, FaultSchedule(seed, world.targets), injected);
    campaign.add(seed, world, injected, findings);
  }
  campaign.print("over HTTP", all.size());
  INFO(campaign.failures);
  CHECK(campaign.failed == 0);
}
