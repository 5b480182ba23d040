#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

#include "api/http/message.h"

namespace assay::api {

/// Keeps whole answers while what they are made from stays the same, so that an answer is computed
/// once however many clients ask for it, even at the same time. A kept answer is computed again
/// after a second, because a run whose process dies changes status without a change in the store.
/// Thread-safe.
class AnswerCache {
 public:
  /// What answers are made from: the number of the catalog's version and the store's
  /// data_version().
  using State = std::pair<std::uint64_t, std::int64_t>;
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Keeps bodies of `most_bytes` together. `clock` is the steady one when empty.
  explicit AnswerCache(std::size_t most_bytes = 32 << 20, Clock clock = {});

  /// Answers as handle() would: with a kept answer, or else with `make`, which is given the request
  /// without its condition and must not read a state older than `state`. An exception from `make`
  /// reaches every request that waits for it. A kept answer has a shared body, compressed where the
  /// request allows it.
  Response answer(const Request& request, const State& state,
                  const std::function<Response(const Request&)>& make);

 private:
  struct Answer;
  using Made = std::shared_ptr<const Answer>;
  struct Kept {
    State state;
    std::chrono::steady_clock::time_point made;
    Made answer;
  };
  /// Kept and not older than `most`; null otherwise.
  Made find(const std::string& key, const State& state, std::chrono::seconds most) const;
  void keep(const std::string& key, Kept kept);
  Made made_once(const std::string& key, const State& state, const Request& request,
                 const std::function<Response(const Request&)>& make);

  std::size_t most_bytes_;
  Clock clock_;
  mutable std::shared_mutex mutex_;  // of what follows
  std::size_t bytes_ = 0;
  std::map<std::string, Kept> kept_;
  std::mutex making_mutex_;  // of what follows
  std::map<std::pair<std::string, State>, std::shared_future<Made>> making_;
};

}  // namespace assay::api
