#pragma once

#include <string>

#include "api/pages/page.h"

namespace assay::api {

/// The page of one model: everything its entry says, each label with its verdict.
std::string model_page(const View& view, const Subject& subject);

}  // namespace assay::api
