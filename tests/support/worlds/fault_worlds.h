#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auditors/audit.h"
#include "support/worlds/fake_hub.h"

namespace assay::test {

/// A golden case of an auditor of the Hub: its entries, its Hub and what a healthy run says.
struct FaultWorld {
  std::string name;  ///< "quantizations/absent-family"
  std::unique_ptr<Source> source;
  std::unique_ptr<Document> document;
  std::vector<Subject> entries;
  std::unique_ptr<FakeHub> hub;
  std::map<std::string, FakeHub::Answer, std::less<>> answers;  ///< healthy ones, by target
  std::vector<std::string> targets;                             ///< of the healthy run
  std::map<std::string, Finding> healthy;                       ///< by slug and label

  /// The healthy answer to a target, after the redirect of a renamed repository.
  const FakeHub::Answer& answer(const std::string& target);
};

/// The golden cases of all auditors whose Hub is not broken to begin with: that one has no healthy
/// run to compare with. `page_size` cuts their lists into pages of so many rows.
std::vector<FaultWorld> fault_worlds(std::size_t page_size = 1000);

/// A configuration whose only source is a Hub at `url`.
Config hub_config(const std::string& url);

/// The verdicts of all auditors over a world's entries, unaudited ones left out.
std::map<std::string, Finding> audited(const FaultWorld& world, const Config& config,
                                       Transport transport);

/// The exchange that an answer makes, by a clock that is wrong by some hours.
Evidence exchange(const Request& request, const FakeHub::Answer& answer, int clock_hours = 0);

bool says_nothing(Verdict verdict);

/// What is a fact under faults and is not what the healthy run says; empty when all is well.
std::string lies(const std::map<std::string, Finding>& healthy,
                 const std::map<std::string, Finding>& faulty);

}  // namespace assay::test
