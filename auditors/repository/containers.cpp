#include "auditors/repository/containers.h"

#include <algorithm>
#include <array>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// A star stands for anything at one end, or between a beginning and an end. With a slash it is held
// against the path ("*.mlpackage/*": anything in such a folder), else against the file's name.
struct Pattern {
  std::string_view container;
  std::string_view text;
};

// The names that each writer gives its files: optimum-intel, mlc-llm, TensorRT-LLM's trtllm-build
// and convert_checkpoint, optimum (ONNX), coremltools, ai-edge-torch, ExecuTorch, rkllm-toolkit,
// Qualcomm AI Hub, ncnn, MNN, PaddlePaddle, Keras, transformers' TensorFlow and Flax classes, NeMo,
// llamafile, and llama.cpp before GGUF.
constexpr std::array<Pattern, 44> kPatterns{{{"openvino", "openvino_*.bin"},
                                             {"openvino", "openvino_*.xml"},
                                             {"mlc", "params_shard_*.bin"},
                                             {"tensorrt-llm", "*.engine"},
                                             {"tensorrt-llm", "*.plan"},
                                             {"onnx", "*.onnx"},
                                             {"onnx", "*.onnx_data"},
                                             {"onnx", "*.onnx.data"},
                                             {"onnx", "*.ort"},
                                             {"coreml", "*.mlmodel"},
                                             {"coreml", "*.mlpackage/*"},
                                             {"coreml", "*.mlmodelc/*"},
                                             {"litert", "*.tflite"},
                                             {"litert", "*.task"},
                                             {"litert", "*.litertlm"},
                                             {"executorch", "*.pte"},
                                             {"executorch", "*.ptd"},
                                             {"rkllm", "*.rkllm"},
                                             {"rkllm", "*.rknn"},
                                             {"qnn", "*.serialized.bin"},
                                             {"qnn", "*.dlc"},
                                             {"ncnn", "*.ncnn.bin"},
                                             {"ncnn", "*.ncnn.param"},
                                             {"mnn", "*.mnn"},
                                             {"mnn", "*.mnn.weight"},
                                             {"paddle", "*.pdparams"},
                                             {"paddle", "*.pdmodel"},
                                             {"paddle", "*.pdiparams"},
                                             {"keras", "*.keras"},
                                             {"keras", "*.weights.h5"},
                                             {"tensorflow", "tf_model*.h5"},
                                             {"tensorflow", "saved_model.pb"},
                                             {"flax", "flax_model*.msgpack"},
                                             {"nemo", "*.nemo"},
                                             {"llamafile", "*.llamafile"},
                                             {"axera", "*.axmodel"},
                                             {"hailo", "*.hef"},
                                             {"sophgo", "*.bmodel"},
                                             {"ascend", "*.om"},
                                             {"fastflowlm", "*.q4nx"},
                                             {"ggml", "*ggml*.bin"},
                                             {"ggml", "*.ggml"},
                                             {"ggml", "*.ggjt"},
                                             {"ggml", "*.ggla"}}};

bool fits(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  const std::string_view front = pattern.substr(0, star);
  const std::string_view rest = pattern.substr(star + 1);
  if (!text.starts_with(front)) return false;
  if (rest.ends_with('*')) {
    return text.find(rest.substr(0, rest.size() - 1), front.size()) != std::string_view::npos;
  }
  if (const std::size_t second = rest.find('*'); second != std::string_view::npos) {
    const std::string_view end = rest.substr(second + 1);
    const std::size_t at = text.find(rest.substr(0, second), front.size());
    return at != std::string_view::npos && text.ends_with(end) &&
           at + second + end.size() <= text.size();
  }
  return text.size() >= pattern.size() - 1 && text.ends_with(rest);
}

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}
std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.size() - name_of(path).size());
}

bool has_beside(const hub::File& file, const std::vector<hub::File>& files,
                std::initializer_list<std::string_view> names) {
  return std::any_of(files.begin(), files.end(), [&](const hub::File& other) {
    return folder_of(other.path) == folder_of(file.path) &&
           std::find(names.begin(), names.end(), name_of(other.path)) != names.end();
  });
}

// "rank0.safetensors": a checkpoint of TensorRT-LLM, one file per rank.
bool is_rank(std::string_view name) {
  constexpr std::string_view kRank = "rank";
  constexpr std::string_view kEnd = ".safetensors";
  if (!name.starts_with(kRank) || !name.ends_with(kEnd)) return false;
  const std::string_view number =
      name.substr(kRank.size(), name.size() - kRank.size() - kEnd.size());
  return !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string_view container_of(const hub::File& file, const std::vector<hub::File>& files) {
  const std::string path = ascii::lower(file.path);
  const std::string_view name = name_of(path);
  for (const Pattern& pattern : kPatterns) {
    const bool whole = pattern.text.find('/') != std::string_view::npos;
    if (fits(whole ? std::string_view(path) : name, pattern.text)) return pattern.container;
  }
  if (is_rank(name)) return "tensorrt-llm";
  // CTranslate2's file has a name of transformers; only its vocabulary tells it.
  const bool translated =
      name == "model.bin" &&
      has_beside(file, files,
                 {"vocabulary.json", "vocabulary.txt", "shared_vocabulary.json",
                  "shared_vocabulary.txt", "source_vocabulary.json", "source_vocabulary.txt"});
  if (translated) return "ctranslate2";
  // OpenVINO's own converter writes the topology beside the weights under the model's name.
  if (name.ends_with(".bin")) {
    const std::string xml = std::string(path.substr(0, path.size() - 4)) + ".xml";
    const bool beside = std::any_of(files.begin(), files.end(), [&](const hub::File& other) {
      return ascii::lower(other.path) == xml;
    });
    if (beside) return "openvino";
  }
  return {};
}

bool may_be_weights(std::string_view path) {
  constexpr std::array<std::string_view, 8> kEndings{".safetensors", ".bin", ".pt", ".pth",
                                                     ".ckpt",        ".npz", ".h5", ".gguf"};
  const std::string text = ascii::lower(path);
  return text.find(".gguf.") != std::string::npos || text.find(".gguf-") != std::string::npos ||
         text.find(".safetensors.part") != std::string::npos ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return text.ends_with(ending); });
}

std::string only_container(const std::vector<hub::File>& files) {
  std::string only;
  for (const hub::File& file : files) {
    const std::string_view container = container_of(file, files);
    if (!container.empty()) {
      if (only.empty()) only = container;
    } else if (may_be_weights(file.path)) {
      return {};
    }
  }
  return only;
}

}  // namespace assay
