#pragma once

#include "validator/diagnostic.h"
#include "validator/document.h"
#include "validator/rules/rules.h"
#include "validator/shape/schema.h"
#include "validator/vocabulary.h"

namespace assay {

/// Reading, schema, rules and suppressions over one file, sorted. Deterministic for equal input and
/// options.
FileReport validate(const Document& document, const Schema& schema, const Vocabulary& vocabulary,
                    const RuleOptions& options);

}  // namespace assay
