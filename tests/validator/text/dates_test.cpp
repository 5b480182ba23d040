#include "validator/text/dates.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "support/catch.h"

using std::chrono::sys_days;
using std::chrono::year_month_day;

TEST_CASE("every day of the calendar survives a round trip") {
  // From before the epoch to beyond the leap years of two centuries.
  const sys_days first =
      year_month_day{std::chrono::year{1899}, std::chrono::December, std::chrono::day{31}};
  std::string before;
  for (int i = 0; i < 80'000; ++i) {
    const year_month_day day{first + std::chrono::days(i)};
    const std::string text = assay::format_date(day);
    if (assay::parse_date(text) != day || text <= before || !assay::is_date_shaped(text)) {
      FAIL("day " << text << " after " << before);
    }
    const std::int64_t midnight = assay::parse_midnight(text);
    const std::int64_t expected = sys_days{day}.time_since_epoch().count() * 86'400'000LL;
    if (midnight != (expected < 0 ? -1 : expected)) FAIL("midnight of " << text);
    if (midnight >= 0 && !assay::format_time(midnight).starts_with(text)) FAIL("time of " << text);
    before = text;
  }
}

TEST_CASE("days that do not exist and other forms are not dates") {
  const std::string text =
      GENERATE(as<std::string>(), "", "2026-02-29", "2026-04-31", "2026-13-01", "2026-00-10",
               "2026-01-00", "2026-1-01", "2026/01/01", "2026-01-01 ", "+026-01-01", "20260101");
  CAPTURE(text);
  CHECK_FALSE(assay::parse_date(text));
  CHECK(assay::parse_midnight(text) == -1);
  CHECK(assay::parse_time_or_date(text) == -1);
}

TEST_CASE("times are read in every form of RFC 3339") {
  CHECK(assay::format_time(0) == "1970-01-01T00:00:00.000Z");
  const std::int64_t time = 1'795'400'123'456;
  CHECK(assay::parse_time(assay::format_time(time)) == time);
  CHECK(assay::parse_time("2026-11-23T03:00:00Z") == assay::parse_time("2026-11-23T03:00:00.000Z"));
  CHECK(assay::parse_time("2026-02-30T03:00:00Z") == -1);
  CHECK(assay::parse_time("2026-11-23 03:00:00Z") == -1);
  CHECK(assay::parse_time("2026-11-23T05:30:00.123456+02:30") ==
        assay::parse_time("2026-11-23T03:00:00.123Z"));
  CHECK(assay::parse_time("2026-11-22T22:00:00-05:00") ==
        assay::parse_time("2026-11-23T03:00:00Z"));
  for (const char* text : {"", "Z", "2026-11-23T03:00:00", "2026-11-23T03:00:00+2:30",
                           "2026-11-23T03:00:00+24:00", "2026-11-23T03:00:00*02:00",
                           "1969-12-31T23:59:59Z", "+02:30", "2026-11-23T03:00:00.+02:30"}) {
    CAPTURE(text);
    CHECK(assay::parse_time(text) == -1);
  }
}

TEST_CASE("times of any millisecond survive a round trip") {
  const unsigned seed = GENERATE(1U, 2U, 3U);
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const auto time = static_cast<std::int64_t>(random() % 253'402'300'800'000ULL);
    const std::string text = assay::format_time(time);
    if (assay::parse_time(text) != time || assay::parse_time_or_date(text) != time) FAIL(text);
    if (assay::parse_midnight(text.substr(0, 10)) > time) FAIL(text);
  }
}
