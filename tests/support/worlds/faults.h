#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "support/worlds/fake_hub.h"

namespace assay::test {

/// Numbers that depend on their seed only, on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// From 0 to `bound` - 1; `bound` is at least 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  bool chance(double share) { return static_cast<double>(next() >> 11U) * 0x1p-53 < share; }

 private:
  std::uint64_t state_;
};

/// One way in which an answer goes wrong.
struct FaultKind {
  std::string_view name;
  /// What the fetcher makes of it when no answer comes through; `response` for faults that look
  /// like an answer.
  Outcome outcome = Outcome::response;
  /// Makes the healthy answer one that looks like an answer; `other` is the healthy answer to
  /// another request.
  void (*spoil)(FakeHub::Answer& answer, const FakeHub::Answer& other, Random& random) = nullptr;
  /// Where it can happen.
  enum class At {
    anywhere,
    api,        ///< a change of the API's shapes: files in a repository have no such thing
    file,       ///< a file of a repository
    list,       ///< a list, whatever the page
    next_page,  ///< a page but the first of a list that is read for the first time
  };
  At at = At::anywhere;
  /// Hours by which the clock is wrong when the answer comes.
  int clock_hours = 0;
};
std::span<const FaultKind> fault_kinds();
/// Subtler ones: lists that move while they are read, rows that do not belong there, errors that
/// are sent as files, clocks that jump.
std::span<const FaultKind> subtle_fault_kinds();

/// Which requests go wrong, and how: a function of the seed and the request's target only, so that
/// a schedule can be played again whatever the order of requests.
class FaultSchedule {
 public:
  /// `targets` are the requests of the healthy run: some schedules spoil one or two of them only.
  FaultSchedule(std::uint64_t seed, const std::vector<std::string>& targets,
                std::span<const FaultKind> kinds = fault_kinds());

  /// Null when the request is answered as it should be.
  const FaultKind* fault(std::string_view target) const;
  /// For what is random about the fault itself.
  Random random(std::string_view target) const;

 private:
  std::uint64_t seed_;
  std::span<const FaultKind> kinds_;
  double share_ = 0;                   // of requests that go wrong
  const FaultKind* only_ = nullptr;    // the same fault for all
  std::vector<std::string> selected_;  // if not empty, only these go wrong
};

}  // namespace assay::test
