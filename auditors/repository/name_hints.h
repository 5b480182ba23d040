#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"
#include "validator/vocabulary.h"

namespace assay {

// What the names and tags of repositories suggest. Suggestions decide where to look first, and make
// a repository doubtful; they never establish a format or a lineage.

/// 2: the id speaks of the family; 1: a tag, the library or a file that only its writer makes does;
/// 0: nothing does. For each family, in their order. `base`: the model whose weights are looked
/// for; what a repository's name only has from that one's is no hint.
std::vector<int> hint_strengths(const hub::Repository& row, const QuantizationFamilies& families,
                                std::string_view base);
/// The same for one family by its id; 0 for one that is not among them.
int hint_strength(const hub::Repository& row, const QuantizationFamilies& families,
                  std::string_view family, std::string_view base);
/// The place of a family by its id; their number for one that is not among them.
std::size_t family_index(const QuantizationFamilies& families, std::string_view family);

/// Whether name or tags speak of some quantization without naming a family ("4bit", "q4",
/// "quantized").
bool hints_at_quantization(const hub::Repository& row, std::string_view base);

/// The same of any name, such as a file's.
bool names_quantization(std::string_view text);

/// Lower-case words of a name: letters, digits and dots between separators; of words with dots
/// ("model.awq") their parts as well.
std::vector<std::string> name_words(std::string_view text);
std::vector<std::string> fine_name_words(std::string_view text);

/// Whether a word of a name speaks of quantization and nothing else ("4bit", "awq", "g128").
bool is_quantization_word(std::string_view word, const QuantizationFamilies& families);

/// Whether a word only goes on with a type that the word before begins ("Q4_K_M", "Q8_0").
bool is_type_ending(std::string_view before, std::string_view word);

/// The part of a repository id after the organization.
std::string_view repository_name(std::string_view repository);

}  // namespace assay
