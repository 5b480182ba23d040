#pragma once

#include <string>
#include <string_view>

namespace assay {

// What the names of GGUF files say. There are no rules for such names, only customs: a name is read
// by its longest known part between boundaries, and what it does not say stays unknown. `base` is
// the id of the model that the files are of: its own words are left out before a name is read
// ("…-qat-q4_0-unquantized-BF16.gguf" of a model that is called so is BF16).

/// What a file is by its path.
enum class GgufRole {
  model,
  draft,    ///< by its name a draft head or such; a model may carry such a name itself
  sidecar,  ///< certainly not a model: projector, calibration data, adapter, vocabulary
};
GgufRole gguf_role(std::string_view path, std::string_view base);

/// The type that a path carries ("Q4_K_M", "IQ2_XXS", "BF16"), upper case: of the file name, else
/// of the folder it lies in; empty when neither carries one.
std::string gguf_type(std::string_view path, std::string_view base);

/// False for F32, F16 and BF16, which are not quantizations, and for no type at all.
bool is_quantized_type(std::string_view gguf_type);

/// About how many bits the type takes per weight; 0 when the type does not tell.
double bits_per_weight(std::string_view gguf_type);

}  // namespace assay
