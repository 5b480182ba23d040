#pragma once

#include "api/pages/page.h"

namespace assay::api {

/// Changes of verdicts and observed values, newest first; `model`, `label` and `before` come from
/// the query.
std::string changes_page(const View& view, const Request& request);

}  // namespace assay::api
