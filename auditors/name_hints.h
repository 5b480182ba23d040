#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub.h"

namespace assay {

// What the names and tags of repositories suggest. Suggestions decide where to look first, and make
// a repository doubtful; they never establish a format or a lineage.

/// The families that are looked for.
inline constexpr std::array<std::string_view, 17> kFamilies{
    "gguf",  "awq",  "gptq", "exl2",      "exl3", "mlx",  "fp8",     "bnb",   "nvfp4",
    "mxfp4", "int4", "int8", "autoround", "hqq",  "aqlm", "torchao", "quanto"};

/// 2: the id speaks of the family; 1: a tag or the library does; 0: nothing does.
int hint_strength(const hub::Repository& row, std::string_view family);

/// Whether name or tags speak of some quantization without naming a family ("4bit", "quantized").
bool hints_at_quantization(const hub::Repository& row);

/// A word of its name or tags that marks changed weights ("abliterated"), unless the base has it
/// too.
std::optional<std::string> changed_weights_word(const hub::Repository& row,
                                                const hub::Repository& base);

/// A model size in its name ("70b") that the base's name, which states one, does not have.
std::optional<std::string> other_size_word(const hub::Repository& row, const hub::Repository& base);

/// The part of a repository id after the organization.
std::string_view name_of(std::string_view repository);

}  // namespace assay
