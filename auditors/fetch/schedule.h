#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "auditors/fetch/rate_limit.h"

namespace assay {

/// Requests that share a quota as far as can be told before the answer: one kind of path of one
/// host.
struct Lane {
  std::string source;
  std::string origin;  ///< scheme, host and port
  std::string kind;    ///< of path, as the source counts them: path_kind()
  friend auto operator<=>(const Lane&, const Lane&) = default;
};

/// Decides when queued requests start: those of lower rank first, then in the order of their
/// numbers, within each source's concurrency and rate, and within what each host announced. The
/// first request of a lane goes alone, so that a quota is known before it can be overrun. Knows no
/// network and no clock.
class Schedule {
 public:
  using Time = SteadyClock::time_point;

  /// `requests_per_second` (none when not positive) is kept while a host announces no quota. One
  /// that allows more is used as it allows, unless `ceiling` says that the rate holds in any case.
  void set_source(const std::string& source, double requests_per_second, int concurrency,
                  bool ceiling = false);

  /// Queues request `number` of a source that is set, not to start before `from`.
  void queue(std::uint64_t number, const Lane& lane, Time from, int rank = 0);
  /// The next request to start now, which is under way from then on; null when there is none.
  std::optional<std::uint64_t> start(Time now);
  /// When start() may give a request without anything being answered before; null when never.
  std::optional<Time> wake(Time now) const;

  /// A request that start() gave has ended. `answered`: by a response, which announced `said`.
  void ended(const Lane& lane, Time started, Time now, bool answered,
             const std::vector<Announcement>& said);
  /// Nothing of this lane starts before `until`.
  void hold(const Lane& lane, Time until);

  /// Takes out the requests that cannot start before `deadline`.
  std::vector<std::uint64_t> take_late(Time now, Time deadline);
  /// Takes out all requests queued for a host of a source.
  std::vector<std::uint64_t> take_all(const std::string& source, const std::string& origin);

 private:
  struct LaneState {
    std::set<std::pair<int, std::uint64_t>> ready;        // rank, number
    std::map<std::pair<Time, std::uint64_t>, int> later;  // to their ranks
    std::size_t under_way = 0;
    bool tried = false;
    Time held{};
    std::vector<std::shared_ptr<Quota>> quotas;
  };
  struct SourceState {
    Pace pace;
    double requests_per_second = 0;
    bool ceiling = false;
    std::size_t concurrency = 1;
    std::size_t under_way = 0;
    std::map<Lane, LaneState> lanes;
  };

  static double rate(const SourceState& source, const LaneState& lane, Time now);
  std::optional<Time> opens(const LaneState& lane, Time now) const;
  std::size_t under_way(const Quota* quota) const;

  std::map<std::string, SourceState> sources_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Quota>> quotas_;  // origin, bucket
};

}  // namespace assay
