#pragma once

#include <string>
#include <string_view>

namespace assay {

/// How a file is named to programs that look for it in a repository: relative to the absolute path
/// `folder` where it lies below it, else absolute. An empty `folder` leaves relative paths as they
/// are.
std::string report_path(std::string_view path, std::string_view folder);

/// That as a URI reference, percent-encoded; `file:` for files that do not lie below `folder`.
std::string report_uri(std::string_view path, std::string_view folder);

}  // namespace assay
