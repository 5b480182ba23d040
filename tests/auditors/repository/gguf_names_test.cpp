#include "auditors/repository/gguf_names.h"

#include <string>
#include <vector>

#include "auditors/repository/containers.h"
#include "auditors/repository/weight_files.h"
#include "support/catch.h"

// What files are by their names, with the words of the model's own name left out.

namespace {

using namespace assay;

struct Named {
  std::string base;
  std::string path;
  std::string type;
  GgufRole role = GgufRole::model;
};

std::vector<hub::File> files_called(const std::vector<std::string>& names) {
  std::vector<hub::File> files;
  for (const std::string& name : names) files.push_back({name, 2'000'000'000});
  return files;
}

}  // namespace

TEST_CASE("a GGUF file's type and role are read without the model's own words") {
  const std::string qat = "google/gemma-3-27b-it-qat-q4_0-unquantized";
  for (const Named& one :
       std::vector<Named>{{qat, "gemma-3-27b-it-qat-q4_0-unquantized-BF16.gguf", "BF16"},
                          {qat, "gemma-3-27b-it-qat-q4_0-unquantized.Q8_0.gguf", "Q8_0"},
                          {qat, "Gemma-3-27B-it-QAT-Q4-0-unquantized-f16.gguf", "F16"},
                          {qat, "gemma-3-27b-it-qat-q4_0.gguf", "Q4_0"},
                          {qat, "gemma-3-27b-it-qat-q4_0-unquantized/model-Q5_K_M.gguf", "Q5_K_M"},
                          {qat, "gemma-3-27b-it-qat-q4_0-unquantized/model.gguf", ""},
                          {"lab/Model-30B-BF16", "Model-30B-BF16-Q4_K_M.gguf", "Q4_K_M"},
                          {"lab/Model-30B-BF16", "Model-30B-Q4_K_M.gguf", "Q4_K_M"},
                          {"lab/Model-7B", "Model-7B-Q1_0.gguf", "Q1_0"},
                          {"lab/Model-7B", "Q4_K_M/Model-7B-00001-of-00002.gguf", "Q4_K_M"},
                          {"lab/Vocab-7B", "Vocab-7B-Q4_K_M.gguf", "Q4_K_M"},
                          {"lab/Vocab-7B", "vocab_7b.q4_k_m.gguf", "Q4_K_M"},
                          {"lab/Model-7B", "Model-7B-vocab.gguf", "", GgufRole::sidecar},
                          {"lab/Vocab-7B", "mmproj-Vocab-7B-f16.gguf", "F16", GgufRole::sidecar},
                          {"lab/LoRA-Land-7B", "LoRA-Land-7B.Q4_0.gguf", "Q4_0"},
                          {"lab/MTP-7B", "MTP-7B-Q4_0.gguf", "Q4_0"},
                          {"lab/Model-7B", "mtp-Model-7B-Q4_0.gguf", "Q4_0", GgufRole::draft},
                          {"lab/Model-7B", "lora/Model-7B-Q4_0.gguf", "Q4_0", GgufRole::draft},
                          {"lab/Model-7B", "Flora-7B-Q4_0.gguf", "Q4_0"}}) {
    CAPTURE(one.base, one.path);
    CHECK(gguf_type(one.path, one.base) == one.type);
    CHECK(gguf_role(one.path, one.base) == one.role);
  }
}

TEST_CASE("files that were cut into pieces are weights") {
  const std::string whole = "Model-7B.Q4_K_M.gguf";
  for (const char* ending :
       {".part-aa", ".part-ab", ".part1", ".part01", ".part_a", ".00", ".001", ".1", ".aa", ".aab",
        "-split-a", ".split-00", ".partaa", "-part-b", ".chunk1"}) {
    CAPTURE(ending);
    const WeightFiles weights = weight_files(files_called({whole + ending}), "lab/Model-7B");
    REQUIRE(weights.gguf.size() == 1);
    CHECK(weights.gguf.front().quant_type == "Q4_K_M");
    CHECK_FALSE(weights.gguf.front().pieces_counted);
  }
  for (const char* first : {".part1of2", ".part-1-of-2", ".1of2", "-00001-of-00002"}) {
    CAPTURE(first);
    std::string second = first;
    second[second.find('1')] = '2';
    const WeightFiles both = weight_files(files_called({whole + first, whole + second}), "");
    REQUIRE(both.gguf.size() == 1);
    CHECK(both.gguf.front().complete);
    CHECK(both.gguf.front().pieces_counted);
    const WeightFiles one = weight_files(files_called({whole + first}), "");
    REQUIRE(one.gguf.size() == 1);
    CHECK_FALSE(one.gguf.front().complete);
  }
  for (const char* ending : {".md", ".txt", ".json", ".sha256", ".md5", ".imatrix", ".sig"}) {
    CAPTURE(ending);
    CHECK(weight_files(files_called({whole + ending}), "").none());
  }
  const WeightFiles tensors = weight_files(files_called({"model.safetensors.part-aa"}), "");
  REQUIRE(tensors.tensors.size() == 1);
  CHECK_FALSE(tensors.tensors.front().pieces_counted);
}

TEST_CASE("words of side files count as words only, and not where they are the model's own") {
  const auto holds = [](const std::string& name, const std::string& base) {
    return !weight_files(files_called({name}), base).tensors.empty();
  };
  CHECK(holds("Flora-7B.safetensors", "lab/Flora-7B"));
  CHECK(holds("model-explorations.safetensors", "lab/Model-7B"));
  CHECK(holds("LoRA-Land-7B.safetensors", "lab/LoRA-Land-7B"));
  CHECK(holds("MTP-7B.safetensors", "lab/MTP-7B"));
  CHECK(holds("original/model.safetensors", "lab/Model-7B"));
  CHECK_FALSE(holds("my-lora.safetensors", "lab/Model-7B"));
  CHECK_FALSE(holds("mtp.safetensors", "lab/Model-7B"));
  CHECK_FALSE(holds("adapter_model.safetensors", "lab/Model-7B"));
}

TEST_CASE("other containers are known by their files") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> known{
      {"openvino", {"openvino_model.xml", "openvino_model.bin", "openvino_tokenizer.bin"}},
      {"openvino", {"int4/model-7b.xml", "int4/model-7b.bin"}},
      {"ctranslate2", {"model.bin", "vocabulary.json", "config.json"}},
      {"ctranslate2", {"ct2/model.bin", "ct2/shared_vocabulary.txt"}},
      {"onnx", {"onnx/model_q4f16.onnx", "onnx/model_q4f16.onnx_data"}},
      {"coreml", {"M.mlpackage/Data/com.apple.CoreML/weights/weight.bin"}},
      {"coreml", {"M.mlmodelc/weights/weight.bin", "M.mlmodelc/coremldata.bin"}},
      {"litert", {"model_q8.task"}},
      {"litert", {"model.litertlm"}},
      {"mlc", {"params_shard_0.bin", "params_shard_12.bin", "ndarray-cache.json"}},
      {"executorch", {"model.pte"}},
      {"tensorrt-llm", {"rank0.engine", "config.json"}},
      {"tensorrt-llm", {"rank0.safetensors", "rank1.safetensors"}},
      {"rkllm", {"Model_W8A8_RK3588.rkllm"}},
      {"ggml", {"llama-2-7b.ggmlv3.q4_0.bin"}},
      {"ggml", {"ggml-model-q4_0.bin"}},
      {"", {"model.bin", "config.json"}},
      {"", {"pytorch_model.bin"}},
      {"", {"model.safetensors", "openvino_model.bin", "openvino_model.xml"}},
      {"", {"openvino_model.bin", "openvino_model.xml", "Model-Q4_K_M.gguf"}},
      {"", {"README.md"}},
      {"", {"rank_model.safetensors"}}};
  for (const auto& [container, names] : known) {
    CAPTURE(names.front());
    const std::vector<hub::File> files = files_called(names);
    CHECK(only_container(files) == container);
    if (!container.empty()) CHECK(weight_files(files, "lab/Model-7B").none());
  }
}
