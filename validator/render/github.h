#pragma once

#include <string>
#include <string_view>

#include "validator/source.h"

namespace assay {

/// One line of workflow output that GitHub shows at a place of a file. `level` is error, warning or
/// notice; `id` is part of the title; `message` may have several lines, but no control characters.
std::string github_annotation(std::string_view level, std::string_view id, std::string_view path,
                              Position begin, Position end, std::string_view message);

}  // namespace assay
