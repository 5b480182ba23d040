#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "validator/vocabulary.h"

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
  std::string family;  ///< names the format on disk, not the algorithm
  /// Further families that are on disk beside it: parts of the model in another format, or numbers
  /// of one format in the container of another.
  std::vector<std::string_view> also;
  std::string detail;       ///< what established it, to be read: "quant_method gptq, 4 bits"
  bool names_file = false;  ///< `detail` says in which file it stands; else that is config.json
  std::string label;        ///< short, for counting: the family, or "vptq", "not quantized"
  double bits = 0;      ///< per weight, as far as the file states or implies it; 0 when it does not
  bool stated = false;  ///< unquantized: the file says so itself, rather than saying nothing
  /// Families that it may be nevertheless: parts whose format is not told, or numbers of one format
  /// in the container of another (MLX mode mxfp4). Ids of the families that it was classified by.
  std::vector<std::string_view> open;
  bool may_be_any = false;  ///< unknown: the block tells nothing of its family
  /// The block alone is weak; the repository must be marked as MLX too.
  bool needs_mlx_mark = false;
  /// Two blocks state two formats, so that only the types of the tensors tell which one is there.
  bool contested = false;
  /// MLX's block from before August 2024, which the Hub did not take for a quantization.
  bool old_mlx = false;

  bool holds(std::string_view id) const;
  bool may_be(std::string_view id) const;
  /// `family` and `also`; ids live as long as this or the families.
  std::vector<std::string_view> held() const;
};

/// Quantized in a way that is not a family, or that leaves open which of some it is.
QuantizationFormat unknown_format(std::string label, std::string detail,
                                  std::vector<std::string_view> open = {});

/// The families of which code knows more than their rows say; a vocabulary without one of these
/// would leave that code without effect.
std::span<const std::string_view> families_in_code();

/// Classifies by the strongest statement first: quant_method, TensorRT-LLM's quant_algo, MLX's
/// double block, load_in_4bit/8bit. Follows the writers: transformers, vLLM, compressed-tensors,
/// ModelOpt, mlx-lm, AutoRound, GPTQModel. A block of a shape that none of them writes is a
/// quantization that nobody can name, not the lack of one.
QuantizationFormat classify(const nlohmann::json& config, const QuantizationFamilies& families);

/// What the few keys that a listing shows of a quantization_config tell: `known` or `unknown` when
/// they settle which families it can be, else `unclear`.
QuantizationFormat classify_listed(const nlohmann::json& block,
                                   const QuantizationFamilies& families);

/// A file beside config.json in which a writer states the format on its own.
struct FormatFile {
  std::string_view name;  ///< "hf_quant_config.json"
  std::string_view hint;  ///< the word for its writer; it may be there where a family has that hint
  bool tells_one;         ///< it can only tell the family of the same name as its hint
  /// `unclear` when it tells nothing.
  QuantizationFormat (*classify)(const nlohmann::json&, const QuantizationFamilies&);
};
const std::vector<FormatFile>& format_files();

}  // namespace assay
