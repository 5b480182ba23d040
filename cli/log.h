#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace assay::cli {

enum class LogFormat { text, json };

/// Lines on standard error about what a command does; results never go there. In text format a line
/// is the message; in JSON it is an object with `time` (RFC 3339), `level`, `message` and the
/// fields. Each line is one write, so lines of several processes do not mix.
class Log {
 public:
  explicit Log(LogFormat format) : format_(format) {}
  using Fields = nlohmann::ordered_json;  ///< an object

  void info(std::string_view message, const Fields& fields = Fields::object()) const;
  void warning(std::string_view message, const Fields& fields = Fields::object()) const;

 private:
  void write(std::string_view level, std::string_view message, const Fields& fields) const;
  LogFormat format_;
};

}  // namespace assay::cli
