#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace assay {

enum class Verdict {
  supported,
  contradicted,
  outdated,
  disputed,
  unsupported,
  source_unreachable,
  verifier_unable,
  unaudited,
  unlisted,
};

struct VerdictInfo {
  Verdict verdict;
  std::string_view id;       ///< "supported"
  std::string_view meaning;  ///< one sentence
  std::string_view needs;    ///< what must have been seen for it
};

/// All verdicts in the order of design section 6; `assay explain VERDICT` prints from here.
const std::array<VerdictInfo, 9>& verdicts();
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view id);

/// A fact read out of one piece of evidence.
struct Observation {
  std::string source;    ///< "huggingface"
  nlohmann::json value;  ///< null when the evidence shows absence or nothing
  std::string url;       ///< as requested
  std::string fetched_at;
  std::string evidence;  ///< id of the evidence (hex)
  friend bool operator==(const Observation&, const Observation&) = default;
};

struct Finding {
  std::string slug;
  std::string label;
  std::string auditor;      ///< empty for unaudited
  nlohmann::json claimed;   ///< null for unlisted
  nlohmann::json observed;  ///< null when nothing was
  Verdict verdict = Verdict::unaudited;
  std::string reason;  ///< one sentence
  std::vector<Observation> observations;
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// What of an entry's sources an auditor could not read: an `unlisted` finding of an earlier run
/// that rested on it, and that judge() does not make now, may still hold.
struct Unread {
  std::string auditor;
  std::set<std::string> sources = {};  ///< ids
  std::set<std::string> labels = {};   ///< that a source which failed could speak against
};

}  // namespace assay
