#pragma once

#include <cstdint>
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
  /// False where the names of the pieces do not tell how many there are ("x.gguf.part-aa").
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

/// `base`: the id of the model that they are of, as far as it is known; see gguf_names.h.
WeightFiles weight_files(const std::vector<hub::File>& files, std::string_view base);

/// Why a repository's files, as an answer tells them, cannot be what the Hub holds; empty when
/// nothing speaks against them. They lack weights that a listing of the same commit names
/// (`listed`; empty when there is none), or give weights no size, or that of the pointer that
/// stands in Git for a large file. Such an answer would turn into an absence.
std::string doubt_of_files(const std::vector<hub::File>& files,
                           const std::vector<hub::File>& listed, std::string_view base);

}  // namespace assay
