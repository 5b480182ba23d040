#pragma once

#include "validator/diagnostic.h"
#include "validator/document.h"

namespace assay {

/// Drops what concerns only entries of `now` that are in `before` too, byte for byte, with the
/// comments right above them. Entries are found again by their slug, whatever their place in the
/// file; of doubled ones each counts once. A problem concerns an entry when it lies in it or is
/// related to a place in it. What lies in no entry stays.
void keep_changed(const Document& before, const Document& now, Diagnostics& diagnostics);

}  // namespace assay
