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

/// What the name of a file states that the base is not ("another size (1b)"), by its size, version
/// and variant; null when it states nothing of that kind.
std::optional<std::string> other_model_in(std::string_view file, const hub::Repository& base);

/// Why a name, of a repository or of a file without its ending, is not plainly the base's, as a
/// clause ("its name has a word that the base's lacks (dolphin)"); null where it is made of the
/// base's words, its variant among them, and words of quantization only. Words may be joined or
/// split in another way ("Llama3.1", "Qwen-3.5").
std::optional<std::string> foreign_name(std::string_view name, const hub::Repository& base,
                                        const QuantizationFamilies& families);
/// The same of a repository's name. Where it names its base by another id, such as one that the
/// base had before, its name may be that one's.
std::optional<std::string> foreign_repository_name(const hub::Repository& row,
                                                   const hub::Repository& base,
                                                   const QuantizationFamilies& families);
bool has_plain_name(const hub::Repository& row, const hub::Repository& base,
                    const QuantizationFamilies& families);

/// Whether the base's publisher calls it by the base's whole name, with words on top that name no
/// other version or variant ("-mobile").
bool is_publishers_own(const hub::Repository& row, const hub::Repository& base,
                       const QuantizationFamilies& families);

/// What to search by for repositories of a base: its name without the parts that quantizers leave
/// out or replace by their own ("Meta-", "-hf", "-BF16"), in any case. A search by a part of a name
/// finds the whole name as well.
std::string_view search_words(std::string_view base_id);

}  // namespace assay
