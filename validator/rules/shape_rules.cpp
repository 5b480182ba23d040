#include <array>

#include "validator/rules/rules.h"

namespace assay {
namespace {

// The schema's checker (shape_checker.cpp) reports under these ids.
constexpr std::array kShapeRules{
    Rule{"unknown-key", "shape", Severity::error, "A key is not in the schema.",
         "A misspelled key is silently ignored by everything that reads the catalog.",
         "licence: MIT", "license: MIT"}
        .reporting_on(About::key),
    Rule{"missing-key", "shape", Severity::error, "A required key is absent.",
         "Pages and filters need it for every entry.", "- slug: phi-4",
         "- slug: phi-4\n  display_name: Phi-4"}
        .reporting_on(About::absence),
    Rule{"wrong-type", "shape", Severity::error, "A value does not have the type of its field.",
         "Programs that expect a number fail on text, or compare it as text.", "params_total: 70B",
         "params_total: 70000000000"},
    Rule{"not-in-vocabulary", "shape", Severity::error,
         "A value is not in the closed vocabulary of its field.",
         "Filters and pages know only the words of the vocabulary.",
         "quantizations_available: [gguff]", "quantizations_available: [gguf]"},
    Rule{"pattern", "shape", Severity::error, "A text does not have the form of its field.",
         "Dates, slugs and addresses are read by programs, which know a single form.",
         "released_date: 2024/9/25", "released_date: \"2024-09-25\""},
    Rule{"range", "shape", Severity::error,
         "A number, text or list is outside the bounds of its field.",
         "The value is impossible, or too long to be what the field is for.", "layers_count: -1",
         "layers_count: 32"},
    Rule{"duplicate-item", "shape", Severity::error, "A list names the same thing twice.",
         "The list is a set; the second item says nothing, and was usually meant to be another.",
         "quantizations_available: [gguf, awq, gguf]", "quantizations_available: [gguf, awq]"},
    Rule{"colon-in-text", "shape", Severity::error,
         "Text with a colon and a space was read as a mapping.",
         "YAML reads `words: more words` as a key with a value.",
         "notable_innovations:\n  - Fully open: weights and data",
         "notable_innovations:\n  - \"Fully open: weights and data\""},
    Rule{"schema", "shape", Severity::error, "A value breaks the schema in another way.",
         "The entry may not have the form that programs expect.",
         "(a value that a custom schema refuses)", "(one that it accepts)"},
};

}  // namespace

std::span<const Rule> shape_rules() { return kShapeRules; }

}  // namespace assay
