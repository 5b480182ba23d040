#pragma once

#include <string>

#include "api/pages/page.h"

namespace assay::api {

/// The list of models: filters, order (`sort`) and `page` come from the query; empty parameters
/// count as absent, since forms send them.
std::string models_page(const View& view, const Request& request);

}  // namespace assay::api
