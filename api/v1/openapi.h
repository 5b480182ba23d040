#pragma once

#include <vector>

#include "api/route.h"

namespace assay::api {

/// The answer of /openapi.json: these routes described for programs, as OpenAPI 3.1. What the
/// members of answers mean is in templates/answers.json.
Response openapi_response(const std::vector<Route>& routes, const Vocabulary& vocabulary);

}  // namespace assay::api
