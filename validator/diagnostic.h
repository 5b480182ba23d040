#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validator/source.h"

namespace assay {

enum class Severity { note, warning, error };

std::string_view to_string(Severity severity);

/// A second place that explains the first one (the other duplicate, the parent entry). Same file.
struct Related {
  Span span;
  std::string message;
  friend bool operator==(const Related&, const Related&) = default;
};

/// Replaces the bytes of `span` with `text`. Only offered where the result is certain.
struct Fix {
  Span span;
  std::string text;
  friend bool operator==(const Fix&, const Fix&) = default;
};

/// One finding of the validator about one place of one file.
struct Diagnostic {
  std::string rule;  ///< id of a row of the rule table, such as "unknown-key"
  Severity severity = Severity::error;
  std::string message;  ///< lower case, no final stop; says what is wrong
  Span span;            ///< the key or the value meant
  std::string entry;    ///< slug of the entry, empty outside entries
  std::string label;    ///< label path as in design section 1 ("cost.vendor"), empty when none
  std::vector<Related> related;
  std::string help;  ///< what to do; empty when nothing certain can be said
  std::optional<Fix> fix;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

/// The rule of `cut_short`.
inline constexpr std::string_view kCutShort = "too-many-problems";

/// Says that problems were omitted or not looked for from `at` on, so that the end of a capped list
/// is never mistaken for the end of the problems.
Diagnostic cut_short(Span at, std::string message);

/// Orders by place, then rule, then message, and drops exact repetitions, so that the order in
/// which rules run never shows.
void sort_and_unique(Diagnostics& diagnostics);

/// All that was found in one file. `source` must outlive the report.
struct FileReport {
  const Source* source = nullptr;
  std::size_t entries = 0;
  Diagnostics diagnostics;
};

struct Tally {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
};
Tally tally(const std::vector<FileReport>& reports);

}  // namespace assay
