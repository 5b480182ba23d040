#include "auditors/repository/model_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "auditors/repository/name_hints.h"
#include "auditors/repository/own_words.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using hub::Repository;
using Words = std::vector<std::string>;

// Words that mark changed weights: a quantization of these is none of the original.
constexpr std::array<std::string_view, 33> kChanged{
    "abl",      "adapter",   "dare",      "distill",    "distilled", "dpo",      "erp",
    "finetune", "finetuned", "finetunes", "finetuning", "franken",   "ft",       "grpo",
    "kto",      "lora",      "merge",     "merged",     "nsfw",      "orpo",     "peft",
    "ppo",      "prune",     "pruned",    "qlora",      "rlhf",      "roleplay", "rp",
    "sft",      "slerp",     "ties",      "tuned",      "unaligned"};
// The same, wherever they stand in a word ("abliteratedv3", "lorablated").
constexpr std::array<std::string_view, 14> kChangedParts{
    "ablat",   "ablit",  "badllama", "bliterat", "decensor",   "derestrict", "frankenm",
    "heretic", "jailbr", "mergekit", "reap",     "uncensored", "unfiltered", "heresy"};

// Variants of one line of models. A row may not have one that the base lacks.
constexpr std::array<std::string_view, 20> kVariants{
    "audio",    "chat",     "coder", "embedding", "guard",    "instruct", "it",
    "math",     "maverick", "omni",  "reasoning", "reranker", "reward",   "scout",
    "thinking", "vision",   "vl",    "prover",    "asr",      "tts"};
// Sizes told by a word. A base that has one is not a row that has another.
constexpr std::array<std::string_view, 12> kLines{"flash",  "large", "lite",  "max",
                                                  "medium", "micro", "mini",  "nano",
                                                  "plus",   "pro",   "small", "tiny"};

template <class List>
bool has(const List& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos &&
         ascii::is_digit(word.front());
}

// "3b", "8x7b", "0.5b"; experts "16e"; active parameters "a3b". The letter tells the kind.
char size_kind(std::string_view word) {
  const bool active = word.size() > 2 && word.front() == 'a';
  if (active) word.remove_prefix(1);
  if (word.size() < 2) return 0;
  const char unit = word.back();
  word.remove_suffix(1);
  const bool number = ascii::is_digit(word.front()) &&
                      word.find_first_not_of("0123456789.x") == std::string_view::npos;
  if (!number) return 0;
  if (active) return unit == 'b' ? 'a' : '\0';
  if (unit == 'b' || unit == 'm') return 'b';
  return unit == 'e' ? 'e' : '\0';
}

std::optional<std::string> other_size(const Words& row, const Words& base) {
  for (const std::string& word : row) {
    const char kind = size_kind(word);
    if (kind == 0 || has(base, word)) continue;
    const bool stated = std::any_of(base.begin(), base.end(),
                                    [&](const std::string& own) { return size_kind(own) == kind; });
    if (stated) return word;
  }
  return std::nullopt;
}

// A line of models and its version: "llama" "3.1" of "Llama-3.1" and "llama3.1" alike.
struct Version {
  std::string line;
  std::string number;
  friend bool operator==(const Version&, const Version&) = default;
};

std::vector<Version> versions_in(const Words& words) {
  std::vector<Version> all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t digit = words[i].find_first_of("0123456789");
    if (digit == 0) continue;
    if (digit != std::string::npos) {
      if (is_number(std::string_view(words[i]).substr(digit))) {
        all.push_back({words[i].substr(0, digit), words[i].substr(digit)});
      }
      continue;
    }
    if (i + 1 >= words.size() || !is_number(words[i + 1])) continue;
    all.push_back({words[i], words[i + 1]});
    // "3-2" is 3.2.
    if (i + 2 < words.size() && is_number(words[i + 2]) && words[i + 2].size() == 1) {
      all.push_back({words[i], words[i + 1] + "." + words[i + 2]});
    }
  }
  return all;
}

// "internlm2_5-7b" is "internlm2.5-7b": an underscore before one digit that ends its word. What a
// quantization type keeps in this way ("Q4_0") is not a version of a line that a base has.
std::string with_dotted_versions(std::string_view name) {
  std::string text(name);
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const bool ends = i + 2 == text.size() || !ascii::is_alphanumeric(text[i + 2]);
    if (text[i] == '_' && ascii::is_digit(text[i - 1]) && ascii::is_digit(text[i + 1]) && ends)
      text[i] = '.';
  }
  return text;
}

// Without the base's organization at the front, which quantizers write in words of their own
// ("fish-audio-s2-pro" of fishaudio/s2-pro).
Words without_organization(Words name, std::string_view base_id) {
  std::string organization;
  for (const std::string& word : name_words(base_id.substr(0, base_id.find('/')))) {
    organization += word;
  }
  std::string front;
  for (std::size_t i = 0; i < name.size() && front.size() < organization.size(); ++i) {
    front += name[i];
    if (front != organization) continue;
    name.erase(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    break;
  }
  return name;
}

// "2507", "0324": the month or day of a release.
bool is_release(std::string_view word) {
  if (word.size() != 4 || !is_number(word) || word.find('.') != std::string_view::npos)
    return false;
  const int first = (word[0] - '0') * 10 + (word[1] - '0');
  const int second = (word[2] - '0') * 10 + (word[3] - '0');
  const bool month_day = first >= 1 && first <= 12 && second >= 1 && second <= 31;
  const bool year_month = first >= 23 && first <= 30 && second >= 1 && second <= 12;
  return month_day || year_month;
}

std::optional<std::string> other_version(const Words& row, const Words& base) {
  const std::vector<Version> theirs = versions_in(row);
  for (const Version& own : versions_in(base)) {
    const auto same_line = [&](const Version& other) { return other.line == own.line; };
    const auto found = std::find_if(theirs.begin(), theirs.end(), same_line);
    if (found == theirs.end()) continue;
    if (std::find(theirs.begin(), theirs.end(), own) == theirs.end()) {
      return found->line + " " + found->number;
    }
  }
  for (const std::string& word : row) {
    if (is_release(word) && !has(base, word)) return word;
  }
  return std::nullopt;
}

std::optional<std::string> other_variant(const Words& row, const Words& base) {
  for (const std::string& word : row) {
    if (has(kVariants, word) && !has(base, word)) return word;
    if (word == "base" && (has(base, "instruct") || has(base, "chat") || has(base, "it"))) {
      return word;
    }
  }
  const auto line_of = [](const Words& words) {
    return std::find_if(words.begin(), words.end(),
                        [](const std::string& word) { return has(kLines, word); });
  };
  const auto own = line_of(base);
  const auto theirs = line_of(row);
  if (own != base.end() && theirs != row.end() && !has(row, *own)) return *theirs;
  return std::nullopt;
}

bool marks_change(const std::string& word) {
  return has(kChanged, word) ||
         std::any_of(kChangedParts.begin(), kChangedParts.end(),
                     [&](std::string_view part) { return word.find(part) != std::string::npos; });
}

// "fine-tuned", "Fine_Tuning" and "fine.tune" as the one word that they are.
Words with_whole_words(Words words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "fine" || !words[i + 1].starts_with("tun")) continue;
    words[i] += words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  return words;
}

// A word with dots ("abliterated.q4") is judged by its parts, which fine words hold as well.
std::optional<std::string> changed_word(const Words& words, const Words& own) {
  const Words allowed = with_whole_words(own);
  for (const std::string& word : with_whole_words(words)) {
    if (word.find('.') != std::string::npos) continue;
    if (marks_change(word) && !has(allowed, word)) return word;
  }
  return std::nullopt;
}

// Last words of a base's name that only say in which numbers or for which library it is packed.
constexpr std::array<std::string_view, 21> kPackaging{
    "bf16",    "bfloat16", "f16", "f32",   "fp16",        "fp32",        "float16",
    "float32", "fp4",      "fp8", "int4",  "int8",        "q4_0",        "q8_0",
    "mxfp4",   "nvfp4",    "hf",  "torch", "safetensors", "unquantized", "transformers"};

// The length of such a word at the end, with its separator; 0 where there is none, or where what
// is left would be too short to be a name.
std::size_t packaging_suffix(std::string_view name) {
  constexpr std::size_t kShortest = 4;
  const std::string text = ascii::lower(name);
  for (const std::string_view word : kPackaging) {
    if (!text.ends_with(word) || text.size() < word.size() + 1 + kShortest) continue;
    const char before = text[text.size() - word.size() - 1];
    if (before == '-' || before == '_' || before == '.') return word.size() + 1;
  }
  return 0;
}

// Tags that mark changed weights; cards hold many words that mean nothing ("text-generation").
std::optional<std::string> changed_tag(const Repository& row, const Repository& base,
                                       const Words& own) {
  for (const std::string& tag : row.tags) {
    if (tag.starts_with("base_model:") || has(base.tags, tag)) continue;
    const Words words = name_words(tag);
    const bool whole = words.size() == 1 && marks_change(words.front());
    for (const std::string& word : words) {
      const bool part =
          std::any_of(kChangedParts.begin(), kChangedParts.end(),
                      [&](std::string_view mark) { return word.find(mark) != std::string::npos; });
      if ((whole || part) && !has(own, word)) return word;
    }
  }
  return std::nullopt;
}

std::optional<std::string> changed_weights(const Repository& row, const Repository& base) {
  const Words own = fine_name_words(base.id);
  const auto word = changed_word(fine_name_words(repository_name(row.id)), own);
  return word ? word : changed_tag(row, base, own);
}

// "another size (70b)"
std::optional<std::string> states_other_model(std::string_view name, const Repository& base) {
  const Words own = name_words(with_dotted_versions(repository_name(base.id)));
  const Words words = name_words(with_dotted_versions(name));
  if (const auto word = other_size(words, own)) {
    return fmt::format("another size ({})", *word);
  }
  if (const auto word = other_version(words, own)) {
    return fmt::format("another version ({})", *word);
  }
  if (const auto word = other_variant(without_organization(words, base.id), own)) {
    return fmt::format("another variant ({})", *word);
  }
  return std::nullopt;
}

// ---- plain names --------------------------------------------------------------------------------

// Letters and digits between anything else: "Qwen3.5-4B" is "qwen3", "5", "4b".
Words parts_of(std::string_view text) {
  Words parts;
  for (const std::string& word : name_words(text)) {
    std::string_view rest = word;
    while (!rest.empty()) {
      const std::size_t dot = std::min(rest.find('.'), rest.size());
      if (dot > 0) parts.emplace_back(rest.substr(0, dot));
      rest.remove_prefix(std::min(rest.size(), dot + 1));
    }
  }
  return parts;
}

constexpr std::size_t kLongestName = 24;  // parts; longer ones are no names of models

// Every run of neighbouring parts, written as one word.
std::set<std::string> joined_runs(const Words& parts) {
  std::set<std::string> runs;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string run;
    for (std::size_t j = i; j < parts.size(); ++j) runs.insert(run += parts[j]);
  }
  return runs;
}

// The first part that is neither in the base's name nor a word of quantization, alone or written
// together with the next ones; null where there is none.
std::optional<std::string> foreign_part(const Words& parts, const std::set<std::string>& own,
                                        const QuantizationFamilies& families) {
  std::vector<bool> reached(parts.size() + 1, false);
  reached[0] = true;
  std::size_t furthest = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!reached[i]) continue;
    furthest = i;
    std::string run;
    for (std::size_t j = i; j < parts.size(); ++j) {
      if (own.contains(run += parts[j])) reached[j + 1] = true;
    }
    const std::string_view before = i == 0 ? std::string_view{} : std::string_view(parts[i - 1]);
    if (is_quantization_word(parts[i], families) || is_type_ending(before, parts[i])) {
      reached[i + 1] = true;
    }
  }
  if (reached.back()) return std::nullopt;
  return parts[furthest];
}

// What `name` has beyond the names of `ids`, or lacks of the first one's.
std::optional<std::string> foreign_to(std::string_view name, std::span<const std::string_view> ids,
                                      const QuantizationFamilies& families) {
  const std::string_view first = repository_name(ids.front());
  // "ORG_Model-7B": some put the publisher first, maybe under the name that it had then.
  if (const std::size_t mark = name.find_first_of("-_"); mark < name.size() && name[mark] == '_') {
    const std::string_view rest = name.substr(mark + 1);
    if (ascii::lower(rest).starts_with(ascii::lower(first))) name = rest;
  }
  const Words parts = parts_of(name);
  std::set<std::string> own;
  for (const std::string_view id : ids) {
    const Words words = parts_of(repository_name(id));
    if (std::max(words.size(), parts.size()) > kLongestName)
      return "its name is too long to be compared";
    own.merge(joined_runs(words));
    own.merge(joined_runs(parts_of(id.substr(0, id.find('/')))));
  }
  if (const auto word = foreign_part(parts, own, families)) {
    return fmt::format("its name has a word that the base's lacks ({})", *word);
  }
  // The base's line must be named, by its longest word, and its variant: without that the name is
  // of the model it was made from.
  const std::set<std::string> runs = joined_runs(parts);
  const Words needed = parts_of(search_words(ids.front()));
  const auto is_variant = [](const std::string& part) {
    return has(kVariants, part) || part == "base";
  };
  const auto weight = [&](const std::string& part) {
    return is_variant(part) || has(kPackaging, part) ? 0 : part.size();
  };
  const auto line = std::max_element(
      needed.begin(), needed.end(),
      [&](const std::string& a, const std::string& b) { return weight(a) < weight(b); });
  for (auto at = needed.begin(); at != needed.end(); ++at) {
    const std::string& part = *at;
    if (at != line && !is_variant(part)) continue;
    const bool there = std::any_of(runs.begin(), runs.end(), [&](const std::string& run) {
      return run == part || (part.size() > 3 && run.find(part) != std::string::npos);
    });
    if (!there) return fmt::format("its name lacks a word of the base's ({})", part);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> speaks_of_other_model(const Repository& row, const Repository& base) {
  if (const auto word = changed_weights(row, base)) {
    return fmt::format("its name or tags say that the weights were changed ({})", *word);
  }
  if (const auto other = states_other_model(repository_name(row.id), base)) {
    return "its name states " + *other;
  }
  return std::nullopt;
}

std::optional<std::string> other_model_in(std::string_view file, const Repository& base) {
  const std::string_view name = repository_name(file);
  const std::string rest = OwnWords(base.id).left_out_of(name);
  if (rest.size() == name.size()) return states_other_model(name, base);
  // It has the base's whole name; what comes on top may still be another variant's.
  const Words own = name_words(repository_name(base.id));
  const auto word = other_variant(fine_name_words(rest), own);
  return word ? std::optional(fmt::format("another variant ({})", *word)) : std::nullopt;
}

bool names_other_weights(const Repository& row, const Repository& base) {
  const Words name = without_organization(name_words(repository_name(row.id)), base.id);
  return changed_weights(row, base) || other_variant(name, name_words(repository_name(base.id)));
}

std::optional<std::string> changed_weights_word(std::string_view file, const Repository& base) {
  return changed_word(fine_name_words(repository_name(file)), fine_name_words(base.id));
}

std::optional<std::string> foreign_name(std::string_view name, const Repository& base,
                                        const QuantizationFamilies& families) {
  const std::array<std::string_view, 1> ids{base.id};
  return foreign_to(name, ids, families);
}

std::optional<std::string> foreign_repository_name(const Repository& row, const Repository& base,
                                                   const QuantizationFamilies& families) {
  const std::string_view name = repository_name(row.id);
  auto foreign = foreign_name(name, base, families);
  if (!foreign || row.bases.size() != 1 || row.bases.front() == base.id) return foreign;
  const std::array<std::string_view, 2> ids{row.bases.front(), base.id};
  return foreign_to(name, ids, families) ? foreign : std::nullopt;
}

bool has_plain_name(const Repository& row, const Repository& base,
                    const QuantizationFamilies& families) {
  return !foreign_repository_name(row, base, families);
}

bool is_publishers_own(const Repository& row, const Repository& base,
                       const QuantizationFamilies& families) {
  const auto organization = [](std::string_view id) { return id.substr(0, id.find('/')); };
  const std::string_view name = repository_name(row.id);
  const std::string rest = OwnWords(base.id).left_out_of(name);
  if (organization(row.id) != organization(base.id) || rest == name) return false;
  const Words parts = parts_of(rest);
  return std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
    const bool word = part.find_first_of("0123456789") == std::string::npos &&
                      !has(kVariants, part) && part != "base" && part != "pt";
    return word || is_quantization_word(part, families);
  });
}

std::string_view search_words(std::string_view base_id) {
  std::string_view name = repository_name(base_id);
  if (ascii::lower(name).starts_with("meta-")) name.remove_prefix(5);
  for (std::size_t cut = packaging_suffix(name); cut > 0; cut = packaging_suffix(name)) {
    name.remove_suffix(cut);
  }
  return name;
}

}  // namespace assay
