#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace assay {

/// What a config.json says of how the weights are stored.
struct QuantizationFormat {
  enum class Kind {
    known,        ///< `family` is the id of a family
    unquantized,  ///< the file describes a model and no quantization of its weights
    unknown,      ///< quantized, but it does not tell a family that is known here
    unclear,      ///< the file does not even describe a model: proves nothing
  };
  Kind kind = Kind::unclear;
  std::string family;   ///< names the format on disk, not the algorithm
  std::string detail;   ///< what established it, for people: "quant_method gptq, 4 bits"
  std::string label;    ///< short, for counting: the family, or "vptq", "not quantized"
  double bits = 0;      ///< per weight, as far as the file states or implies it; 0 when it does not
  bool stated = false;  ///< unquantized: the file says so itself, rather than saying nothing
  /// Families that it may be all the same: groups of several formats, or numbers of one format in
  /// the container of another (MLX mode mxfp4).
  std::vector<std::string_view> open;
  bool may_be_any = false;  ///< unknown: the block tells nothing of its family
  /// The block alone is weak; the repository must be marked as MLX too.
  bool needs_mlx_mark = false;
  /// MLX's block from before August 2024, which the Hub did not take for a quantization.
  bool old_mlx = false;

  bool may_be(std::string_view id) const;
};

/// Classifies by the strongest statement first: quant_method, TensorRT-LLM's quant_algo, MLX's
/// double block, load_in_4bit/8bit. Follows the writers: transformers, vLLM, compressed-tensors,
/// ModelOpt, mlx-lm, AutoRound, GPTQModel.
QuantizationFormat classify(const nlohmann::json& config);

/// What the few keys that a listing shows of a quantization_config tell: `known` or `unknown` when
/// they settle which families it can be, else `unclear`.
QuantizationFormat classify_listed(const nlohmann::json& block);

/// A file beside config.json in which a writer states the format on its own.
struct FormatFile {
  std::string_view name;    ///< "hf_quant_config.json"
  std::string_view family;  ///< that it suggests; empty when it may be several
  QuantizationFormat (*classify)(const nlohmann::json&);  ///< `unclear` when it tells nothing
};
const std::vector<FormatFile>& format_files();

}  // namespace assay
