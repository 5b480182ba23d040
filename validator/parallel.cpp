#include "validator/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace assay {

std::size_t useful_threads(std::size_t tasks, std::size_t most) {
  const std::size_t processors = std::thread::hardware_concurrency();
  return std::max<std::size_t>(1, std::min({processors, tasks, most}));
}

void in_parallel(std::size_t count, std::size_t at_once, std::size_t threads,
                 const std::function<void(std::size_t, std::size_t)>& work) {
  threads = std::max<std::size_t>(1, threads);
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(threads);
  const auto run = [&](std::size_t worker) {
    try {
      for (std::size_t begin = next.fetch_add(at_once); begin < count;
           begin = next.fetch_add(at_once)) {
        const std::size_t end = std::min(count, begin + at_once);
        for (std::size_t index = begin; index < end; ++index) work(index, worker);
      }
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  helpers.reserve(threads - 1);
  try {
    for (std::size_t worker = 1; worker < threads; ++worker) helpers.emplace_back(run, worker);
  } catch (const std::system_error&) {
    // The system grants no more threads.
  }
  run(0);
  for (std::thread& helper : helpers) helper.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace assay
