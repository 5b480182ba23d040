#include "auditors/schedule.h"

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

// A host that names ever new buckets must not make the table grow without bound.
constexpr std::size_t kMaxQuotas = 4096;

}  // namespace

std::string path_kind(std::string_view path) {
  if (path.find("/resolve/") != std::string_view::npos ||
      path.find("/resolve-cache/") != std::string_view::npos) {
    return "resolve";
  }
  return path.starts_with("/api/") ? "api" : "page";
}

void Schedule::set_source(const std::string& source, double requests_per_second, int concurrency) {
  SourceState& state = sources_[source];
  state.pace = Pace(requests_per_second);
  state.concurrency = static_cast<std::size_t>(std::max(1, concurrency));
}

void Schedule::queue(std::uint64_t number, const Lane& lane, Time from) {
  sources_[lane.source].lanes[lane].queue[number] = from;
}

std::optional<std::uint64_t> Schedule::start(Time now) {
  for (auto& [id, source] : sources_) {
    if (source.under_way >= source.concurrency || source.pace.next() > now) continue;
    LaneState* best = nullptr;
    std::uint64_t number = 0;
    for (auto& [key, lane] : source.lanes) {
      const auto due = std::find_if(lane.queue.begin(), lane.queue.end(),
                                    [&](const auto& item) { return item.second <= now; });
      if (due == lane.queue.end() || (best != nullptr && due->first > number)) continue;
      const auto open = opens(lane, now);
      if (!open || *open > now) continue;
      best = &lane;
      number = due->first;
    }
    if (best == nullptr) continue;
    best->queue.erase(number);
    ++best->under_way;
    ++source.under_way;
    source.pace.started(now);
    return number;
  }
  return std::nullopt;
}

std::optional<Schedule::Time> Schedule::wake(Time now) const {
  std::optional<Time> earliest;
  for (const auto& [id, source] : sources_) {
    if (source.under_way >= source.concurrency) continue;
    for (const auto& [key, lane] : source.lanes) {
      if (lane.queue.empty()) continue;
      const auto open = opens(lane, now);
      if (!open) continue;
      const auto first =
          std::min_element(lane.queue.begin(), lane.queue.end(),
                           [](const auto& a, const auto& b) { return a.second < b.second; });
      const Time time = std::max({*open, first->second, source.pace.next()});
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
      if (lane.queue.empty()) continue;
      const auto open = opens(lane, now);
      const bool never = now >= deadline || (open && *open > deadline);
      std::erase_if(lane.queue, [&](const auto& item) {
        if (!never && item.second <= deadline) return false;
        late.push_back(item.first);
        return true;
      });
    }
  }
  return late;
}

std::vector<std::uint64_t> Schedule::take_all(const std::string& source,
                                              const std::string& origin) {
  std::vector<std::uint64_t> taken;
  for (auto& [key, lane] : sources_[source].lanes) {
    if (key.origin != origin) continue;
    for (const auto& [number, from] : lane.queue) taken.push_back(number);
    lane.queue.clear();
  }
  return taken;
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
