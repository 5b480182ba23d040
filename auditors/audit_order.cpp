#include "auditors/audit_order.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <utility>

namespace assay {
namespace {

std::int64_t wait_after(int failures) {
  using namespace std::chrono;
  if (failures <= 0) return 0;
  const auto wait = failures == 1 ? hours(1) : failures == 2 ? hours(24) : hours(72);
  return duration_cast<milliseconds>(wait).count();
}

// What an entry is asked for first stands for all of it. One that asks for several things fails
// when all of them do. Null for an entry that asks for nothing of its own.
Attempts attempts_of(const Subject& entry, std::span<const Auditor* const> auditors,
                     const Config& config,
                     const std::function<Attempts(const std::string& url)>& attempts) {
  constexpr Attempts kNone{std::numeric_limits<std::int64_t>::max(),
                           std::numeric_limits<int>::max()};
  Attempts all = kNone;
  for (const Auditor* auditor : auditors) {
    for (const Request& request : auditor->plan(entry, config, {})) {
      if (request.shared) continue;
      const Attempts one = attempts(request.url);
      all.last = std::min(all.last, one.last);
      all.failures = std::min(all.failures, one.failures);
    }
  }
  return all.last == kNone.last ? Attempts{} : all;
}

}  // namespace

std::vector<Subject> in_fair_order(
    std::vector<Subject> entries, std::span<const Auditor* const> auditors, const Config& config,
    std::int64_t now, const std::function<Attempts(const std::string& url)>& attempts) {
  using Turn = std::pair<std::int64_t, std::size_t>;
  std::vector<Turn> sound;
  std::vector<Turn> failing;
  std::vector<Turn> waiting;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Attempts known = attempts_of(entries[i], auditors, config, attempts);
    known.last = std::min(known.last, now);  // a clock may have been ahead
    const bool waits = now < known.last + wait_after(known.failures);
    (known.failures <= 0 ? sound : waits ? waiting : failing).emplace_back(known.last, i);
  }
  for (std::vector<Turn>* turns : {&sound, &failing, &waiting}) {
    std::sort(turns->begin(), turns->end());
  }
  constexpr std::size_t kSoundPerFailing = 9;
  std::vector<Subject> ordered;
  const auto take = [&](const Turn& turn) { ordered.push_back(std::move(entries[turn.second])); };
  auto next = failing.begin();
  for (std::size_t i = 0; i < sound.size(); ++i) {
    take(sound[i]);
    if ((i + 1) % kSoundPerFailing == 0 && next != failing.end()) take(*next++);
  }
  std::for_each(next, failing.end(), take);
  std::for_each(waiting.begin(), waiting.end(), take);
  return ordered;
}

}  // namespace assay
