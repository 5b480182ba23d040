#pragma once

#include <vector>

#include "api/http/message.h"
#include "api/route.h"
#include "api/site.h"

namespace assay::api {

/// All routes in matching order. Adding one is one row here.
const std::vector<Route>& routes();

/// Answers any request; GET, HEAD and OPTIONS only, and HEAD with the body that GET would have (the
/// server leaves it out). Never throws: what fails is a 500 in the shape that the path promises
/// (problem+json under /api/, a page elsewhere).
Response handle(const Site& site, const Request& request);

}  // namespace assay::api
