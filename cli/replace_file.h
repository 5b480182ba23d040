#pragma once

#include <string>

namespace assay::cli {

/// Replaces the content of a regular file in one step: readers see the old or the new one, also
/// after a crash. Symbolic links are followed; mode stays, and owner where we may set it. Refuses
/// when the file does not hold `expected` any more. Throws std::runtime_error with path, cause and
/// what to do; then the file is as it was.
void replace_file(const std::string& path, const std::string& expected, const std::string& content);

}  // namespace assay::cli
