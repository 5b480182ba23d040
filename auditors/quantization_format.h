#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace assay {

/// What a config.json says of how the weights are stored.
struct QuantizationFormat {
  enum class Kind {
    known,        ///< `family` is the id of a family
    unquantized,  ///< the file describes a model and no quantization of its weights
    unknown,      ///< quantized, but in no family that is known here
    unclear,      ///< the file does not even describe a model: proves nothing
  };
  Kind kind = Kind::unclear;
  std::string family;       ///< names the format on disk, not the algorithm
  std::string detail;       ///< what established it, for people: "quant_method gptq, 4 bits"
  bool stated = false;      ///< unquantized: the file says so itself, rather than saying nothing
  bool may_be_any = false;  ///< unknown: the block does not tell which family it is
  bool needs_mlx_mark =
      false;  ///< the block alone is weak; the repository must be marked as MLX too
};

/// Classifies by the strongest statement first: quant_method, TensorRT-LLM's quant_algo, MLX's
/// double block, load_in_4bit/8bit; `hf_quant_config` (may be null) is ModelOpt's own file. Follows
/// the writers: transformers, vLLM, compressed-tensors, ModelOpt, mlx-lm, AutoRound.
QuantizationFormat classify(const nlohmann::json& config, const nlohmann::json& hf_quant_config);

}  // namespace assay
