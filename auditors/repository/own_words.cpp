#include "auditors/repository/own_words.h"

#include <algorithm>

#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

bool separates(char c) { return c == '-' || c == '_' || c == '.' || c == ' '; }

std::string with_plain_separators(std::string_view text) {
  std::string plain = ascii::lower(text);
  std::replace_if(plain.begin(), plain.end(), separates, '-');
  return plain;
}

// Where `part` stands in `text` between anything but letters and digits.
std::size_t find_whole(std::string_view text, std::string_view part, std::size_t from = 0) {
  for (std::size_t at = text.find(part, from); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    const bool starts = at == 0 || !ascii::is_alphanumeric(text[at - 1]);
    if (starts && (end == text.size() || !ascii::is_alphanumeric(text[end]))) return at;
  }
  return std::string_view::npos;
}

}  // namespace

OwnWords::OwnWords(std::string_view base) {
  if (base.empty()) return;
  names_.push_back(with_plain_separators(repository_name(base)));
  names_.push_back(with_plain_separators(search_words(base)));
  words_ = fine_name_words(repository_name(base));
}

std::string OwnWords::left_out_of(std::string_view text) const {
  std::string rest(text);
  for (const std::string& name : names_) {
    std::string plain = with_plain_separators(rest);
    if (find_whole(plain, name) == std::string::npos) continue;
    for (std::size_t at = find_whole(plain, name); at != std::string::npos;
         at = find_whole(plain, name, at)) {
      plain.erase(at, name.size());
      rest.erase(at, name.size());
    }
    return rest;
  }
  return rest;
}

bool OwnWords::speaks_of(std::string_view text,
                         std::initializer_list<std::string_view> words) const {
  const std::string plain = ascii::lower(text);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return find_whole(plain, word) != std::string::npos &&
           std::find(words_.begin(), words_.end(), word) == words_.end();
  });
}

}  // namespace assay
