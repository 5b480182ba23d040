#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace assay::api {

/// Runs jobs on its own threads. A thread is started when a job finds none idle, up to `most`;
/// further jobs wait. Threads that idle for a while end, so that a burst leaves nothing behind.
/// Jobs must not throw.
///
/// The server runs one job per connection. A connection that waits for its next request holds a
/// thread, which is cheap; what must never be scarce is a thread for the next connection.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t most) : most_(most) {}
  /// Waits like shutdown().
  ~WorkerPool() { shutdown(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(std::function<void()> job);
  /// Runs the waiting jobs, then ends all threads. Jobs submitted later never run.
  void shutdown();
  std::size_t threads() const;

 private:
  void work();

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_;  ///< a job is waiting, or the pool is shut down
  std::condition_variable ended_;   ///< a thread has ended
  std::deque<std::function<void()>> jobs_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool shut_down_ = false;
};

}  // namespace assay::api
