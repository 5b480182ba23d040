#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "validator/diagnostic.h"

namespace assay {

/// Code frames for a terminal: source line, caret range, second locations, help; a summary line
/// last.
/// `colour` adds ANSI escapes. Control characters of the source are shown as escapes, never raw.
std::string render_human(const std::vector<FileReport>& reports, bool colour);

/// The JSON shape of design section 5. Invalid UTF-8 is replaced by U+FFFD.
std::string render_json(const std::vector<FileReport>& reports);

// The forms below name files as other programs look for them: relative to `folder` (the absolute
// path of the current folder) where they lie below it, else absolute.

/// SARIF 2.1.0 with the whole rule table. Fingerprints do not depend on where in its file a problem
/// lies, so a problem stays the same one when lines move.
std::string render_sarif(const std::vector<FileReport>& reports, std::string_view folder);

/// Workflow commands of GitHub Actions, one line per diagnostic; nothing when there is none.
std::string render_github(const std::vector<FileReport>& reports, std::string_view folder);

/// JUnit XML: a suite per file, a failing case per diagnostic, a passing one for a clean file.
std::string render_junit(const std::vector<FileReport>& reports, std::string_view folder);

}  // namespace assay
