#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace assay::api {

/// Runs jobs on threads of its own. A thread is started when a job finds none idle, up to `most`;
/// further jobs wait. Threads that have idled for a while end, so that a burst leaves nothing
/// behind. Jobs must not throw.
///
/// The server gives it one job per connection. A connection that waits for its next request holds a
/// thread, which costs little; what must not be scarce is a thread for the next connection.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t most) : most_(most) {}
  /// Waits as shutdown() does.
  ~WorkerPool() { shutdown(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(std::function<void()> job);
  /// Runs the jobs that wait, then ends all threads. Jobs submitted later never run.
  void shutdown();
  std::size_t threads() const;

 private:
  void work();

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_;  ///< a job waits, or the end has come
  std::condition_variable ended_;   ///< a thread has gone
  std::deque<std::function<void()>> jobs_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool shut_down_ = false;
};

}  // namespace assay::api
