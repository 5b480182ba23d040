#include "validator/text/spelling.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "validator/text/ascii.h"

namespace assay {
namespace {

// Longer texts are not misspelled words, and the distance costs the product of both lengths.
constexpr std::size_t kLongestWord = 200;

bool is_beyond_ascii(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }
bool sounds(char c) { return ascii::is_letter(c) || ascii::is_digit(c) || is_beyond_ascii(c); }

// Damerau-Levenshtein distance (adjacent transpositions), given up once it must exceed `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t beyond = limit + 1;
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return beyond;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return beyond;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::size_t allowed_edits(std::size_t length) {
  if (length <= 2) return 0;
  if (length <= 4) return 1;
  if (length <= 8) return 2;
  return std::min<std::size_t>(length / 4, 4);
}

// In lower case, with one hyphen for whatever separates words.
std::string with_hyphens(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (sounds(c) || c == '+') {
      out += ascii::to_lower(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

// What differs between two texts: [begin, end) of each.
struct Difference {
  std::size_t begin = 0;
  std::size_t end_a = 0;
  std::size_t end_b = 0;
};

Difference difference(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t prefix = 0;
  while (prefix < shorter && a[prefix] == b[prefix]) ++prefix;
  std::size_t suffix = 0;
  while (suffix < shorter - prefix && a[a.size() - 1 - suffix] == b[b.size() - 1 - suffix]) {
    ++suffix;
  }
  return {prefix, a.size() - suffix, b.size() - suffix};
}

// The run of letters around [begin, end), without an ending that says only what kind of thing it
// is: MVBench and MMBench differ in a short name. Null when a digit or `+` touches it, which counts
// versions and sizes, or when what differs is not a letter.
std::optional<std::pair<std::size_t, std::size_t>> word_around(std::string_view text,
                                                               std::size_t begin, std::size_t end) {
  const auto belongs = [](char c) { return ascii::is_letter(c) || is_beyond_ascii(c); };
  if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                   text.begin() + static_cast<std::ptrdiff_t>(end), ascii::is_letter)) {
    return std::nullopt;
  }
  std::size_t first = begin;
  std::size_t last = end;
  while (first > 0 && belongs(text[first - 1])) --first;
  while (last < text.size() && belongs(text[last])) ++last;
  if ((first > 0 && text[first - 1] != '-') || (last < text.size() && text[last] != '-')) {
    return std::nullopt;
  }
  for (const std::string_view ending : {"bench", "eval", "qa"}) {
    if (text.substr(end, last - end).ends_with(ending)) last -= ending.size();
  }
  return std::pair(first, last);
}

// One letter missing, repeated, wrong or swapped with its neighbour inside a long word. The
// ends of a word are where variants differ (`command-r`, CMMLU), except for a plural.
bool is_slip(std::string_view text, std::string_view word) {
  constexpr std::size_t kShortest = 6;
  constexpr std::size_t kShortestWithWrongLetter = 8;  // mistral and mixtral are two
  const std::string a = with_hyphens(text);
  const std::string b = with_hyphens(word);
  const Difference differs = difference(a, b);
  const std::size_t in_a = differs.end_a - differs.begin;
  const std::size_t in_b = differs.end_b - differs.begin;
  const bool extra = in_a + in_b == 1;
  const bool wrong = in_a == 1 && in_b == 1;
  const bool swapped = in_a == 2 && in_b == 2 && a[differs.begin] == b[differs.begin + 1] &&
                       a[differs.begin + 1] == b[differs.begin];
  if (!extra && !wrong && !swapped) return false;
  const auto around_a = word_around(a, differs.begin, differs.end_a);
  const auto around_b = word_around(b, differs.begin, differs.end_b);
  if (!around_a || !around_b || around_a->first == differs.begin) return false;
  const std::size_t shorter =
      std::min(around_a->second - around_a->first, around_b->second - around_b->first);
  if (shorter < (wrong ? kShortestWithWrongLetter : kShortest)) return false;
  const bool at_end = around_a->second == differs.end_a;
  const bool plural = extra && (in_a == 1 ? a : b)[differs.begin] == 's';
  return !at_end || plural || swapped;
}

}  // namespace

std::string spelling_key(std::string_view text) {
  std::string key;
  bool separated = false;
  for (const char c : text) {
    if (!sounds(c) && c != '+') {
      separated = true;
      continue;
    }
    if (separated && ascii::is_digit(c) && !key.empty() && ascii::is_digit(key.back())) key += '.';
    separated = false;
    if (c == '+') {
      key += "plus";
    } else {
      key += ascii::to_lower(c);
    }
  }
  return key;
}

std::string figures_of(std::string_view text) {
  std::string figures;
  for (const char c : text) {
    if (ascii::is_digit(c) || c == '+') figures += c;
  }
  return figures;
}

bool same_letters(std::string_view a, std::string_view b) {
  return spelling_key(a) == spelling_key(b);
}

bool is_misspelling(std::string_view text, std::string_view word) {
  if (text == word || text.size() > kLongestWord || word.size() > kLongestWord) return false;
  const auto count = [](std::string_view of) {
    return std::count_if(of.begin(), of.end(), sounds);
  };
  const bool plus = text.find('+') != word.find('+');
  if (!plus && std::abs(count(text) - count(word)) > 1) return false;
  const std::string key = spelling_key(text);
  return !key.empty() && (key == spelling_key(word) || is_slip(text, word));
}

std::vector<std::string_view> best_spelled(std::string_view text,
                                           std::vector<std::string_view> words) {
  const auto keep_if_any = [&words](const auto& fits) {
    if (std::none_of(words.begin(), words.end(), fits)) return false;
    std::erase_if(words, [&](std::string_view word) { return !fits(word); });
    return true;
  };
  const std::string small = ascii::lower(text);
  const std::string key = spelling_key(text);
  if (!keep_if_any([&](std::string_view word) { return ascii::lower(word) == small; })) {
    keep_if_any([&](std::string_view word) { return spelling_key(word) == key; });
  }
  return words;
}

std::vector<std::string> nearest_words(std::string_view text,
                                       const std::vector<std::string>& candidates) {
  std::vector<std::string> nearest;
  if (text.empty() || text.size() > kLongestWord) return nearest;
  const std::string wanted = ascii::lower(text);
  const std::string key = spelling_key(text);
  std::size_t limit = allowed_edits(text.size());
  bool same = false;  // what is in `nearest` has the same letters
  for (const std::string& candidate : candidates) {
    const std::string small = ascii::lower(candidate);
    const bool also_same = !key.empty() && spelling_key(candidate) == key;
    if (same && !also_same) continue;
    if (also_same && !same) {
      nearest.clear();
      same = true;
      limit = kLongestWord;
    }
    const std::size_t edits = distance(wanted, small, limit);
    if (edits > limit || edits >= candidate.size()) continue;
    if (edits < limit) nearest.clear();
    limit = edits;
    nearest.push_back(candidate);
  }
  return nearest;
}

std::optional<std::string> nearest_word(std::string_view text,
                                        const std::vector<std::string>& candidates) {
  std::vector<std::string> nearest = nearest_words(text, candidates);
  if (nearest.empty()) return std::nullopt;
  return std::move(nearest.front());
}

}  // namespace assay
