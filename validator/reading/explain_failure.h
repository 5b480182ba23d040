#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "validator/diagnostic.h"
#include "validator/reading/yaml_events.h"

namespace assay {

/// Refuses text that would cost the parser much more memory than its length: it keeps all tokens of
/// a flow collection, and of a line that may become a key. Null for everything written by hand.
std::optional<ParseFailure> check_costs(std::string_view text, std::size_t begin, std::size_t end);

/// The diagnostic for a failed parse of [begin, end): at the place where the mistake was made,
/// which is often not where the parser noticed. Entry and label are left to the caller.
Diagnostic explain_failure(std::string_view text, std::size_t begin, std::size_t end,
                           const ParseFailure& failure);

/// The diagnostic for lines in the place where the first item of a list should start.
Diagnostic explain_head(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace assay
