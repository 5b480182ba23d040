#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// A configured source. `url` has no trailing slash.
struct SourceConfig {
  std::string id;
  std::string url;
  std::string token_env;  ///< environment variable that holds the credential; may be empty
  bool enabled = true;
  bool needs_credential = false;  ///< it answers nothing without one
  bool has_credential = false;    ///< one is at hand; set by load_config
  /// While the server announces no quota; one that it announces is kept, and used.
  double requests_per_second = 10;
  bool rate_is_ceiling = false;  ///< never faster, whatever the server allows: it was configured
  int concurrency = 4;           ///< requests under way at once
  std::size_t max_body_bytes = std::size_t{16} << 20;  ///< after decompression
  std::chrono::milliseconds timeout{30'000};           ///< one whole attempt

  /// Whether it takes part: a source without the key that it needs is not asked, which is no fault.
  bool asked() const { return enabled && (has_credential || !needs_credential); }
};

/// assay.yaml with its defaults (design section 11).
struct Config {
  std::map<std::string, SourceConfig, std::less<>> sources;
  std::chrono::milliseconds time_budget{600'000};  ///< of one run
  bool allow_private_catalog_urls = false;
  int price_max_age_days = 90;
  /// Ask again only what is due: an auditor's stored answers stay good for `schedule`'s time, else
  /// for its own (Auditor::due).
  bool only_due = false;
  std::map<std::string, std::chrono::seconds, std::less<>> schedule;  ///< by auditor id
  bool offline = false;  ///< HF_HUB_OFFLINE or --offline

  const SourceConfig* source(std::string_view id) const;
};

/// Looks up an environment variable; nullopt when unset. Handed in, so that tests need no setenv.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Defaults, then `yaml` (may be empty), then the environment (HF_ENDPOINT, HF_HUB_OFFLINE).
/// Throws std::runtime_error "path:line:column: what is wrong; what to do".
Config load_config(std::string_view path, std::string_view yaml, const Environment& environment);

/// The credential of a source, or nullopt. For huggingface: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, then
/// the file named by HF_TOKEN_PATH or HF_HOME/token, unless HF_HUB_DISABLE_IMPLICIT_TOKEN is set.
/// Line ends and spaces around it are stripped.
std::optional<std::string> credential(const SourceConfig& source, const Environment& environment);

}  // namespace assay
