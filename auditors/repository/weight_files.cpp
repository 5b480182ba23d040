#include "auditors/repository/weight_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// ---- names of GGUF files ------------------------------------------------------------------------

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

// ---- sets of files ------------------------------------------------------------------------------

// Files smaller than this hold no model (imatrix, vocabularies, placeholders).
constexpr std::int64_t kSmallestModel = 1'000'000;

// A pointer to a large file has about 134 bytes.
constexpr std::int64_t kPointer = 200;

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

// "<name>.gguf.part2of5", a file cut into pieces.
std::optional<Shard> piece_of(std::string_view path) {
  constexpr std::string_view kMark = ".gguf.part";
  const std::size_t mark = path.rfind(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view rest = path.substr(mark + kMark.size());
  const std::size_t of = rest.find("of");
  if (of == std::string_view::npos) return std::nullopt;
  const std::string_view number = rest.substr(0, of);
  const std::string_view total = rest.substr(of + 2);
  if (!digits(number) || !digits(total) || number.size() > 3 || total.size() > 3) {
    return std::nullopt;
  }
  return Shard{.stem = std::string(path.substr(0, mark)),
               .number = std::stoi(std::string(number)),
               .total = std::stoi(std::string(total))};
}

// "<name>.gguf-split-b", a file cut into pieces whose names do not tell how many there are.
std::string_view lettered_stem(std::string_view path) {
  constexpr std::string_view kMark = ".gguf-split-";
  const std::size_t mark = path.rfind(kMark);
  if (mark == std::string_view::npos) return {};
  const std::string_view letter = path.substr(mark + kMark.size());
  const bool lettered =
      !letter.empty() && letter.size() <= 2 &&
      letter.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
  return lettered ? path.substr(0, mark) : std::string_view{};
}

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
    if (const std::string_view cut = lettered_stem(file.path); !cut.empty()) {
      Part& part = parts_[std::string(cut) + "*"];
      part.set.name = std::string(cut) + std::string(extension);
      part.set.pieces_counted = false;
      return add_to(part, file);
    }
    const std::optional<Shard> piece = piece_of(file.path);
    const std::string_view stem =
        std::string_view(file.path).substr(0, file.path.size() - extension.size());
    const std::optional<Shard> shard = piece ? piece : shard_of(stem);
    const std::string name =
        shard ? shard->stem + "*" + std::string(extension) + "/" + std::to_string(shard->total)
              : file.path;
    Part& part = parts_[name];
    add_to(part, file);
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

  static void add_to(Part& part, const hub::File& file) {
    part.set.files.push_back(file.path);
    if (file.size) {
      part.set.bytes += *file.size;
    } else {
      part.set.sizes_known = false;
    }
  }

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

// Names of weights in formats that hold other things as well (optimizer states, arguments).
bool names_weights(std::string_view path) {
  const std::string name = ascii::lower(base_name(path));
  return name.starts_with("pytorch_model") || name.starts_with("model") ||
         name.starts_with("weights") || name.starts_with("qmodel") ||
         name.starts_with("gptq_model");
}

// Copies of the weights in other layouts, and parts that are not the language model.
bool secondary_tensors(std::string_view path) {
  return path.starts_with("original/") || path.starts_with("onnx/") ||
         path.find(".fp16.") != std::string_view::npos || base_name(path).starts_with("adapter_") ||
         base_name(path).starts_with("mtp") ||
         base_name(path).find("lora") != std::string_view::npos;
}

// By the names alone: sizes that are wrong leave nothing out.
std::set<std::string, std::less<>> weight_names(std::vector<hub::File> files) {
  for (hub::File& file : files) file.size.reset();
  const WeightFiles weights = weight_files(files);
  std::set<std::string, std::less<>> names;
  for (const auto* sets : {&weights.gguf, &weights.gguf_drafts, &weights.tensors}) {
    for (const WeightSet& set : *sets) names.insert(set.files.begin(), set.files.end());
  }
  return names;
}

}  // namespace

std::string_view WeightSet::folder() const {
  const std::string_view path = files.empty() ? std::string_view(name) : files.front();
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

bool plausible_size(std::int64_t bytes, std::int64_t parameters, double bits) {
  const double share = static_cast<double>(bytes) / (2.0 * static_cast<double>(parameters));
  return share >= std::max(0.08, 0.5 * bits / 16) && share <= 1.1;
}

bool is_full_size(std::int64_t bytes, std::int64_t parameters) {
  return static_cast<double>(bytes) >= 0.9 * 2.0 * static_cast<double>(parameters);
}

WeightFiles weight_files(const std::vector<hub::File>& files) {
  WeightFiles result;
  SetBuilder gguf;
  SetBuilder drafts;
  SetBuilder safetensors;
  SetBuilder others;
  bool adapter_config = false;
  for (const hub::File& file : files) {
    const std::string_view path = file.path;
    if (base_name(path) == "adapter_config.json" || base_name(path).starts_with("adapter_model")) {
      adapter_config = true;
    }
    if (path.ends_with(".gguf") || path.ends_with(".GGUF") || piece_of(path) ||
        !lettered_stem(path).empty()) {
      switch (gguf_role(path)) {
        case GgufRole::model:
          gguf.add(file, ".gguf");
          break;
        case GgufRole::draft:
          drafts.add(file, ".gguf");
          break;
        case GgufRole::sidecar:
          result.gguf_sidecars = true;
          break;
      }
    } else if (path.ends_with(".safetensors")) {
      SetBuilder& builder = base_name(path).starts_with("consolidated") ? others : safetensors;
      if (!secondary_tensors(path)) builder.add(file, ".safetensors");
    } else if (path.ends_with(".npz") || path.ends_with(".bin") || path.ends_with(".pt")) {
      if (!secondary_tensors(path) && names_weights(path)) {
        others.add(file, path.ends_with(".pt") ? ".pt" : path.ends_with(".bin") ? ".bin" : ".npz");
      }
    }
  }
  result.gguf = gguf.take();
  result.gguf_drafts = drafts.take();
  const auto too_small = [](const WeightSet& set) {
    return set.sizes_known && set.complete && set.bytes < kSmallestModel;
  };
  for (std::vector<WeightSet>* sets : {&result.gguf, &result.gguf_drafts}) {
    std::erase_if(*sets, too_small);
    for (WeightSet& set : *sets) set.quant_type = gguf_type(set.files.front());
  }
  result.tensors = safetensors.take();
  std::erase_if(result.tensors, too_small);
  if (result.tensors.empty()) {
    result.tensors = others.take();
    std::erase_if(result.tensors, too_small);
  }
  result.adapter = adapter_config && result.none();
  return result;
}

std::string doubt_of_files(const std::vector<hub::File>& files,
                           const std::vector<hub::File>& listed) {
  for (const std::string& name : weight_names(listed)) {
    const bool there = std::any_of(files.begin(), files.end(),
                                   [&](const hub::File& file) { return file.path == name; });
    if (!there) return fmt::format("it lacks {}, which the listing names", name);
  }
  const auto weights = weight_names(files);
  for (const hub::File& file : files) {
    if (file.size && *file.size < kPointer && weights.contains(file.path)) {
      return fmt::format("it gives {} a size of {} bytes", file.path, *file.size);
    }
  }
  return {};
}

bool has_word(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string all = ascii::upper(text);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const std::string wanted = ascii::upper(word);
    for (std::size_t at = all.find(wanted); at != std::string::npos;
         at = all.find(wanted, at + 1)) {
      const std::size_t end = at + wanted.size();
      const bool starts = at == 0 || !ascii::is_alphanumeric(all[at - 1]);
      if (starts && (end == all.size() || !ascii::is_alphanumeric(all[end]))) return true;
    }
    return false;
  });
}

GgufRole gguf_role(std::string_view path) {
  if (has_word(path, {"mmproj", "lora", "vocab", "projector", "adapter"})) return GgufRole::sidecar;
  // Calibration data; but some say by the word that a model was quantized with such data.
  if (has_word(path, {"imatrix"})) {
    return is_quantized_type(gguf_type(path)) ? GgufRole::draft : GgufRole::sidecar;
  }
  const bool draft = has_word(
      path, {"mtp", "nextn", "eagle", "eagle2", "eagle3", "medusa", "draft", "drafter", "dflash"});
  return draft ? GgufRole::draft : GgufRole::model;
}

std::string gguf_type(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) {
    name = name.substr(0, dot);
  }
  std::string type = type_in(name);
  if (type.empty() && slash != std::string_view::npos) type = type_in(path.substr(0, slash));
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
