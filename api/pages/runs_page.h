#pragma once

#include <cstdint>
#include <string>

#include "api/pages/page.h"

namespace assay::api {

/// Runs, newest first, with ids below `before` (0 = from the newest).
std::string runs_page(const View& view, std::int64_t before);
std::string run_page(const View& view, const db::Run& run);

}  // namespace assay::api
