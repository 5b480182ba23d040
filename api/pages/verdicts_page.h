#pragma once

#include <string>

#include "api/pages/page.h"

namespace assay::api {

/// What the verdicts mean and which auditors there are; from the tables that `assay explain`
/// prints.
std::string verdicts_page(const View& view);
/// What the validator looks for; from the table that `assay rules` prints.
std::string rules_page(const View& view);

}  // namespace assay::api
