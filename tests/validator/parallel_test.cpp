#include "validator/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "support/catch.h"

using assay::in_parallel;

TEST_CASE("each index is worked on once whatever the number of threads") {
  const std::size_t count = GENERATE(0U, 1U, 15U, 16U, 17U, 1000U);
  const std::size_t at_once = GENERATE(1U, 16U);
  const std::size_t threads = GENERATE(0U, 1U, 3U, 8U);
  CAPTURE(count, at_once, threads);
  std::vector<std::atomic<int>> calls(count);
  std::atomic<std::size_t> most{0};
  in_parallel(count, at_once, threads, [&](std::size_t index, std::size_t worker) {
    ++calls[index];
    std::size_t seen = most;
    while (seen < worker && !most.compare_exchange_weak(seen, worker)) {
    }
  });
  std::size_t wrong = 0;
  for (const std::atomic<int>& call : calls) wrong += call == 1 ? 0 : 1;
  CHECK(wrong == 0);
  CHECK(most < std::max<std::size_t>(threads, 1));
}

TEST_CASE("an exception in one thread reaches the caller once all threads are done") {
  std::atomic<int> running{0};
  const auto work = [&](std::size_t index, std::size_t) {
    ++running;
    if (index == 40) {
      --running;
      throw std::runtime_error("forty");
    }
    --running;
  };
  CHECK_THROWS_WITH(in_parallel(1000, 1, 4, work), "forty");
  CHECK(running == 0);
}

TEST_CASE("no more threads are useful than there are tasks") {
  CHECK(assay::useful_threads(0) == 1);
  CHECK(assay::useful_threads(1) == 1);
  CHECK(assay::useful_threads(1000, 2) <= 2);
  CHECK(assay::useful_threads(1000, 0) == 1);
}
