#pragma once

#include <string>
#include <vector>

#include "api/pages/page.h"
#include "api/v1/json.h"

namespace assay::api {

// Files about one model that other sites embed.

/// The verdict of each label as /api/v1/models/{slug} gives it, with the run that they come from.
Json audit_json(const View& view, const Subject& subject, const std::vector<db::Period>& periods);

/// An image that says in words how the labels stand. It has no text from the catalog.
std::string badge_svg(const Site& site, const Subject& subject,
                      const std::vector<db::Period>& periods);

}  // namespace assay::api
