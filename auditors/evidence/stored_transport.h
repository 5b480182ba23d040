#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "auditors/evidence/transport.h"

namespace assay {

/// When stored evidence answers instead of the network.
struct Reuse {
  std::int64_t now = 0;                  ///< Unix milliseconds
  std::chrono::milliseconds max_age{0};  ///< younger evidence is not asked for again
  bool offline = false;  ///< evidence of any age answers; the rest is Outcome::offline
};

/// Puts stored evidence before `network`: immutable requests are asked until there is a usable
/// answer, young usable answers are taken as they are, and offline nothing is asked at all.
/// `recall` and `network` must outlive it.
Transport stored_first(Recall recall, Transport network, Reuse reuse);

}  // namespace assay
