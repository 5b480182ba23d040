#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"
#include "api/site.h"

namespace assay::api {

/// The kind of value that a query parameter takes.
enum class ValueKind {
  text,
  time,    ///< RFC 3339, or a date
  limit,   ///< 1 to 1000
  cursor,  ///< from `next`
  format,  ///< json, ndjson, csv
  yes,     ///< true
  verdict,
  auditor,
  openness,
  quantization,
};

struct Parameter {
  std::string_view name;
  std::string_view meaning = {};
  ValueKind values = ValueKind::text;
};

/// The content of a successful answer, for /openapi.json.
struct Content {
  std::string_view media_type;
  /// The schema of the member `data`, or of its items where the route has formats: a name in
  /// templates/answers.json.
  std::string_view schema = {};
};

/// The path segments that matched "{…}" in the pattern of a route, in order.
using Captures = std::vector<std::string>;

/// A route: JSON under /api/v1, a page elsewhere. `{slug}` in the pattern matches one path segment.
struct Route {
  std::string_view pattern;
  std::string_view summary;
  std::vector<Parameter> parameters;  ///< allowed in the query; others are a 400
  Response (*answer)(const Site&, const Request&, const Captures& captures);
  Content content;
};

}  // namespace assay::api
