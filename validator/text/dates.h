#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Whether the text has the form YYYY-MM-DD, whether or not the day exists.
bool is_date_shaped(std::string_view text);
/// The calendar date YYYY-MM-DD; null for other texts and for days that do not exist.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text);
/// YYYY-MM-DD.
std::string format_date(std::chrono::year_month_day date);

/// A time as RFC 3339 with milliseconds, in UTC.
std::string format_time(std::int64_t unix_milliseconds);
/// Inverse of format_time; takes any time of RFC 3339 since 1970, with any offset and up to nine
/// digits of a fraction, of which three count. -1 when it is not one.
std::int64_t parse_time(std::string_view text);
/// The first millisecond of a date YYYY-MM-DD in UTC; -1 when it is not one, or before 1970.
std::int64_t parse_midnight(std::string_view date);
/// A time as parse_time reads it, or a date, which stands for its midnight; -1 when it is neither.
std::int64_t parse_time_or_date(std::string_view text);

}  // namespace assay
