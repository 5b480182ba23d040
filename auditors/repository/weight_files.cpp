#include "auditors/repository/weight_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "auditors/repository/gguf_names.h"
#include "validator/ascii.h"

namespace assay {
namespace {

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

// Doubles of the weights in other layouts, and parts that are no language model.
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

}  // namespace assay
