#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "validator/diagnostic.h"

namespace assay {

/// What was found in a text, and which of it may be fixed.
struct Checked {
  Diagnostics all;
  Diagnostics fixable;  ///< part of `all`; those without a fix are skipped
};
using Check = std::function<Checked(std::string_view bytes)>;

struct Mended {
  std::string bytes;
  std::map<std::string, std::size_t, std::less<>> fixed;  ///< how many fixes were made, by rule
  /// Of the text as it is now: problems whose fix was not applied, because it would not remove
  /// them or would add errors.
  Diagnostics left;
};

/// Applies the fixes of errors and warnings until none is left that helps; those of notes are
/// matters of taste and stay undone. Every state is checked before it is kept: no error appears
/// that was not there before, so a fix that merely uncovers another error is not applied either.
/// Mending the result again changes nothing. Deterministic where `check` is.
Mended mend(std::string bytes, const Check& check);

}  // namespace assay
