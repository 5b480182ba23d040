#pragma once

#include <string>

namespace assay::cli {

/// The commit that last changed a file, as 40 hex digits; empty when the file is in no repository,
/// has changes that are not committed, or git is not installed.
std::string git_commit_of(const std::string& path);

}  // namespace assay::cli
