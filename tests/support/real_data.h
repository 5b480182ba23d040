#pragma once

#include <cstdlib>
#include <filesystem>

#include "support/catch.h"

namespace assay::test {

/// The folder `part` of the real data that the environment variable ASSAY_REAL_DATA names. They are
/// not part of the project: without them the test is skipped.
inline std::filesystem::path real_data(const char* part) {
  const char* folder = std::getenv("ASSAY_REAL_DATA");
  if (folder == nullptr || *folder == '\0') {
    skip("ASSAY_REAL_DATA does not name a folder of real data");
  }
  std::filesystem::path found = std::filesystem::path(folder) / part;
  if (!std::filesystem::exists(found)) skip(found.string() + " does not exist");
  return found;
}

}  // namespace assay::test
