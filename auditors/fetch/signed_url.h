#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The URL with the values of query parameters that grant access (signatures of content delivery
/// networks, tokens) replaced by "redacted": such a URL is a credential while it lasts.
std::string without_signature(std::string_view url);

}  // namespace assay
