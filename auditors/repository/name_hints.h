#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"

namespace assay {

// What the names and tags of repositories suggest. Suggestions decide where to look first, and make
// a repository doubtful; they never establish a format or a lineage.

/// The families that are looked for.
inline constexpr std::array<std::string_view, 17> kFamilies{
    "gguf",  "awq",  "gptq", "exl2",      "exl3", "mlx",  "fp8",     "bnb",   "nvfp4",
    "mxfp4", "int4", "int8", "autoround", "hqq",  "aqlm", "torchao", "quanto"};

/// 2: the id speaks of the family; 1: a tag, the library or a file that only its writer makes does;
/// 0: nothing does.
int hint_strength(const hub::Repository& row, std::string_view family);
/// The same for all of kFamilies, in their order.
std::array<int, kFamilies.size()> hint_strengths(const hub::Repository& row);
/// The place of a family in kFamilies; its size for another word.
std::size_t family_index(std::string_view family);

/// Whether name or tags speak of some quantization without naming a family ("4bit", "q4",
/// "quantized").
bool hints_at_quantization(const hub::Repository& row);

/// Lower-case words of a name: letters, digits and dots between separators; of words with dots
/// ("model.awq") their parts as well.
std::vector<std::string> words_of(std::string_view text);
std::vector<std::string> fine_words_of(std::string_view text);

/// Whether a word of a name speaks of quantization and nothing else ("4bit", "awq", "g128").
bool is_quantization_word(std::string_view word);

/// The part of a repository id after the organization.
std::string_view name_of(std::string_view repository);

}  // namespace assay
