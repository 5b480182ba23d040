#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "api/http/message.h"

namespace assay::api {

/// Why a request cannot be answered; thrown by routes, caught in handle().
class Problem : public std::runtime_error {
 public:
  /// `type` is the last part of a stable URI ("bad-parameter"); `detail` is for people.
  Problem(int status, std::string_view type, const std::string& detail, std::string parameter = {})
      : std::runtime_error(without_nul(detail)),
        status_(status),
        type_(type),
        parameter_(std::move(parameter)) {}

  int status() const { return status_; }
  const std::string& type() const { return type_; }
  /// The query parameter at fault; empty when none is.
  const std::string& parameter() const { return parameter_; }

 private:
  // what() would end at the first NUL.
  static std::string without_nul(std::string text) {
    for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) {
      text.replace(at, 1, "\\0");
    }
    return text;
  }

  int status_;
  std::string type_;
  std::string parameter_;
};

/// A 400 that names a query parameter and says what is allowed.
Problem bad_parameter(std::string_view name, std::string_view value, std::string_view allowed);
/// A 400 for a cursor that this API did not issue.
Problem bad_cursor();
Problem not_found(const std::string& detail);

/// A short name for a status of 400 or above.
std::string_view title_of(int status);

/// The one shape of errors: RFC 9457 problem+json for paths under /api/, a page elsewhere.
Response problem_response(std::string_view path, const Problem& problem);

}  // namespace assay::api
