#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/claim.h"
#include "db/store.h"
#include "validator/document.h"
#include "validator/vocabulary.h"

namespace assay::api {

/// An HTTP request without its socket. `path` is percent-decoded, but for
/// slashes that are no separators ("%2F"); `query` keeps order and doubles.
struct Request {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::map<std::string, std::string> headers;  ///< names in lower case
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Instead of `body`, for one that other answers share.
  std::shared_ptr<const std::string> shared_body;
  /// Instead of `body`, for what need not be in memory at once: appends the next piece to `text`,
  /// false when there is none. What it throws ends the connection, so that nobody takes a part for
  /// the whole.
  std::function<bool(std::string& text)> stream;
};

/// A catalog as served: the text and its tree, never changed after construction.
struct Catalog {
  Catalog(std::string path, std::string bytes);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  Source source;
  Document document;
  std::vector<Subject> subjects;  ///< its entries that can be read, in file order
};

/// What routes read. One Site serves one thread.
struct Site {
  const db::Store& store;
  const Catalog& catalog;
  const Vocabulary& vocabulary;
  /// Why the catalog served is not the file's newest content; empty when it is.
  std::string catalog_notice = {};
  /// Keeps store and catalog alive; streamed answers hold on to it.
  std::shared_ptr<const void> owner = {};
};

/// What a query parameter may be.
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

/// What a route answers with when all is well, for /openapi.json.
struct Content {
  std::string_view media_type;
  /// Of the member `data`, or of its items where the route has formats: a name in
  /// templates/answers.json.
  std::string_view schema = {};
};

/// A route: JSON under /api/v1, a page elsewhere. `{slug}` in the pattern matches one path segment.
struct Route {
  std::string_view pattern;
  std::string_view summary;
  std::vector<Parameter> parameters;  ///< of the query; others are a 400
  Response (*answer)(const Site&, const Request&, const std::vector<std::string>& captures);
  Content content;
};

/// All routes in matching order. Adding one is one row here.
const std::vector<Route>& routes();

/// Answers any request; GET, HEAD and OPTIONS only, and HEAD with the body that GET would have (the
/// server leaves it out). Never throws: what fails is a 500 in the shape that the path promises
/// (problem+json under /api/, a page elsewhere).
Response handle(const Site& site, const Request& request);

/// Whether the request's If-None-Match names this whole answer, and the 304 that then goes out in
/// its place. handle() does that by itself.
bool answers_condition(const Request& request, const Response& whole);
Response not_modified(const Request& request, const Response& whole);

}  // namespace assay::api
