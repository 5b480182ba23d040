#include "db/moment.h"

#include <fmt/format.h>

#include "db/error.h"
#include "validator/text/dates.h"

namespace assay::db {

std::int64_t time_value(std::string_view text, std::string_view what) {
  const std::int64_t time = parse_time(text);
  if (time < 0) {
    throw Error(fmt::format("{} '{}' is not a time; expected RFC 3339 in UTC, such as {}", what,
                            text, format_time(0)));
  }
  return time;
}

}  // namespace assay::db
