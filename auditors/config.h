#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "auditors/sources.h"
#include "validator/vocabulary.h"

namespace assay {

/// A configured source. `url` has no trailing slash.
struct SourceConfig {
  std::string id;
  std::string url;
  std::string token_env;  ///< environment variable that holds the credential; may be empty
  bool enabled = true;
  bool has_credential = false;  ///< one is at hand; set by load_config()
  /// While the server announces no quota; one that it announces is kept, and used.
  double requests_per_second = 10;
  bool rate_is_ceiling = false;  ///< never faster, whatever the server allows: it was configured
  int concurrency = 4;           ///< requests under way at once
  std::size_t max_body_bytes = std::size_t{16} << 20;  ///< after decompression
  std::chrono::milliseconds timeout{30'000};           ///< one whole attempt
  SourceTraits traits{};                               ///< what is not configured

  /// Whether it takes part: a source without the key it needs is not asked, which is not a fault.
  bool asked() const { return enabled && (has_credential || !traits.needs_credential); }
};

/// A source as it is where nothing is configured.
SourceConfig unconfigured(const SourceTraits& traits);

/// The vocabularies that are compiled in, read once and never changed; for any thread.
std::shared_ptr<const Vocabulary> built_in_vocabulary();

/// assay.yaml with its defaults (design section 11).
struct Config {
  /// The words that judges read; never null.
  std::shared_ptr<const Vocabulary> vocabulary = built_in_vocabulary();
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

}  // namespace assay
