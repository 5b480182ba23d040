#pragma once

#include <functional>
#include <string>

namespace assay::api {

/// Receives what an operator should know about the live site. Called from several threads.
struct Notices {
  std::function<void(const std::string& message)> info;
  std::function<void(const std::string& message)> warning;
};

}  // namespace assay::api
