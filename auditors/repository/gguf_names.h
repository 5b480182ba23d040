#pragma once

#include <string>
#include <string_view>

namespace assay {

// What the names of GGUF files say. There is no rule for such names, only customs: a name is read
// by its longest known part between boundaries, and what it does not say stays unknown.

/// What a file is by its path.
enum class GgufRole {
  model,
  draft,    ///< by its name a draft head or such; a model may carry such a name itself
  sidecar,  ///< certainly no model: projector, calibration data, adapter, vocabulary
};
GgufRole gguf_role(std::string_view path);

/// The type that a path carries ("Q4_K_M", "IQ2_XXS", "BF16"), upper case: of the file name, else
/// of the folder it lies in; empty when neither carries one.
std::string gguf_type(std::string_view path);

/// False for F32, F16 and BF16, which are no quantization, and for no type at all.
bool is_quantized_type(std::string_view gguf_type);

/// About how many bits the type takes per weight; 0 when the type does not tell.
double bits_per_weight(std::string_view gguf_type);

/// Whether the words stand in the text, between anything but letters and digits, in any case.
bool has_word(std::string_view text, std::initializer_list<std::string_view> words);

}  // namespace assay
