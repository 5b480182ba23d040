#pragma once

#include <cstdlib>
#include <random>
#include <string>

namespace assay::test {

/// Another seed in each run, to be told by CAPTURE; ASSAY_SEED in the environment repeats one.
inline unsigned fresh_seed() {
  const char* wanted = std::getenv("ASSAY_SEED");
  if (wanted != nullptr) return static_cast<unsigned>(std::stoul(wanted));
  return std::random_device{}();
}

}  // namespace assay::test
