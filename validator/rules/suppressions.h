#pragma once

#include "validator/diagnostic.h"
#include "validator/document.h"

namespace assay {

/// Removes what comments `# assay: ignore[rule-id, …] reason` silence: diagnostics on the line of
/// the comment, or, when the comment has a line to itself, on the next line that is neither blank
/// nor a comment. Reports comments that silence nothing or give no reason. Problems of
/// rules that may not be silenced stay.
void apply_suppressions(const Document& document, Diagnostics& diagnostics);

}  // namespace assay
