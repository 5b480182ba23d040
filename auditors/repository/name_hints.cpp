#include "auditors/repository/name_hints.h"

#include <algorithm>
#include <array>
#include <utility>

#include "auditors/repository/own_words.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using hub::Repository;

// Whether the hint stands in `words` from `i` on.
bool stands_at(std::string_view hint, const std::vector<std::string>& words, std::size_t i) {
  if (hint.starts_with('*')) return words[i].ends_with(hint.substr(1));
  const std::size_t space = hint.find(' ');
  if (space == std::string_view::npos) return words[i] == hint;
  return words[i] == hint.substr(0, space) && i + 1 < words.size() &&
         words[i + 1] == hint.substr(space + 1);
}

bool speaks_of(const std::vector<std::string>& words, const QuantizationFamily& family) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string& hint : family.name_hints) {
      if (stands_at(hint, words, i)) return true;
    }
  }
  return false;
}

// The id without the name of the model that it is of; the model's own is what it says of itself.
std::string said_name(const Repository& row, std::string_view base) {
  return row.id == base ? row.id : OwnWords(base).left_out_of(row.id);
}

// What a repository says of itself, in words.
struct RowWords {
  RowWords(const Repository& row, std::string_view base)
      : id(fine_name_words(said_name(row, base))), library(name_words(row.library)) {
    for (const std::string& tag : row.tags) {
      if (!tag.starts_with("base_model:")) tags.push_back(name_words(tag));
    }
  }

  std::vector<std::string> id;
  std::vector<std::string> library;
  std::vector<std::vector<std::string>> tags;
};

int strength_of(const RowWords& words, const Repository& row, const QuantizationFamily& family) {
  if (speaks_of(words.id, family)) return 2;
  const bool said = speaks_of(words.library, family) ||
                    std::any_of(words.tags.begin(), words.tags.end(),
                                [&](const auto& tag) { return speaks_of(tag, family); });
  const auto is_own = [&](const hub::File& file) {
    return std::find(family.files.begin(), family.files.end(), file.path) != family.files.end();
  };
  return said || std::any_of(row.files.begin(), row.files.end(), is_own) ? 1 : 0;
}

// "q4", "oq4e", "w4", "q8": a letter of quantization and the bits, in marks of several makers.
bool is_short_width(std::string_view word) {
  if (word.starts_with('o') || word.starts_with('i')) word.remove_prefix(1);
  if (word.size() == 3 && ascii::is_lower(word.back())) {
    word.remove_suffix(1);
  }
  return word.size() == 2 && (word.front() == 'q' || word.front() == 'w') && word.back() >= '2' &&
         word.back() <= '8';
}

bool is_count(std::string_view text) {
  return !text.empty() && text.size() <= 3 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "4bits": a number and the unit.
bool is_count_of(std::string_view word, std::string_view unit) {
  return word.ends_with(unit) && is_count(word.substr(0, word.size() - unit.size()));
}

// "q4", "iq2", "tq1", "dq3", "oq4e".
bool begins_type(std::string_view word) {
  const std::size_t q = word.find('q');
  if (q > 1 || (q == 1 && std::string_view("ditou").find(word.front()) == std::string_view::npos))
    return false;
  word.remove_prefix(q + 1);
  return !word.empty() && word.size() <= 2 && ascii::is_digit(word.front()) &&
         (word.size() == 1 || ascii::is_lower(word.back()));
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

std::vector<std::string> name_words(std::string_view text) {
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

std::vector<std::string> fine_name_words(std::string_view text) {
  std::vector<std::string> words = name_words(text);
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

std::string_view repository_name(std::string_view repository) {
  const std::size_t slash = repository.rfind('/');
  return slash == std::string_view::npos ? repository : repository.substr(slash + 1);
}

std::size_t family_index(const QuantizationFamilies& families, std::string_view family) {
  const auto found = std::find_if(families.begin(), families.end(),
                                  [&](const QuantizationFamily& one) { return one.id == family; });
  return static_cast<std::size_t>(found - families.begin());
}

std::vector<int> hint_strengths(const Repository& row, const QuantizationFamilies& families,
                                std::string_view base) {
  const RowWords words(row, base);
  std::vector<int> strengths;
  for (const QuantizationFamily& family : families) {
    strengths.push_back(strength_of(words, row, family));
  }
  return strengths;
}

int hint_strength(const Repository& row, const QuantizationFamilies& families,
                  std::string_view family, std::string_view base) {
  const std::size_t index = family_index(families, family);
  return index == families.size() ? 0 : strength_of(RowWords(row, base), row, families[index]);
}

bool names_quantization(std::string_view text) {
  return speaks_of_quantization(fine_name_words(text));
}

bool hints_at_quantization(const Repository& row, std::string_view base) {
  const std::string id = said_name(row, base);
  return speaks_of_quantization(fine_name_words(repository_name(id))) ||
         std::any_of(row.tags.begin(), row.tags.end(), [](const std::string& tag) {
           return !tag.starts_with("base_model:") && speaks_of_quantization(name_words(tag));
         });
}

bool is_type_ending(std::string_view before, std::string_view word) {
  constexpr std::array<std::string_view, 14> kEndings{"0", "1",   "k",  "kl", "ks", "kt", "l",
                                                      "m", "moe", "nl", "s",  "xl", "xs", "xxs"};
  const bool ending = std::find(kEndings.begin(), kEndings.end(), word) != kEndings.end();
  return ending && (begins_type(before) || before == "mxfp4" || before == "k" || before == "0");
}

bool is_quantization_word(std::string_view word, const QuantizationFamilies& families) {
  const std::vector<std::string> one{std::string(word)};
  if (speaks_of_quantization(one)) return true;
  if (std::any_of(families.begin(), families.end(),
                  [&](const QuantizationFamily& family) { return speaks_of(one, family); })) {
    return true;
  }
  // What quantizers put into names besides: of numbers and packing (bf16, ct, hb6), of ways to find
  // the weights (imatrix, ptq, qat), marks of their own (optiq, unsloth, i1); taken from the names
  // of some 3,800 real repositories.
  constexpr std::array<std::string_view, 60> kMarks{
      "aligned",     "arm",         "asym",          "autogptq", "bf16",
      "bit",         "bits",        "block",         "cache",    "calibrated",
      "channel",     "copy",        "cpp",           "ct",       "dwq",
      "dynamic",     "e4m3",        "e5m2",          "f16",      "f32",
      "float16",     "fp16",        "fp32",          "fp4",      "gemm",
      "gemv",        "ggml",        "gptqmodel",     "gs",       "hf",
      "i1",          "imat",        "imatrix",       "int4mix",  "int8mix",
      "kv",          "lm",          "llmcompressor", "marlin",   "mixed",
      "mtp",         "mxfp6",       "mxfp8",         "only",     "optiq",
      "per",         "ptq",         "qad",           "qat",      "quantization",
      "safetensors", "smoothquant", "static",        "sym",      "tensor",
      "torch",       "ud",          "unsloth",       "weight",   "weights"};
  if (std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end()) return true;
  if (begins_type(word) || is_count_of(word, "bit") || is_count_of(word, "bits")) return true;
  // Widths and group sizes on their own: "4", "128g", "g64", "w4a16", "q4", "hb6".
  for (const std::string_view head : {"hb", "h"}) {  // bits of ExLlama's last layer
    if (word.starts_with(head) && is_count(word.substr(head.size()))) return true;
  }
  // "4b" may be bits, "80b" is a size.
  if (word.ends_with('b') && is_count(word.substr(0, word.size() - 1)) && word.size() > 2)
    return false;
  if (std::any_of(families.begin(), families.end(), [&](const QuantizationFamily& family) {
        return std::find(family.presets.begin(), family.presets.end(), word) !=
               family.presets.end();
      })) {
    return true;
  }
  const bool figures = word.find_first_of("0123456789") != std::string_view::npos;
  return figures && word.find_first_not_of("0123456789.agqwbitx_") == std::string_view::npos &&
         word.size() <= 6;
}

}  // namespace assay
