#include "auditors/fetch/rate_limit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "validator/text/ascii.h"

namespace assay {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMaxItems = 8;
constexpr std::size_t kMaxName = 64;

// Takes what stands before the next separator outside of quotes off `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  std::size_t end = 0;
  for (bool quoted = false; end < rest.size() && (quoted || rest[end] != separator); ++end) {
    if (rest[end] == '"') quoted = !quoted;
  }
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return ascii::trim_blanks(part);
}

// Digits only; more than fit are cut to a bound that is far beyond any quota.
std::optional<std::int64_t> parse_count(std::string_view text) {
  if (text.empty()) return std::nullopt;
  constexpr std::int64_t kBound = 1'000'000'000'000;
  std::int64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = std::min(kBound, value * 10 + (digit - '0'));
  }
  return value;
}

// The number of a parameter such as "r=489".
std::optional<std::int64_t> parameter(std::string_view part, char name) {
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view key = ascii::trim_blanks(part.substr(0, equals));
  if (key.size() != 1 || ascii::to_lower(key.front()) != name) {
    return std::nullopt;
  }
  return parse_count(ascii::trim_blanks(part.substr(equals + 1)));
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return text.substr(0, kMaxName);
}

// SplitMix64, so that equal seeds give equal jitter whatever the order of requests.
std::uint64_t scramble(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace

std::vector<Announcement> parse_rate_limit(std::string_view header) {
  std::vector<Announcement> items;
  while (!header.empty() && items.size() < kMaxItems) {
    std::string_view item = take_until(header, ',');
    std::string_view name;
    std::optional<std::int64_t> remaining;
    std::optional<std::int64_t> reset;
    while (!item.empty()) {
      const std::string_view part = take_until(item, ';');
      if (const auto r = parameter(part, 'r')) {
        remaining = r;
      } else if (const auto t = parameter(part, 't')) {
        reset = t;
      } else if (part.find('=') == std::string_view::npos) {
        name = unquote(part);
      }
    }
    if (remaining && reset) {
      items.push_back(
          {std::string(name), *remaining, std::chrono::seconds(std::min(*reset, kDay))});
    }
  }
  return items;
}

std::chrono::milliseconds backoff(std::chrono::milliseconds base, int attempt, std::uint64_t seed) {
  const int doublings = std::clamp(attempt - 1, 0, 4);
  const std::chrono::milliseconds wait = base * (1 << doublings);
  const std::uint64_t mixed = scramble(seed + static_cast<std::uint64_t>(attempt));
  const double share = static_cast<double>(mixed >> 11U) / static_cast<double>(1ULL << 53U);
  return wait + std::chrono::milliseconds(
                    static_cast<std::int64_t>(share * static_cast<double>(wait.count()) / 4));
}

void Pace::started(SteadyClock::time_point now, double per_second) {
  std::chrono::nanoseconds interval{0};
  if (per_second > 0) {
    interval =
        std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(1e9 / per_second, 3.6e12)));
  }
  next_ = std::max(next_, now - std::chrono::milliseconds(100)) + interval;
}

std::optional<SteadyClock::time_point> Quota::next(SteadyClock::time_point now,
                                                   std::size_t under_way) const {
  const auto already = static_cast<std::int64_t>(under_way);
  // Nothing is known: one request goes ahead and asks. What was known is over: a new window has
  // begun, and it will hardly be smaller than half of what the last one had.
  const bool over = known_ && now >= must_turn_;
  if (!known_ || over) {
    const std::int64_t sure = over ? std::max<std::int64_t>(1, opening_ / 2) : 1;
    return already < sure ? std::optional(now) : std::nullopt;
  }
  const std::int64_t left = remaining_ - already;
  if (left > 1) return now;
  if (under_way > 0) return std::nullopt;
  return left == 1 ? std::max(now, may_turn_) : must_turn_;
}

double Quota::rate(SteadyClock::time_point now) const {
  if (!known_ || now >= may_turn_) return 0;
  const std::chrono::duration<double> left = may_turn_ - now;
  return static_cast<double>(remaining_) / left.count();
}

bool Quota::has_turned(const Announcement& said, SteadyClock::time_point started) const {
  using std::chrono::seconds;
  if (!known_ || started >= must_turn_ || started + said.reset - seconds(1) > must_turn_) {
    return true;
  }
  // Within a window each request leaves less than was left before it started.
  const auto after = std::lower_bound(
      marks_.begin(), marks_.end(), started,
      [](const Mark& mark, SteadyClock::time_point time) { return mark.at < time; });
  return after != marks_.begin() && said.remaining >= std::prev(after)->remaining;
}

void Quota::announced(const Announcement& said, SteadyClock::time_point started,
                      SteadyClock::time_point now) {
  using std::chrono::seconds;
  constexpr std::size_t kMaxMarks = 256;
  if (has_turned(said, started)) {
    known_ = true;
    begun_ = started;
    opening_ = remaining_ = said.remaining;
    marks_.assign(1, {now, remaining_});
    may_turn_ = now + said.reset;
    must_turn_ = may_turn_ + seconds(1);
    return;
  }
  // Answers arrive in any order; one from before this window says nothing about it.
  if (started < begun_) return;
  if (said.remaining < remaining_) {
    remaining_ = said.remaining;
    marks_.push_back({now, remaining_});
    if (marks_.size() > kMaxMarks) marks_.pop_front();
  }
  may_turn_ = std::min(may_turn_, now + said.reset);
  must_turn_ = std::min(must_turn_, now + said.reset + seconds(1));
}

}  // namespace assay
