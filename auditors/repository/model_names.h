#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auditors/hub/answers.h"
#include "validator/vocabulary.h"

namespace assay {

// Which model a repository's name speaks of. Names never establish that two models are the same;
// they raise doubts where the Hub's own statement of the base may be an author's mistake.

/// Why name or tags of `row` speak of another model than `base`, as a clause ("its name states
/// another size (70b)"); null when nothing does. Looked for are words of changed weights
/// ("abliterated"), sizes, versions and variants that the base's name does not have.
std::optional<std::string> speaks_of_other_model(const hub::Repository& row,
                                                 const hub::Repository& base);

/// Whether name or tags have a word of changed weights or of another variant, which no mark of a
/// quantization is; what looks like a size or a version may be one ("4b", "0824").
bool names_other_weights(const hub::Repository& row, const hub::Repository& base);

/// A word of a file's name that marks changed weights, unless the base's name has it too.
std::optional<std::string> changed_weights_word(std::string_view file, const hub::Repository& base);

/// Whether the name is made of the base's words and words of quantization only.
bool has_plain_name(const hub::Repository& row, const hub::Repository& base,
                    const QuantizationFamilies& families);

/// What to search by for repositories of a base: its name without the parts that quantizers leave
/// out or replace by their own ("Meta-", "-hf", "-BF16"), in any case. A search by a part of a name
/// finds the whole name as well.
std::string_view search_words(std::string_view base_id);

}  // namespace assay
