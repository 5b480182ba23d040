#pragma once

#include <optional>
#include <string>

namespace assay::cli {

/// The commit that last changed a file, as 40 hex digits; empty when the file is not in a
/// repository or has uncommitted changes, or when git is not installed.
std::string git_commit_of(const std::string& path);

/// The content of a file at a revision of its repository, as a checkout would write it; null when
/// the file did not exist then. `revision` is never taken for an option. Throws std::runtime_error
/// when there is no repository or no such revision.
std::optional<std::string> git_file_at(const std::string& revision, const std::string& path);

}  // namespace assay::cli
