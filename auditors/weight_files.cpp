#include "auditors/weight_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace assay {
namespace {

// llama.cpp's file types and the names that quantizers put into file names (ggml-org/ggml
// docs/gguf.md; huggingface.js packages/tasks/src/gguf.ts).
constexpr std::array<std::string_view, 71> kGgufTypes{
    "MXFP4_MOE", "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "IQ2_XXS", "IQ3_XXS", "Q2_K_XL", "Q3_K_XL",
    "Q4_K_XL", "Q5_K_XL", "Q6_K_XL", "Q8_K_XL", "IQ1_XS", "IQ2_XS", "IQ3_XS", "IQ4_XS", "IQ4_NL",
    "Q2_K_S", "Q2_K_M", "Q2_K_L", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q4_K_L",
    "Q5_K_S", "Q5_K_M", "Q5_K_L", "Q6_K_L", "Q6_K_M", "Q6_K_S", "IQ1_S", "IQ1_M", "IQ2_S", "IQ2_M",
    "IQ3_S", "IQ3_M", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "Q2_K", "Q3_K", "Q4_0",
    "Q4_1", "Q4_K", "Q5_0", "Q5_1", "Q5_K", "Q6_K", "Q8_0", "Q8_1", "Q8_K", "BF16", "F16", "F32",
    // ik_llama.cpp
    "IQ1_KT", "IQ2_K", "IQ2_KS", "IQ2_KT", "IQ3_K", "IQ3_KS", "IQ4_K", "IQ4_KS", "IQ4_KSS", "IQ5_K",
    "IQ5_KS", "IQ6_K"};

// Files smaller than this hold no model (imatrix, vocabularies, placeholders).
constexpr std::int64_t kSmallestModel = 1'000'000;

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// Separators around a type are anything but letters and digits ("model_Q4_K_M", "x.q8_0-imat").
bool alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Shard {
  std::string stem;  // name without the shard's number
  int number = 0;
  int total = 0;
};

// "<stem>-00002-of-00005" with 5 or 6 digits and '-' or '_' before the number.
std::optional<Shard> shard_of(std::string_view stem) {
  const std::size_t of = stem.rfind("-of-");
  if (of == std::string_view::npos) return std::nullopt;
  const std::string_view total = stem.substr(of + 4);
  const std::string_view before = stem.substr(0, of);
  const std::size_t cut = before.find_last_of("-_");
  const std::string_view number = cut == std::string_view::npos ? before : before.substr(cut + 1);
  if (!digits(total) || !digits(number) || total.size() > 6 || total.size() < 5 ||
      number.size() != total.size()) {
    return std::nullopt;
  }
  return Shard{.stem = std::string(cut == std::string_view::npos ? "" : before.substr(0, cut)),
               .number = std::stoi(std::string(number)),
               .total = std::stoi(std::string(total))};
}

class SetBuilder {
 public:
  void add(const hub::File& file, std::string_view extension) {
    const std::string_view stem =
        std::string_view(file.path).substr(0, file.path.size() - extension.size());
    const std::optional<Shard> shard = shard_of(stem);
    const std::string name =
        shard ? shard->stem + "*" + std::string(extension) + "/" + std::to_string(shard->total)
              : file.path;
    Part& part = parts_[name];
    part.set.files.push_back(file.path);
    if (file.size) {
      part.set.bytes += *file.size;
    } else {
      part.set.sizes_known = false;
    }
    if (shard) {
      part.numbers.insert(shard->number);
      part.total = shard->total;
      part.set.name = shard->stem + std::string(extension);
    } else {
      part.set.name = file.path;
    }
  }

  std::vector<WeightSet> take() {
    std::vector<WeightSet> sets;
    for (auto& [name, part] : parts_) {
      if (part.total > 0) part.set.complete = all_there(part);
      sets.push_back(std::move(part.set));
    }
    return sets;
  }

 private:
  struct Part {
    WeightSet set;
    std::set<int> numbers;
    int total = 0;
  };

  // Shards count from 1; some writers count from 0 (gpt-oss: 00000-of-00014 is 15 files).
  static bool all_there(const Part& part) {
    const int first = part.numbers.count(0) != 0 ? 0 : 1;
    const auto count = static_cast<std::size_t>(part.total + (first == 0 ? 1 : 0));
    const bool zero_based_exclusive = first == 0 &&
                                      part.numbers.size() == static_cast<std::size_t>(part.total) &&
                                      *part.numbers.rbegin() == part.total - 1;
    return zero_based_exclusive ||
           (part.numbers.size() == count && *part.numbers.rbegin() == part.total);
  }

  std::map<std::string, Part> parts_;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Whole words of a path, between anything but letters and digits.
bool has_word(std::string_view path, std::initializer_list<std::string_view> words) {
  const std::string text = lower(path);
  for (const std::string_view word : words) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool starts = at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
      const bool ends =
          end == text.size() || std::isalnum(static_cast<unsigned char>(text[end])) == 0;
      if (starts && ends) return true;
    }
  }
  return false;
}

// GGUF files that hold something other than the model.
bool gguf_sidecar(std::string_view path) {
  return has_word(path, {"mmproj", "imatrix", "lora", "vocab"});
}
// Files that by their name are draft heads; a model may carry such a name itself.
bool gguf_draft(std::string_view path) {
  return has_word(path, {"mtp", "eagle", "eagle3", "draft"});
}

// Names of weights in formats that hold other things as well (optimizer states, arguments).
bool names_weights(std::string_view path) {
  const std::string name = lower(base_name(path));
  return name.starts_with("pytorch_model") || name.starts_with("model") ||
         name.starts_with("weights") || name.starts_with("qmodel") ||
         name.starts_with("gptq_model");
}

// Doubles of the weights in other layouts, and parts that are no language model.
bool secondary_tensors(std::string_view path) {
  return path.starts_with("original/") || path.starts_with("onnx/") ||
         path.find(".fp16.") != std::string_view::npos ||
         base_name(path).starts_with("consolidated") || base_name(path).starts_with("adapter_") ||
         base_name(path).starts_with("mtp") ||
         base_name(path).find("lora") != std::string_view::npos;
}

}  // namespace

std::string gguf_type(std::string_view file_name) {
  const std::string name = upper(base_name(file_name));
  std::string_view best;
  std::size_t best_at = 0;
  for (const std::string_view type : kGgufTypes) {
    for (std::size_t at = name.find(type); at != std::string::npos; at = name.find(type, at + 1)) {
      const std::size_t end = at + type.size();
      if (at > 0 && alphanumeric(name[at - 1])) continue;
      if (end < name.size() && alphanumeric(name[end])) continue;
      // The last one in the name counts ("model-f16-Q4_K_M.gguf"); at one place the longest.
      if (best.empty() || at > best_at || (at == best_at && type.size() > best.size())) {
        best = type;
        best_at = at;
      }
    }
  }
  return std::string(best);
}

bool is_quantized_type(std::string_view type) {
  return !type.empty() && type != "F32" && type != "F16" && type != "BF16";
}

bool plausible_size(std::int64_t bytes, std::int64_t parameters) {
  const double share = static_cast<double>(bytes) / (2.0 * static_cast<double>(parameters));
  return share >= 0.08 && share <= 1.1;
}

bool is_full_size(std::int64_t bytes, std::int64_t parameters) {
  return static_cast<double>(bytes) >= 0.9 * 2.0 * static_cast<double>(parameters);
}

WeightFiles weight_files(const std::vector<hub::File>& files) {
  WeightFiles result;
  SetBuilder gguf;
  SetBuilder safetensors;
  SetBuilder others;
  bool adapter_config = false;
  for (const hub::File& file : files) {
    const std::string_view path = file.path;
    if (base_name(path) == "adapter_config.json" || base_name(path).starts_with("adapter_model")) {
      adapter_config = true;
    }
    if (path.ends_with(".gguf") || path.ends_with(".GGUF")) {
      const bool sidecar = gguf_sidecar(path);
      const bool draft = !sidecar && gguf_draft(path);
      result.gguf_sidecars = result.gguf_sidecars || sidecar;
      result.gguf_doubtful = result.gguf_doubtful || draft;
      if (!sidecar && !draft) gguf.add(file, ".gguf");
    } else if (path.ends_with(".safetensors")) {
      if (!secondary_tensors(path)) safetensors.add(file, ".safetensors");
    } else if (path.ends_with(".npz") || path.ends_with(".bin") || path.ends_with(".pt")) {
      if (!secondary_tensors(path) && names_weights(path)) {
        others.add(file, path.ends_with(".pt") ? ".pt" : path.ends_with(".bin") ? ".bin" : ".npz");
      }
    }
  }
  result.gguf = gguf.take();
  const auto too_small = [](const WeightSet& set) {
    return set.sizes_known && set.complete && set.bytes < kSmallestModel;
  };
  std::erase_if(result.gguf, too_small);
  for (WeightSet& set : result.gguf) set.quant_type = gguf_type(set.files.front());
  result.tensors = safetensors.take();
  std::erase_if(result.tensors, too_small);
  if (result.tensors.empty()) {
    result.tensors = others.take();
    std::erase_if(result.tensors, too_small);
  }
  result.adapter = adapter_config && result.gguf.empty() && result.tensors.empty();
  return result;
}

}  // namespace assay
