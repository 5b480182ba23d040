#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

using SteadyClock = std::chrono::steady_clock;

/// One item of a RateLimit header: what is left of the bucket's quota.
struct Announcement {
  std::string bucket;
  std::int64_t remaining = 0;
  std::chrono::seconds reset{0};  ///< until the window ends, at most a day
  friend bool operator==(const Announcement&, const Announcement&) = default;
};

/// Items of `RateLimit: "api";r=489;t=189`; items without r or t are skipped, at most 8 are read.
std::vector<Announcement> parse_rate_limit(std::string_view header);

/// Wait before repetition `attempt` (from 1): `base` doubled each time, at most 16 times `base`,
/// plus up to a quarter that depends on `seed` only.
std::chrono::milliseconds backoff(std::chrono::milliseconds base, int attempt, std::uint64_t seed);

/// Keeps the starts of requests at a rate, with catching up of at most a tenth of a second.
class Pace {
 public:
  /// From when the next request may start.
  SteadyClock::time_point next() const { return next_; }
  /// A request starts; the next one may so many per second. Not positive means no bound.
  void started(SteadyClock::time_point now, double per_second);

 private:
  SteadyClock::time_point next_{};
};

/// The announced quota of one bucket of one host: a number of requests per fixed window.
///
/// `t` is in whole seconds and may be rounded either way. The quota keeps one request in reserve,
/// and spends it when the window may have turned, to learn whether it has; without the reserve it
/// waits until the window has turned for certain. So a server that counts as it announces is never
/// asked too much.
class Quota {
 public:
  /// From when one more request may start, with `under_way` of this bucket not answered yet; null
  /// when only an answer can tell.
  std::optional<SteadyClock::time_point> next(SteadyClock::time_point now,
                                              std::size_t under_way) const;

  /// The even rate, in requests per second, at which the rest lasts until the window turns; 0 when
  /// nothing is known.
  double rate(SteadyClock::time_point now) const;

  /// What the answer to a request that started at `started` said.
  void announced(const Announcement& said, SteadyClock::time_point started,
                 SteadyClock::time_point now);

 private:
  /// From an answer on it was known that no more than this was left.
  struct Mark {
    SteadyClock::time_point at;
    std::int64_t remaining;
  };

  bool has_turned(const Announcement& said, SteadyClock::time_point started) const;

  bool known_ = false;
  std::int64_t opening_ = 0;  // what was left when this window was first seen
  std::int64_t remaining_ = 0;
  std::deque<Mark> marks_;               // of this window, ever less
  SteadyClock::time_point begun_{};      // of the request whose answer showed this window first
  SteadyClock::time_point may_turn_{};   // earliest end of the window, if `t` was rounded up
  SteadyClock::time_point must_turn_{};  // the window is over then in any case
};

}  // namespace assay
