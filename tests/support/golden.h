#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay::test {

/// tests/golden/NAME
std::filesystem::path golden_folder(const std::string& name);
/// The folders inside a folder, sorted by name.
std::vector<std::filesystem::path> cases_in(const std::filesystem::path& folder);
std::string read_text(const std::filesystem::path& file);
/// Compares `actual` with the file. With UPDATE_GOLDEN=1 in the environment the file is rewritten
/// instead, and a person reads the difference.
void check_golden(const std::filesystem::path& file, const std::string& actual);

}  // namespace assay::test
