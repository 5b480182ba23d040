#include "auditors/name_hints.h"

#include <algorithm>
#include <cctype>
#include <utility>

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

// Words that mark changed weights: a quantization of these is none of the original.
constexpr std::array<std::string_view, 12> kChanged{"dpo",       "finetune", "finetuned", "ft",
                                                    "lora",      "merge",    "merged",    "distill",
                                                    "distilled", "roleplay", "rp",        "sft"};
// The same, wherever they stand in a word ("abliteratedv3", "lorablated").
constexpr std::array<std::string_view, 7> kChangedParts{
    "ablated", "abliterat", "badllama", "derestrict", "heretic", "jailbreak", "uncensored"};

// Lower-case words: letters, digits and dots between separators.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.') {
      word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The words and, of words with dots ("model.awq"), their parts.
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

bool speaks_of_quantization(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "quantized" || word == "quant" || word == "quants" || word == "int4" ||
        word == "int8") {
      return true;
    }
    const bool bits = word.size() >= 4 && word.ends_with("bit") &&
                      std::isdigit(static_cast<unsigned char>(word.front())) != 0;
    const bool split_bits = word == "bit" && i > 0 && (words[i - 1] == "4" || words[i - 1] == "8");
    if (bits || split_bits) return true;
  }
  return false;
}

// "3b", "8x7b", "0.5b": the size that a name states.
bool is_size_word(std::string_view word) {
  if (word.size() < 2 || (word.back() != 'b' && word.back() != 'm')) return false;
  word.remove_suffix(1);
  return std::isdigit(static_cast<unsigned char>(word.front())) != 0 &&
         word.find_first_not_of("0123456789.x") == std::string_view::npos;
}

}  // namespace

std::string_view name_of(std::string_view repository) {
  const std::size_t slash = repository.rfind('/');
  return slash == std::string_view::npos ? repository : repository.substr(slash + 1);
}

int hint_strength(const Repository& row, std::string_view family) {
  if (speaks_of(fine_words_of(row.id), family)) return 2;
  for (const std::string& tag : row.tags) {
    if (!tag.starts_with("base_model:") && speaks_of(words_of(tag), family)) return 1;
  }
  return speaks_of(words_of(row.library), family) ? 1 : 0;
}

bool hints_at_quantization(const Repository& row) {
  return speaks_of_quantization(fine_words_of(name_of(row.id))) ||
         std::any_of(row.tags.begin(), row.tags.end(), [](const std::string& tag) {
           return !tag.starts_with("base_model:") && speaks_of_quantization(words_of(tag));
         });
}

std::optional<std::string> changed_weights_word(const Repository& row, const Repository& base) {
  const std::vector<std::string> own = fine_words_of(base.id);
  const auto part_in = [&](const std::string& word) {
    return std::any_of(kChangedParts.begin(), kChangedParts.end(), [&](std::string_view part) {
      return word.find(part) != std::string::npos && !has(own, word);
    });
  };
  for (std::string& word : fine_words_of(name_of(row.id))) {
    const bool marks = std::find(kChanged.begin(), kChanged.end(), word) != kChanged.end();
    if ((marks && !has(own, word)) || part_in(word)) return std::move(word);
  }
  for (const std::string& tag : row.tags) {
    if (tag.starts_with("base_model:")) continue;
    for (std::string& word : words_of(tag)) {
      if (part_in(word)) return std::move(word);
    }
  }
  return std::nullopt;
}

std::optional<std::string> other_size_word(const Repository& row, const Repository& base) {
  std::vector<std::string> own = words_of(name_of(base.id));
  std::erase_if(own, [](const std::string& word) { return !is_size_word(word); });
  if (own.empty()) return std::nullopt;
  for (std::string& word : words_of(name_of(row.id))) {
    if (is_size_word(word) && !has(own, word)) return std::move(word);
  }
  return std::nullopt;
}

}  // namespace assay
