#pragma once

#include <vector>

#include "api/http/message.h"
#include "api/route.h"
#include "api/site.h"

namespace assay::api {

/// All routes in matching order. A new route is one row here.
const std::vector<Route>& routes();

/// Answers any request. Only GET, HEAD and OPTIONS are supported; HEAD gets the body of GET, which
/// the server omits. Never throws: a failure is a 500 in the form that the path promises
/// (problem+json under /api/, a page elsewhere).
Response handle(const Site& site, const Request& request);

}  // namespace assay::api
