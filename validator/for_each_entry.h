#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "validator/document.h"

namespace assay {

/// About the most problems that one stage reports for a file; a hostile one may have one per byte.
inline constexpr std::size_t kMostDiagnostics = 20'000;

/// Calls `work` with runs of consecutive entries, on several threads when there are many, and
/// appends what each call reports to `out` in the order of the entries. Stops after the batch in
/// which `out` reached kMostDiagnostics, and then says so. `work` is called from
/// several threads.
void for_each_entry(const Document& document,
                    const std::function<void(std::span<const Entry>, Diagnostics&)>& work,
                    Diagnostics& out);

}  // namespace assay
