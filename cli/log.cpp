#include "cli/log.h"

#include <string>

#include "cli/environment.h"
#include "validator/text/dates.h"
#include "validator/text/json_text.h"
#include "validator/text/printable.h"

#include <cstdio>

namespace assay::cli {

void Log::info(std::string_view message, const Fields& fields) const {
  write("info", message, fields);
}

void Log::warning(std::string_view message, const Fields& fields) const {
  write("warning", message, fields);
}

void Log::write(std::string_view level, std::string_view message, const Fields& fields) const {
  std::string line;
  if (format_ == LogFormat::text) {
    line = printable(message);
  } else {
    Fields object{
        {"time", format_time(unix_milliseconds())}, {"level", level}, {"message", message}};
    object.update(fields);
    line = compact_json(object);
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace assay::cli
