#include "auditors/repository/name_hints.h"

#include <algorithm>
#include <utility>

#include "validator/ascii.h"

namespace assay {
namespace {

using hub::Repository;

struct Hint {
  std::string_view word;
  std::string_view family;
};

constexpr std::array<Hint, 30> kHints{{
    {"gguf", "gguf"},
    {"awq", "awq"},
    {"gptq", "gptq"},
    {"exl2", "exl2"},
    {"exllama", "exl2"},
    {"exllamav2", "exl2"},
    {"exl3", "exl3"},
    {"exllamav3", "exl3"},
    {"mlx", "mlx"},
    {"fp8", "fp8"},
    {"f8", "fp8"},
    {"modelopt", "fp8"},
    {"bnb", "bnb"},
    {"bitsandbytes", "bnb"},
    {"nf4", "bnb"},
    {"nvfp4", "nvfp4"},
    {"fp4", "nvfp4"},
    {"modelopt", "nvfp4"},
    {"mxfp4", "mxfp4"},
    {"int4", "int4"},
    {"w4a16", "int4"},
    {"int8", "int8"},
    {"w8a8", "int8"},
    {"w8a16", "int8"},
    {"autoround", "autoround"},
    {"hqq", "hqq"},
    {"aqlm", "aqlm"},
    {"torchao", "torchao"},
    {"ao", "torchao"},
    {"quanto", "quanto"},
}};

// The tag compressed-tensors stands for any of these.
constexpr std::array<std::string_view, 5> kCompressedTensors{"fp8", "int4", "int8", "nvfp4",
                                                             "mxfp4"};

bool speaks_of(const std::vector<std::string>& words, std::string_view family) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string_view next = i + 1 < words.size() ? std::string_view(words[i + 1]) : "";
    if (family == "autoround" && word == "auto" && next == "round") return true;
    // Bits per weight in a name are ExLlama's custom.
    if ((family == "exl2" || family == "exl3") && word.ends_with("bpw")) return true;
    if (word == "compressed" && next == "tensors" &&
        std::find(kCompressedTensors.begin(), kCompressedTensors.end(), family) !=
            kCompressedTensors.end()) {
      return true;
    }
    for (const Hint& hint : kHints) {
      if (hint.family == family && hint.word == word) return true;
    }
  }
  return false;
}

// "q4", "oq4e", "w4", "q8": a letter of quantization and the bits, in marks of several makers.
bool is_short_width(std::string_view word) {
  if (word.starts_with('o') || word.starts_with('i')) word.remove_prefix(1);
  if (word.size() == 3 && std::islower(static_cast<unsigned char>(word.back())) != 0) {
    word.remove_suffix(1);
  }
  return word.size() == 2 && (word.front() == 'q' || word.front() == 'w') && word.back() >= '2' &&
         word.back() <= '8';
}

bool speaks_of_quantization(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "quantized" || word == "quant" || word == "quants" || word == "int4" ||
        word == "int8") {
      return true;
    }
    const bool bits = word.size() >= 4 && word.ends_with("bit") && ascii::is_digit(word.front());
    const bool split_bits = word == "bit" && i > 0 && (words[i - 1] == "4" || words[i - 1] == "8");
    if (bits || split_bits || is_short_width(word)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (ascii::is_alphanumeric(c) || c == '.') {
      word.push_back(ascii::to_lower(c));
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> fine_words_of(std::string_view text) {
  std::vector<std::string> words = words_of(text);
  const std::size_t count = words.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::string_view rest = words[i];
    if (rest.find('.') == std::string_view::npos) continue;
    std::vector<std::string> parts;
    while (!rest.empty()) {
      const std::size_t dot = rest.find('.');
      parts.emplace_back(rest.substr(0, dot));
      rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    words.insert(words.end(), parts.begin(), parts.end());
  }
  return words;
}

std::string_view name_of(std::string_view repository) {
  const std::size_t slash = repository.rfind('/');
  return slash == std::string_view::npos ? repository : repository.substr(slash + 1);
}

std::size_t family_index(std::string_view family) {
  return static_cast<std::size_t>(std::find(kFamilies.begin(), kFamilies.end(), family) -
                                  kFamilies.begin());
}

std::array<int, kFamilies.size()> hint_strengths(const Repository& row) {
  std::array<int, kFamilies.size()> strengths{};
  const auto raise = [&](const std::vector<std::string>& words, int strength) {
    for (std::size_t i = 0; i < kFamilies.size(); ++i) {
      if (strengths[i] < strength && speaks_of(words, kFamilies[i])) strengths[i] = strength;
    }
  };
  raise(fine_words_of(row.id), 2);
  for (const std::string& tag : row.tags) {
    if (!tag.starts_with("base_model:")) raise(words_of(tag), 1);
  }
  raise(words_of(row.library), 1);
  // ExLlama's measurement stays on the main branch where the weights are on others.
  const bool measured = std::any_of(row.files.begin(), row.files.end(), [](const hub::File& file) {
    return file.path == "measurement.json";
  });
  if (measured) raise({"exl2"}, 1);
  return strengths;
}

int hint_strength(const Repository& row, std::string_view family) {
  const std::size_t index = family_index(family);
  return index == kFamilies.size() ? 0 : hint_strengths(row)[index];
}

bool hints_at_quantization(const Repository& row) {
  return speaks_of_quantization(fine_words_of(name_of(row.id))) ||
         std::any_of(row.tags.begin(), row.tags.end(), [](const std::string& tag) {
           return !tag.starts_with("base_model:") && speaks_of_quantization(words_of(tag));
         });
}

bool is_quantization_word(std::string_view word) {
  const std::vector<std::string> one{std::string(word)};
  if (speaks_of_quantization(one)) return true;
  if (std::any_of(kFamilies.begin(), kFamilies.end(),
                  [&](std::string_view family) { return speaks_of(one, family); })) {
    return true;
  }
  // Widths and group sizes on their own: "4", "128g", "g64", "w4a16", "q4".
  constexpr std::array<std::string_view, 5> kMarks{"bit", "bits", "dwq", "gs", "mixed"};
  if (std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end()) return true;
  const bool figures = word.find_first_of("0123456789") != std::string_view::npos;
  return figures && word.find_first_not_of("0123456789.agqwbitx_") == std::string_view::npos &&
         word.size() <= 6;
}

}  // namespace assay
