#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "api/site.h"

namespace assay::api {

struct Exported {
  std::size_t models = 0;
  std::size_t written = 0;
  std::size_t unchanged = 0;
  std::size_t removed = 0;
  std::vector<std::string> left_out;  ///< slugs that cannot name a folder
};

/// Writes all pages into a folder: the pages that are served, with relative links; for each model
/// models/SLUG/{index.html, audit.json, badge.svg}; the exchanges behind the verdicts, without
/// their bodies, as evidence/ID.json. Throws std::runtime_error for a folder that it may not write.
Exported export_site(const Site& site, const std::filesystem::path& folder);

}  // namespace assay::api
