#include "validator/text/dates.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// Takes "Z" or "+hh:mm" from the end of a time.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (text.ends_with('Z') || text.ends_with('z')) {
    text.remove_suffix(1);
    return std::chrono::minutes(0);
  }
  constexpr std::size_t kSize = 6;
  if (text.size() < kSize) return std::nullopt;
  const std::string_view zone = text.substr(text.size() - kSize);
  text.remove_suffix(kSize);
  const auto digit = [&](std::size_t at) { return zone[at] - '0'; };
  for (const std::size_t at : {1U, 2U, 4U, 5U}) {
    if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int hours = digit(1) * 10 + digit(2);
  const int minutes = digit(4) * 10 + digit(5);
  if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  return std::chrono::minutes((zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes));
}

}  // namespace

bool is_date_shaped(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  return text.size() == kShape.size() &&
         std::equal(text.begin(), text.end(), kShape.begin(), [](char c, char shape) {
           return shape == '0' ? ascii::is_digit(c) : c == shape;
         });
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (!is_date_shaped(text)) return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(from, length)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2))));
  if (!date.ok()) return std::nullopt;
  return date;
}

std::string format_date(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string format_time(std::int64_t unix_milliseconds) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{unix_milliseconds}};
  const auto day = floor<days>(time);
  const hh_mm_ss clock{time - day};
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(day), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::int64_t parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kClock = "T00:00:00";
  constexpr std::size_t kDateSize = 10;
  const std::optional<minutes> offset = take_offset(text);
  if (!offset || text.size() < kDateSize + kClock.size()) return -1;
  const std::optional<year_month_day> date = parse_date(text.substr(0, kDateSize));
  if (!date) return -1;
  text.remove_prefix(kDateSize);
  std::array<int, 4> part{};  // what follows each mark: nothing yet, hours, minutes, seconds
  std::size_t index = 0;
  for (std::size_t i = 0; i < kClock.size(); ++i) {
    if (kClock[i] != '0') {
      if (ascii::to_upper(text[i]) != kClock[i]) return -1;
      ++index;
    } else {
      if (!ascii::is_digit(text[i])) return -1;
      part[index] = part[index] * 10 + (text[i] - '0');
    }
  }
  const int hour = part[1];
  const int minute = part[2];
  const int second = part[3];
  if (hour > 23 || minute > 59 || second > 60) return -1;
  text.remove_prefix(kClock.size());
  int fraction = 0;
  if (!text.empty()) {
    if (text.front() != '.' || text.size() < 2 || text.size() > 10) return -1;
    int scale = 100;
    for (const char digit : text.substr(1)) {
      if (!ascii::is_digit(digit)) return -1;
      fraction += (digit - '0') * scale;
      scale /= 10;
    }
  }
  const auto time = sys_days{*date} + hours{hour} + minutes{minute} + seconds{second} +
                    milliseconds{fraction} - *offset;
  const auto count = duration_cast<milliseconds>(time.time_since_epoch()).count();
  return count < 0 ? -1 : count;
}

std::int64_t parse_midnight(std::string_view date) {
  using namespace std::chrono;
  const std::optional<year_month_day> day = parse_date(date);
  if (!day) return -1;
  const auto count = duration_cast<milliseconds>(sys_days{*day}.time_since_epoch()).count();
  return count < 0 ? -1 : count;
}

std::int64_t parse_time_or_date(std::string_view text) {
  return is_date_shaped(text) ? parse_midnight(text) : parse_time(text);
}

}  // namespace assay
