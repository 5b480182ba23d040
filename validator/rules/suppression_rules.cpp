#include <array>

#include "validator/rules/rules.h"

namespace assay {
namespace {

// suppressions.cpp reports under these ids.
constexpr std::array kSuppressionRules{
    Rule{
        "unused-suppression", "suppressions", Severity::warning,
        "An ignore comment silences nothing.",
        "The mistake was mended or the rule misspelt; left behind, the comment would hide the next "
        "mistake.",
        "license: MIT  # assay: ignore[almost-spdx] as the authors write it", "license: MIT"},
    Rule{"suppression-without-reason", "suppressions", Severity::warning,
         "An ignore comment gives no reason.",
         "Whoever reads the entry next year cannot tell whether the reason still holds.",
         "license: Apache 2  # assay: ignore[almost-spdx]",
         "license: Apache 2  # assay: ignore[almost-spdx] as the authors write it"},
};

}  // namespace

std::span<const Rule> suppression_rules() { return kSuppressionRules; }

}  // namespace assay
