#pragma once

#include "validator/diagnostic.h"
#include "validator/document.h"

namespace assay {

/// A file as it was, and what is found in it.
struct Earlier {
  const Document& document;
  const Diagnostics& diagnostics;
};

/// Drops what was found in `before` too and concerns only entries that are in both, byte for byte,
/// with the comments right above them. Entries are found again by their slug, whatever their place
/// in the file; of duplicates each counts once. A problem concerns an entry when it lies in it or
/// is related to a place in it. What lies in no entry stays, and so does what a change elsewhere
/// does to an unchanged entry, such as the removal of its parent.
void keep_changed(const Earlier& before, const Document& now, Diagnostics& diagnostics);

}  // namespace assay
