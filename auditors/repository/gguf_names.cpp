#include "auditors/repository/gguf_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "auditors/repository/own_words.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

// llama.cpp's file types and the names that quantizers put into file names (ggml-org/ggml
// docs/gguf.md; huggingface.js packages/tasks/src/gguf.ts), those of ik_llama.cpp and bitnet.cpp,
// and the short forms that people write.
constexpr std::array<std::string_view, 98> kTypes{
    "MXFP4_MOE", "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "IQ2_XXS", "IQ3_XXS", "Q2_K_XL", "Q3_K_XL",
    "Q4_K_XL", "Q5_K_XL", "Q6_K_XL", "Q8_K_XL", "IQ1_XS", "IQ2_XS", "IQ3_XS", "IQ4_XS", "IQ4_NL",
    "Q2_K_S", "Q2_K_M", "Q2_K_L", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q4_K_L",
    "Q5_K_S", "Q5_K_M", "Q5_K_L", "Q6_K_L", "Q6_K_M", "Q6_K_S", "IQ1_S", "IQ1_M", "IQ2_S", "IQ2_M",
    "IQ3_S", "IQ3_M", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "Q2_K", "Q3_K", "Q4_0",
    "Q4_1", "Q4_K", "Q5_0", "Q5_1", "Q5_K", "Q6_K", "Q8_0", "Q8_1", "Q8_K", "BF16", "F16", "F32",
    // ik_llama.cpp
    "IQ1_KT", "IQ2_K", "IQ2_KL", "IQ2_KS", "IQ2_KT", "IQ3_K", "IQ3_KS", "IQ3_KT", "IQ4_K", "IQ4_KS",
    "IQ4_KSS", "IQ4_KT", "IQ5_K", "IQ5_KS", "IQ6_K",
    // bitnet.cpp
    "I2_S", "TL1", "TL2",
    // short forms
    "FP16", "FP32", "INT4", "INT8", "Q2", "Q3", "Q4", "Q5", "Q6", "Q8", "Q2K", "Q3K", "Q4K", "Q5K",
    "Q6K", "Q8K", "Q4-0", "Q4-1", "Q5-0", "Q5-1", "Q8-0"};

// Separators around a type are anything but letters and digits ("model_Q4_K_M", "x.q8_0-imat"); a
// change of case separates as well ("devstralQ4_0").
bool bounded(std::string_view name, std::size_t at, std::size_t end) {
  if (end < name.size() && ascii::is_alphanumeric(name[end])) return false;
  return at == 0 || !ascii::is_alphanumeric(name[at - 1]) ||
         (ascii::is_lower(name[at - 1]) && ascii::is_upper(name[at]));
}

std::string_view plain_name(std::string_view type) {
  if (type == "FP16") return "F16";
  return type == "FP32" ? "F32" : type;
}

// The last type in the name counts, at one place the longest; a type that is not a quantization
// only where there is no other ("Q5_K_M-F16-merged" is Q5_K_M).
std::string type_in(std::string_view name) {
  const std::string text = ascii::upper(name);
  std::string_view best;
  std::size_t best_end = 0;
  for (const std::string_view type : kTypes) {
    for (std::size_t at = text.find(type); at != std::string::npos; at = text.find(type, at + 1)) {
      const std::size_t end = at + type.size();
      if (!bounded(name, at, end)) continue;
      const bool better = is_quantized_type(plain_name(type)) != is_quantized_type(plain_name(best))
                              ? is_quantized_type(plain_name(type))
                              : end > best_end || (end == best_end && type.size() > best.size());
      if (better) {
        best = type;
        best_end = end;
      }
    }
  }
  std::string found(best);
  // "Q4-0" is Q4_0, "Q2K" is Q2_K.
  std::replace(found.begin(), found.end(), '-', '_');
  if (found.size() == 3 && found.front() == 'Q' && found.back() == 'K') found.insert(2, 1, '_');
  return std::string(plain_name(found));
}

std::string_view without_ending(std::string_view name) {
  return name.substr(0, std::min(name.size(), name.rfind('.')));
}

}  // namespace

// Words that stand in a folder's name only make a file doubtful: models lie in folders of all
// names.
GgufRole gguf_role(std::string_view path, std::string_view base) {
  const OwnWords own(base);
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const bool side = own.speaks_of(name, {"mmproj", "lora", "vocab", "projector", "adapter"});
  if (side) return GgufRole::sidecar;
  // Calibration data; but some say by the word that a model was quantized with such data.
  if (own.speaks_of(path, {"imatrix"})) {
    return is_quantized_type(gguf_type(path, base)) ? GgufRole::draft : GgufRole::sidecar;
  }
  const bool draft =
      own.speaks_of(path, {"mtp", "nextn", "eagle", "eagle2", "eagle3", "medusa", "draft",
                           "drafter", "dflash", "mmproj", "lora", "vocab", "projector", "adapter"});
  return draft ? GgufRole::draft : GgufRole::model;
}

std::string gguf_type(std::string_view path, std::string_view base) {
  const OwnWords own(base);
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  std::string type = type_in(own.left_out_of(without_ending(name)));
  if (type.empty() && slash != std::string_view::npos) {
    type = type_in(own.left_out_of(path.substr(0, slash)));
  }
  return type;
}

bool is_quantized_type(std::string_view type) {
  return !type.empty() && type != "F32" && type != "F16" && type != "BF16";
}

double bits_per_weight(std::string_view type) {
  if (type == "F32") return 32;
  if (type == "F16" || type == "BF16") return 16;
  // The digit of a type is the width of most of its weights; scales and kept layers come on top.
  const std::size_t digit = type.find_first_of("123456789");
  if (type.empty() || digit == std::string_view::npos) return 0;
  return type[digit] - '0' + 0.5;
}

}  // namespace assay
