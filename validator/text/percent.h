#pragma once

#include <string>
#include <string_view>

namespace assay {

/// Characters that percent-coding leaves as they are.
using KeptCharacters = bool (*)(char);

/// Letters, digits and `-._~` (RFC 3986): safe in every part of a URL.
bool is_unreserved(char c);
/// These and `/`: for paths.
bool is_unreserved_or_slash(char c);

/// Every byte that is not kept as `%XX`.
std::string percent_encoded(std::string_view text, KeptCharacters keeps = is_unreserved);

enum class UrlPart {
  path,   ///< an escaped slash stays escaped: it separates nothing (RFC 3986, section 2.2)
  query,  ///< a plus is a space
};

/// Inverse of percent_encoded. A `%` that does not begin an escape stands for itself.
std::string percent_decoded(std::string_view text, UrlPart part);

}  // namespace assay
