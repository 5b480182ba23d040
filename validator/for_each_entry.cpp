#include "validator/for_each_entry.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

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
  const std::size_t threads =
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
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
    const auto every_nth_run = [&](std::size_t first, std::size_t step) {
      for (std::size_t run = first; run < found.size(); run += step) {
        const std::size_t from = run * kRun;
        work(batch.subspan(from, std::min(kRun, batch.size() - from)), found[run]);
      }
    };
    const std::size_t used = std::min(threads, found.size());
    std::vector<std::thread> pool;
    for (std::size_t i = 1; i < used; ++i) {
      try {
        pool.emplace_back(every_nth_run, i, used);
      } catch (const std::system_error&) {  // no more threads: this one does that share too
        every_nth_run(i, used);
      }
    }
    every_nth_run(0, used);
    for (std::thread& thread : pool) thread.join();
    for (Diagnostics& run : found) {
      out.insert(out.end(), std::make_move_iterator(run.begin()),
                 std::make_move_iterator(run.end()));
    }
  }
}

}  // namespace assay
