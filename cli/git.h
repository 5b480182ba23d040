#pragma once

#include <optional>
#include <string>

namespace assay::cli {

/// The commit that last changed a file, as 40 hex digits; empty when the file is in no repository,
/// has changes that are not committed, or git is not installed.
std::string git_commit_of(const std::string& path);

/// What a file held at a revision of the repository that it lies in, as a checkout would write it;
/// nullopt when it did not exist then. `revision` is never taken as an option. Throws
/// std::runtime_error when there is no repository or no such revision.
std::optional<std::string> git_file_at(const std::string& revision, const std::string& path);

}  // namespace assay::cli
