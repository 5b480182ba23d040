#include "auditors/duration.h"

#include <charconv>
#include <cstdint>

namespace assay {

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const std::int64_t seconds = unit == "s"   ? 1
                               : unit == "m" ? 60
                               : unit == "h" ? 3'600
                               : unit == "d" ? 86'400
                                             : 0;
  if (seconds == 0) {
    return number == 0 && unit.empty() ? std::optional(std::chrono::seconds{0}) : std::nullopt;
  }
  constexpr std::int64_t kMaxSeconds = std::int64_t{100} * 366 * 86'400;
  if (number > kMaxSeconds / seconds) return std::nullopt;
  return std::chrono::seconds(number * seconds);
}

}  // namespace assay
