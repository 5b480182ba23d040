#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auditors/config.h"

namespace assay {

/// Looks up an environment variable; nullopt when unset. Handed in, so that tests need no setenv.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Whether a variable holds one of the words by which the Hub's tools mean yes: 1, on, yes, true.
bool is_set(const std::optional<std::string>& value);

/// The credential of a source, or nullopt. For the Hub: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, then the
/// file named by HF_TOKEN_PATH or HF_HOME/token, unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set. Line
/// ends and spaces around it are stripped.
std::optional<std::string> credential(const SourceConfig& source, const Environment& environment);

}  // namespace assay
