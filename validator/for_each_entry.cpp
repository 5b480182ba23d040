#include "validator/for_each_entry.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "validator/parallel.h"

namespace assay {
namespace {

constexpr std::size_t kRun = 64;  // entries per call
constexpr std::size_t kMostThreads = 8;
constexpr std::size_t kRunsPerThread = 4;  // of one batch

}  // namespace

void for_each_entry(const Document& document,
                    const std::function<void(std::span<const Entry>, Diagnostics&)>& work,
                    Diagnostics& out) {
  const std::span<const Entry> entries = document.entries();
  // Which entries form a batch must not depend on the machine, since a batch decides where to stop.
  constexpr std::size_t kBatch = kRun * kRunsPerThread * kMostThreads;
  for (std::size_t begin = 0; begin < entries.size(); begin += kBatch) {
    if (out.size() >= kMostDiagnostics) {
      out.push_back(
          cut_short(entries[begin].span,
                    fmt::format("after {} problems the remaining {} entries were not checked",
                                out.size(), entries.size() - begin)));
      return;
    }
    const std::span<const Entry> batch =
        entries.subspan(begin, std::min(kBatch, entries.size() - begin));
    std::vector<Diagnostics> found((batch.size() + kRun - 1) / kRun);
    in_parallel(found.size(), 1, useful_threads(found.size(), kMostThreads),
                [&](std::size_t run, std::size_t) {
                  const std::size_t from = run * kRun;
                  work(batch.subspan(from, std::min(kRun, batch.size() - from)), found[run]);
                });
    for (Diagnostics& run : found) {
      out.insert(out.end(), std::make_move_iterator(run.begin()),
                 std::make_move_iterator(run.end()));
    }
  }
}

}  // namespace assay
