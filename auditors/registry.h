#pragma once

#include <span>
#include <string_view>

#include "auditors/auditor.h"

namespace assay {

/// All auditors. Adding one is a folder under auditors/ and one line in registry.cpp.
std::span<const Auditor> auditors();
/// Null when there is none with this id.
const Auditor* find_auditor(std::string_view id);

}  // namespace assay
