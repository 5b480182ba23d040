#include "api/http/worker_pool.h"

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace assay::api {

void WorkerPool::submit(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  jobs_.push_back(std::move(job));
  if (jobs_.size() <= idle_ || threads_ == most_) {
    wanted_.notify_one();
    return;
  }
  try {
    // Detached: shutdown() counts threads instead of joining those that have long ended.
    std::thread([this] { work(); }).detach();
    ++threads_;
  } catch (const std::system_error&) {
    // The system has no more threads. One of ours will take the job, unless there is none.
    if (threads_ == 0) throw;
    wanted_.notify_one();
  }
}

void WorkerPool::work() {
  constexpr std::chrono::seconds kIdle{10};
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    const bool woken =
        wanted_.wait_for(lock, kIdle, [this] { return !jobs_.empty() || shut_down_; });
    --idle_;
    if (jobs_.empty() && (shut_down_ || !woken)) break;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
  --threads_;
  // Under the lock: whoever waits for the last thread may destroy the pool once it is released.
  ended_.notify_all();
}

void WorkerPool::shutdown() {
  std::unique_lock lock(mutex_);
  shut_down_ = true;
  wanted_.notify_all();
  ended_.wait(lock, [this] { return threads_ == 0; });
}

std::size_t WorkerPool::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_;
}

}  // namespace assay::api
