#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/claim.h"
#include "db/store.h"
#include "validator/document.h"
#include "validator/vocabulary.h"

namespace assay::api {

/// An HTTP request without its socket. `path` is percent-decoded; `query` keeps order and doubles.
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
};

/// A route: JSON under /api/v1, a page elsewhere. `{slug}` in the pattern matches one path segment.
struct Route {
  std::string_view pattern;
  std::string_view summary;
  std::vector<std::string_view> parameters;  ///< allowed query parameters; others are a 400
  Response (*answer)(const Site&, const Request&, const std::vector<std::string>& captures);
};

/// All routes in matching order. Adding one is one row here.
const std::vector<Route>& routes();

/// Answers any request; GET and HEAD only, and HEAD with the body that GET would have (the server
/// leaves it out). Never throws: what fails is a 500 in the shape that the path promises
/// (problem+json under /api/, a page elsewhere).
Response handle(const Site& site, const Request& request);

}  // namespace assay::api
