#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "validator/validate.h"

namespace assay::test {

/// A catalog with all that `assay validate` says of it. The report points into the source.
struct Validated {
  std::unique_ptr<Source> source;
  FileReport report;

  const Diagnostics& diagnostics() const { return report.diagnostics; }
};

/// Validates with the embedded schema and vocabularies, as of 2026-11-23.
Validated validated(std::string yaml, std::string path = "models.yaml");

/// "LINE:COLUMN RULE" of a diagnostic, such as "12:5 unknown-key".
std::string where(const Validated& validated, const Diagnostic& diagnostic);
/// That of all diagnostics, in order.
std::vector<std::string> wheres(const Validated& validated);

/// An entry without mistakes; `slug` also makes its names differ from those of others.
std::string entry_yaml(const std::string& slug);

}  // namespace assay::test
