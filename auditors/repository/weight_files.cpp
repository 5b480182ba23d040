#include "auditors/repository/weight_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "auditors/repository/containers.h"
#include "auditors/repository/gguf_names.h"
#include "auditors/repository/own_words.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

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

// A file that was cut into pieces after it was written.
struct Piece {
  std::string_view whole;  // "x.gguf"
  int number = 0;
  int total = 0;  // 0 where the name does not tell how many there are
};

bool letters(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

std::string_view without_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) ? text.substr(word.size()) : text;
}

// What follows the ending of a whole file: ".part2of5", ".part-aa", "-split-b", ".00", ".001",
// ".split-00002-of-00005". Without such a word letters count as `split` writes them ("aa", "ab",
// "aaa"), so that "x.gguf.md" is a text.
std::optional<Piece> piece_after(std::string_view whole, std::string_view ending) {
  if (ending.empty() || (ending[0] != '.' && ending[0] != '-' && ending[0] != '_'))
    return std::nullopt;
  const std::string text = ascii::lower(ending.substr(1));
  std::string_view rest = text;
  for (const std::string_view word : {"part", "split", "chunk", "shard"}) {
    rest = without_word(rest, word);
  }
  const bool marked = rest.size() < text.size();
  if (marked && !rest.empty() && (rest[0] == '-' || rest[0] == '_' || rest[0] == '.'))
    rest.remove_prefix(1);
  std::string_view number = rest;
  std::string_view total;
  if (const std::size_t of = rest.find("of"); of != std::string_view::npos) {
    number = rest.substr(0, of);
    total = rest.substr(of + 2);
    if (number.ends_with('-') || number.ends_with('_')) number.remove_suffix(1);
    if (total.starts_with('-') || total.starts_with('_')) total.remove_prefix(1);
    if (!digits(number) || !digits(total) || number.size() > 5 || total.size() > 5)
      return std::nullopt;
    return Piece{whole, std::stoi(std::string(number)), std::stoi(std::string(total))};
  }
  const bool numbered = digits(number) && number.size() <= 5;
  const bool lettered =
      letters(number) && number.size() <= 3 &&
      (marked || std::all_of(number.begin(), number.end() - 1, [](char c) { return c == 'a'; }));
  if (!numbered && !lettered) return std::nullopt;
  return Piece{whole};
}

std::optional<Piece> piece_of(std::string_view path) {
  const std::string text = ascii::lower(path);
  for (const std::string_view extension : {".gguf", ".safetensors"}) {
    const std::size_t at = text.rfind(extension);
    if (at == std::string::npos || text.find('/', at) != std::string::npos) continue;
    const std::size_t end = at + extension.size();
    if (auto piece = piece_after(path.substr(0, end), path.substr(end))) return piece;
  }
  return std::nullopt;
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
    const std::optional<Piece> piece = piece_of(file.path);
    if (piece && piece->total == 0) {
      Part& part = parts_[std::string(piece->whole) + "*"];
      part.set.name = piece->whole;
      part.set.pieces_counted = false;
      return add_to(part, file);
    }
    const std::string_view path = file.path;
    const std::string_view stem =
        path.substr(0, (piece ? piece->whole.size() : path.size()) - extension.size());
    const std::optional<Shard> shard =
        piece ? Shard{std::string(stem), piece->number, piece->total} : shard_of(stem);
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
    const std::size_t count = static_cast<std::size_t>(part.total) + (first == 0 ? 1 : 0);
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

// Copies of the weights in other layouts: they count where there are no others.
bool other_layout(std::string_view path) {
  return path.starts_with("original/") || path.find(".fp16.") != std::string_view::npos ||
         base_name(path).starts_with("consolidated");
}

// Parts that are not the language model.
bool side_tensors(std::string_view path, const OwnWords& own) {
  const std::string_view name = base_name(path);
  if (path.starts_with("onnx/") || name.starts_with("adapter_")) return true;
  const std::string_view first = name.substr(0, name.find_first_of("-_."));
  return own.speaks_of(name, {"lora"}) || own.speaks_of(first, {"mtp"});
}

// By the names alone: sizes that are wrong leave nothing out.
std::set<std::string, std::less<>> weight_names(std::vector<hub::File> files,
                                                std::string_view base) {
  for (hub::File& file : files) file.size.reset();
  const WeightFiles weights = weight_files(files, base);
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

WeightFiles weight_files(const std::vector<hub::File>& files, std::string_view base) {
  WeightFiles result;
  SetBuilder gguf;
  SetBuilder drafts;
  SetBuilder safetensors;
  SetBuilder others;
  const OwnWords own(base);
  bool adapter_config = false;
  for (const hub::File& file : files) {
    if (!container_of(file, files).empty()) continue;
    const std::string_view path = file.path;
    const std::optional<Piece> piece = piece_of(path);
    const std::string whole = ascii::lower(piece ? piece->whole : path);
    if (base_name(path) == "adapter_config.json" || base_name(path).starts_with("adapter_model")) {
      adapter_config = true;
    }
    if (whole.ends_with(".gguf")) {
      switch (gguf_role(path, base)) {
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
    } else if (whole.ends_with(".safetensors")) {
      SetBuilder& builder = other_layout(path) ? others : safetensors;
      if (!side_tensors(path, own)) builder.add(file, ".safetensors");
    } else if (path.ends_with(".npz") || path.ends_with(".bin") || path.ends_with(".pt")) {
      if (!side_tensors(path, own) && !path.starts_with("original/") && names_weights(path)) {
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
    for (WeightSet& set : *sets) set.quant_type = gguf_type(set.name, base);
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
                           const std::vector<hub::File>& listed, std::string_view base) {
  for (const std::string& name : weight_names(listed, base)) {
    const bool there = std::any_of(files.begin(), files.end(),
                                   [&](const hub::File& file) { return file.path == name; });
    if (!there) return fmt::format("it lacks {}, which the listing names", name);
  }
  const auto weights = weight_names(files, base);
  for (const hub::File& file : files) {
    if (file.size && *file.size < kPointer && weights.contains(file.path)) {
      return fmt::format("it gives {} a size of {} bytes", file.path, *file.size);
    }
  }
  return {};
}

}  // namespace assay
