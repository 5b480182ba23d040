#pragma once

#include <chrono>
#include <thread>

namespace assay::test {

/// Asks again and again until `holds` is true; false when it was not within a minute, which even a
/// busy machine does not need. For what another process or thread is about to do.
template <typename Condition>
bool eventually(const Condition& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace assay::test
