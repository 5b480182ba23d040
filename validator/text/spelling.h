#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Equal for texts that differ only in case and in what separates their words: `MMLU-Pro` and
/// `mmlu_pro`. A `+` counts as the word `plus`, and what separates two numbers still separates
/// them.
std::string spelling_key(std::string_view text);

/// Digits and `+` of the text: names that differ in them name two things.
std::string figures_of(std::string_view text);

/// True when both have the same spelling_key.
bool same_letters(std::string_view a, std::string_view b);

/// True when `text` is certainly meant to be `word`: it has the same letters, or one typo
/// inside a long word without digits. Never when they differ where names of variants do:
/// `rope-llama4`, `H100`, `command-a`, `humaneval+`.
bool is_misspelling(std::string_view text, std::string_view word);

/// Those of `words` that are spelled most like `text`: the ones that differ only in case, else
/// those with the same letters, else all of them.
std::vector<std::string_view> best_spelled(std::string_view text,
                                           std::vector<std::string_view> words);

/// The word nearest to `text`, if it is near enough to be what was meant: one with the same
/// letters, else by Damerau-Levenshtein distance without regard to case, with at most one edit for
/// 3 or 4 characters, two for up to 8, else a quarter of the length, and never more than 4; shorter
/// texts must be equal except for case. Ties go to the first candidate. It is a guess: `int9` is
/// near `int8`.
std::optional<std::string> nearest_word(std::string_view text,
                                        const std::vector<std::string>& candidates);

/// All candidates at that smallest distance, in their order.
std::vector<std::string> nearest_words(std::string_view text,
                                       const std::vector<std::string>& candidates);

}  // namespace assay
