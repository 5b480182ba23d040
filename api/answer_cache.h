#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "api/routes.h"

namespace assay::api {

/// Keeps whole answers while what they are made from stays the same, so that a question that many
/// ask is worked out once. What is kept is at most a second old, because a run whose process dies
/// changes its status without any change in the store. Thread-safe.
class AnswerCache {
 public:
  /// What answers are made from: the number of the catalog's version and the store's
  /// data_version().
  using State = std::pair<std::uint64_t, std::int64_t>;
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Keeps bodies of `most_bytes` together. `clock` is the steady one when empty.
  explicit AnswerCache(std::size_t most_bytes = 32 << 20, Clock clock = {});

  /// As handle() would answer: from what is kept, else by `make`, which is handed a request without
  /// condition and must read no older state than `state`.
  Response answer(const Request& request, const State& state,
                  const std::function<Response(const Request&)>& make);

 private:
  struct Kept {
    State state;
    std::chrono::steady_clock::time_point made;
    std::shared_ptr<const Response> response;
  };
  std::shared_ptr<const Response> find(const std::string& key, const State& state);
  void keep(const std::string& key, Kept kept);

  std::size_t most_bytes_;
  Clock clock_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::map<std::string, Kept> kept_;
};

}  // namespace assay::api
