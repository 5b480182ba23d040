#include "api/http/worker_pool.h"

#include <atomic>
#include <future>
#include <vector>

#include "support/catch.h"

namespace assay::api {
namespace {

TEST_CASE("A job finds a thread while all others are held", "[worker_pool]") {
  WorkerPool pool(8);
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  for (int held = 0; held < 7; ++held) pool.submit([released] { released.wait(); });
  std::promise<void> ran;
  pool.submit([&ran] { ran.set_value(); });
  ran.get_future().wait();
  release.set_value();
}

TEST_CASE("Jobs beyond the last thread wait and are run", "[worker_pool]") {
  std::atomic<int> done = 0;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  WorkerPool pool(3);
  for (int job = 0; job < 500; ++job) {
    pool.submit([&] {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      ++done;
      --running;
    });
  }
  CHECK(pool.threads() <= 3);
  pool.shutdown();
  CHECK(done == 500);
  CHECK(most <= 3);
  CHECK(pool.threads() == 0);
}

TEST_CASE("After the end of a pool its jobs are dropped", "[worker_pool]") {
  WorkerPool pool(2);
  pool.shutdown();
  bool ran = false;
  pool.submit([&ran] { ran = true; });
  pool.shutdown();
  CHECK_FALSE(ran);
}

}  // namespace
}  // namespace assay::api
