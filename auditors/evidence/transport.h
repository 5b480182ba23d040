#pragma once

#include <functional>
#include <optional>
#include <string>

#include "auditors/evidence/evidence.h"

namespace assay {

/// Called exactly once per submitted request, on the thread that drains.
using Done = std::function<void(Evidence)>;

/// Where evidence comes from: the network, a recording, a store. `submit` only queues; `drain`
/// works until the queue is empty, calling each `Done`, which may submit more.
struct Transport {
  std::function<void(Request, Done)> submit;
  std::function<void()> drain;
};

/// The newest stored answer to a URL: a 200 or a confirmed one, with its body; where there is none,
/// a refusal (401, 403). "Newest" is what was stored last, whatever the clock said.
using Recall = std::function<std::optional<Evidence>(const std::string& url)>;

}  // namespace assay
