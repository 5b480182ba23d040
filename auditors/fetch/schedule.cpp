#include "auditors/fetch/schedule.h"

#include <algorithm>
#include <limits>

namespace assay {
namespace {

// A host that names ever new buckets must not make the table grow without bound.
constexpr std::size_t kMaxQuotas = 4096;

}  // namespace

void Schedule::set_source(const std::string& source, double requests_per_second, int concurrency,
                          bool ceiling) {
  SourceState& state = sources_[source];
  state.requests_per_second = requests_per_second;
  state.ceiling = ceiling;
  state.concurrency = static_cast<std::size_t>(std::max(1, concurrency));
}

void Schedule::queue(std::uint64_t number, const Lane& lane, Time from, int rank) {
  LaneState& state = sources_[lane.source].lanes[lane];
  if (from == Time{}) {
    state.ready.emplace(rank, number);
  } else {
    state.later.emplace(std::pair(from, number), rank);
  }
}

std::optional<std::uint64_t> Schedule::start(Time now) {
  for (auto& [id, source] : sources_) {
    if (source.under_way >= source.concurrency || source.pace.next() > now) continue;
    LaneState* best = nullptr;
    for (auto& [key, lane] : source.lanes) {
      while (!lane.later.empty() && lane.later.begin()->first.first <= now) {
        const auto due = lane.later.extract(lane.later.begin());
        lane.ready.emplace(due.mapped(), due.key().second);
      }
      if (lane.ready.empty()) continue;
      if (best != nullptr && *best->ready.begin() < *lane.ready.begin()) continue;
      const auto open = opens(lane, now);
      if (open && *open <= now) best = &lane;
    }
    if (best == nullptr) continue;
    const std::uint64_t number = best->ready.begin()->second;
    best->ready.erase(best->ready.begin());
    ++best->under_way;
    ++source.under_way;
    source.pace.started(now, rate(source, *best, now));
    return number;
  }
  return std::nullopt;
}

std::optional<Schedule::Time> Schedule::wake(Time now) const {
  std::optional<Time> earliest;
  for (const auto& [id, source] : sources_) {
    if (source.under_way >= source.concurrency) continue;
    for (const auto& [key, lane] : source.lanes) {
      if (lane.ready.empty() && lane.later.empty()) continue;
      const auto open = opens(lane, now);
      if (!open) continue;
      const Time first = lane.ready.empty() ? lane.later.begin()->first.first : now;
      const Time time = std::max({*open, first, source.pace.next()});
      if (!earliest || time < *earliest) earliest = time;
    }
  }
  return earliest;
}

void Schedule::ended(const Lane& lane, Time started, Time now, bool answered,
                     const std::vector<Announcement>& said) {
  SourceState& source = sources_[lane.source];
  LaneState& state = source.lanes[lane];
  --source.under_way;
  --state.under_way;
  state.tried = true;
  if (!answered) return;
  state.quotas.clear();
  for (const Announcement& item : said) {
    const auto key = std::make_pair(lane.origin, item.bucket);
    auto found = quotas_.find(key);
    if (found == quotas_.end()) {
      if (quotas_.size() >= kMaxQuotas) continue;
      found = quotas_.emplace(key, std::make_shared<Quota>()).first;
    }
    found->second->announced(item, started, now);
    state.quotas.push_back(found->second);
  }
}

void Schedule::hold(const Lane& lane, Time until) {
  Time& held = sources_[lane.source].lanes[lane].held;
  held = std::max(held, until);
}

std::vector<std::uint64_t> Schedule::take_late(Time now, Time deadline) {
  std::vector<std::uint64_t> late;
  for (auto& [id, source] : sources_) {
    for (auto& [key, lane] : source.lanes) {
      if (lane.ready.empty() && lane.later.empty()) continue;
      const auto open = opens(lane, now);
      const bool never = now >= deadline || (open && *open > deadline);
      if (never) {
        for (const auto& [rank, number] : lane.ready) late.push_back(number);
        lane.ready.clear();
      }
      const auto from =
          never ? lane.later.begin() : lane.later.upper_bound({deadline, ~std::uint64_t{0}});
      for (auto item = from; item != lane.later.end(); ++item) late.push_back(item->first.second);
      lane.later.erase(from, lane.later.end());
    }
  }
  return late;
}

std::vector<std::uint64_t> Schedule::take_all(const std::string& source,
                                              const std::string& origin) {
  std::vector<std::uint64_t> taken;
  for (auto& [key, lane] : sources_[source].lanes) {
    if (key.origin != origin) continue;
    for (const auto& [rank, number] : lane.ready) taken.push_back(number);
    for (const auto& [when, rank] : lane.later) taken.push_back(when.second);
    lane.ready.clear();
    lane.later.clear();
  }
  return taken;
}

// Requests per second that the source may start now; not positive when there is no bound.
double Schedule::rate(const SourceState& source, const LaneState& lane, Time now) {
  if (source.ceiling || source.requests_per_second <= 0 || lane.quotas.empty()) {
    return source.requests_per_second;
  }
  double allowed = std::numeric_limits<double>::max();
  for (const auto& quota : lane.quotas) allowed = std::min(allowed, quota->rate(now));
  // A little more than even, because not every moment can be used.
  return std::max(source.requests_per_second, allowed * 1.25);
}

// From when the lane may start one more request; null when only an answer can tell.
std::optional<Schedule::Time> Schedule::opens(const LaneState& lane, Time now) const {
  // The first request goes alone: until it has ended, nothing is known of the host.
  if (!lane.tried && lane.under_way > 0) return std::nullopt;
  Time open = std::max(now, lane.held);
  for (const auto& quota : lane.quotas) {
    const auto next = quota->next(now, under_way(quota.get()));
    if (!next) return std::nullopt;
    open = std::max(open, *next);
  }
  return open;
}

std::size_t Schedule::under_way(const Quota* quota) const {
  std::size_t count = 0;
  for (const auto& [id, source] : sources_) {
    for (const auto& [key, lane] : source.lanes) {
      const bool counts = std::any_of(lane.quotas.begin(), lane.quotas.end(),
                                      [&](const auto& item) { return item.get() == quota; });
      if (counts) count += lane.under_way;
    }
  }
  return count;
}

}  // namespace assay
