#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"

namespace assay {

/// Weights that belong together: one file, or all shards of one split.
struct WeightSet {
  std::string name;        ///< the file, or its name without the shard number
  std::string quant_type;  ///< GGUF: "Q4_K_M"; empty when the name tells none
  std::vector<std::string> files;
  std::int64_t bytes = 0;  ///< sum of the known sizes
  bool sizes_known = true;
  bool complete = true;  ///< every shard is there
  /// False where the names of the pieces do not tell how many there are ("x.gguf-split-a").
  bool pieces_counted = true;

  /// The folder they lie in, with its slash; empty at the top.
  std::string_view folder() const;
};

/// The main-model weights among a repository's files. Projectors, LoRA adapters, calibration data
/// and vocabularies are omitted, since none of them is the model.
struct WeightFiles {
  std::vector<WeightSet> gguf;
  std::vector<WeightSet> gguf_drafts;  ///< by their names draft heads; they may be the model
  std::vector<WeightSet> tensors;      ///< safetensors, and other formats where there are none
  bool adapter = false;                ///< an adapter's files and no weights of a model
  bool gguf_sidecars = false;          ///< GGUF files that are certainly not a model

  bool none() const { return gguf.empty() && gguf_drafts.empty() && tensors.empty(); }
};

WeightFiles weight_files(const std::vector<hub::File>& files);

/// Why a repository's files, as an answer tells them, cannot be what the Hub holds; empty when
/// nothing speaks against them. They lack weights that a listing of the same commit names
/// (`listed`; empty when there is none), or give weights no size, or that of the pointer that
/// stands in Git for a large file. Such an answer would turn into an absence.
std::string doubt_of_files(const std::vector<hub::File>& files,
                           const std::vector<hub::File>& listed);

/// Whether this many bytes can be the weights of a model with `parameters` parameters, stored at
/// `bits` per weight: not less than half of that, nor less than 0.08 or more than 1.1 times the
/// model's size in BF16 (IQ1_S stores 1.56 bits per weight; 8-bit formats with layers left in BF16
/// stay below BF16). `bits` of 0 are not known.
bool plausible_size(std::int64_t bytes, std::int64_t parameters, double bits = 0);
/// Whether this many bytes are at least 0.9 times the model's size in BF16, so that nothing is
/// packed.
bool is_full_size(std::int64_t bytes, std::int64_t parameters);

// What the names of GGUF files say. There are no rules for such names, only customs: a name is read
// by its longest known part between boundaries, and what it does not say stays unknown.

/// What a file is by its path.
enum class GgufRole {
  model,
  draft,    ///< by its name a draft head or such; a model may carry such a name itself
  sidecar,  ///< certainly not a model: projector, calibration data, adapter, vocabulary
};
GgufRole gguf_role(std::string_view path);

/// The type that a path carries ("Q4_K_M", "IQ2_XXS", "BF16"), upper case: of the file name, else
/// of the folder it lies in; empty when neither carries one.
std::string gguf_type(std::string_view path);

/// False for F32, F16 and BF16, which are not quantizations, and for no type at all.
bool is_quantized_type(std::string_view gguf_type);

/// About how many bits the type takes per weight; 0 when the type does not tell.
double bits_per_weight(std::string_view gguf_type);

/// Whether the words stand in the text, between anything but letters and digits, in any case.
bool has_word(std::string_view text, std::initializer_list<std::string_view> words);

}  // namespace assay
