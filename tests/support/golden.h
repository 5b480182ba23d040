#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay::test {

/// The folder tests/golden of the source tree.
std::filesystem::path golden_folder();

/// The folders in `folder`, sorted by name.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);
/// The files in `folder`, sorted by name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder);

/// The bytes of a file; throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Checks that `actual` is what the file holds. With UPDATE_GOLDEN=1 in the environment the file is
/// written instead, to be reviewed as a diff.
void check_golden(const std::filesystem::path& expected, const std::string& actual);

}  // namespace assay::test
