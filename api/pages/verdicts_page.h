#pragma once

#include <string>

#include "api/pages/page.h"

namespace assay::api {

/// The verdicts with their meaning, and the auditors, from the tables that `assay explain` prints.
std::string verdicts_page(const View& view);
/// What the validator checks, from the table that `assay rules` prints.
std::string rules_page(const View& view);

}  // namespace assay::api
