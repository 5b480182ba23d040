#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "validator/node.h"

namespace assay {

// How rules read the labels of an entry. All of them skip a value that does not have the
// kind of its field: the schema reports it.

/// Text of a string label; empty when absent or not a string.
std::string_view text_of(const Node& mapping, std::string_view key);

/// A non-negative integer label; null when absent, 0 (not disclosed), or beyond 63 bits.
std::optional<std::int64_t> count_of(const Node& mapping, std::string_view key);

/// Numbers of parameters that models have; others are typos (params-implausible).
inline constexpr std::int64_t kSmallestModel = 1'000'000;
inline constexpr std::int64_t kLargestModel = 20'000'000'000'000;
inline bool is_plausible_model_size(std::int64_t count) {
  return count >= kSmallestModel && count <= kLargestModel;
}

/// The items of a list label; empty when absent or not a list.
std::span<const Node> items_of(const Node& mapping, std::string_view key);

/// Calls `visit(label, benchmark name, mapping)` for each well-formed benchmark.
void for_each_benchmark(
    const Node& entry,
    const std::function<void(const std::string&, std::string_view, const Node&)>& visit);

/// Calls `visit(label, mapping)` for each well-formed price: `cost` is a mapping or a list of them.
void for_each_price(const Node& entry,
                    const std::function<void(const std::string&, const Node&)>& visit);

/// Where a diagnostic about the entry as a whole points: its slug, else its first key.
Span place_of(const Entry& entry);

}  // namespace assay
