#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string_view>

namespace assay::db {

// Moments are Unix milliseconds. Every change has one, and each is later than the one before it.

/// The present, in Unix milliseconds.
using Clock = std::function<std::int64_t()>;

/// Later than every moment, and greater than every id.
inline constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();

/// The moment that a question is about: everything stored up to and including `at`.
struct View {
  std::int64_t at = kNoBound;
  bool newest = true;  ///< nothing was stored after `at`
  /// Runs without an end whose writer is known to be dead; may be null.
  const std::set<std::int64_t>* dead = nullptr;
};

/// The moment that a time in RFC 3339 names; throws Error naming `what` when `text` is not one.
std::int64_t time_value(std::string_view text, std::string_view what);

}  // namespace assay::db
