#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The words of a model's own name. A file or a repository of that model repeats them, so they say
/// nothing of what it holds.
class OwnWords {
 public:
  /// `base`: the model's id; empty for a model that is not known, which has no words.
  explicit OwnWords(std::string_view base);

  /// `text` without the model's name where it stands as a whole, in any case and with any
  /// separators; of a name that ends with its packaging also without only the rest of it.
  std::string left_out_of(std::string_view text) const;

  /// Whether one of the words stands in the text, between anything but letters and digits and in
  /// any case, that is not the model's own.
  bool speaks_of(std::string_view text, std::initializer_list<std::string_view> words) const;

 private:
  std::vector<std::string> names_;  // lower case, separators as '-'; the longest first
  std::vector<std::string> words_;
};

}  // namespace assay
