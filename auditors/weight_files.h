#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub.h"

namespace assay {

/// Weights that belong together: one file, or all shards of one split.
struct WeightSet {
  std::string name;        ///< the file, or its name without the shard number
  std::string quant_type;  ///< GGUF: "Q4_K_M"; empty when the name tells none
  std::vector<std::string> files;
  std::int64_t bytes = 0;  ///< sum of the known sizes
  bool sizes_known = true;
  bool complete = true;  ///< every shard is there
};

/// The main-model weights among a repository's files. Projectors, draft heads, LoRA adapters,
/// calibration data and vocabularies are left out, since none of them is the model.
struct WeightFiles {
  std::vector<WeightSet> gguf;
  std::vector<WeightSet> tensors;  ///< safetensors, and other formats where there are none
  bool adapter = false;            ///< an adapter's files and no weights of a model
  bool gguf_sidecars = false;      ///< GGUF files that are certainly no model (projector, imatrix)
  bool gguf_doubtful = false;      ///< GGUF files that may be drafts, or be the model
};

WeightFiles weight_files(const std::vector<hub::File>& files);

/// The GGUF type that a file name carries ("Q4_K_M", "IQ2_XXS", "BF16"), upper case, longest match
/// between boundaries; empty when it carries none.
std::string gguf_type(std::string_view file_name);
/// False for F32, F16 and BF16, which are no quantization, and for no type at all.
bool is_quantized_type(std::string_view gguf_type);

/// Whether this many bytes can be the weights of a model with `parameters` parameters: 0.08 to 1.1
/// times its size in BF16 (IQ1_S stores 1.56 bits per weight; 8-bit formats with layers left in
/// BF16 stay below BF16).
bool plausible_size(std::int64_t bytes, std::int64_t parameters);
/// Whether this many bytes are at least 0.9 times the model's size in BF16, so that nothing is
/// packed.
bool is_full_size(std::int64_t bytes, std::int64_t parameters);

}  // namespace assay
