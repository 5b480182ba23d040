#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace assay {

/// How a duration is written, for messages.
inline constexpr std::string_view kDurationForms = "a duration such as 90s, 15m, 24h or 7d";

/// Reads "90s", "15m", "24h", "7d" or "0", up to a hundred years; null for anything else.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace assay
