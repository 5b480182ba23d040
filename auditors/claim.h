#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "validator/document.h"

namespace assay {

/// A label of the catalog that can be true or false.
struct Claim {
  std::string slug;
  std::string label;  ///< label path, such as "quantizations_available.gguf" or "cost.vendor"
  std::string value;  ///< the scalar as written ("0.10" keeps its zero)
  Kind kind = Kind::string;
  std::string as_of;   ///< date the claim speaks of, "YYYY-MM-DD"; empty when none
  std::string source;  ///< URL it cites; empty when none
  std::string vendor;  ///< provider that a price or speed speaks of; empty when none
  bool via_artificial_analysis = false;  ///< its block says that the figure was taken from there
  Span span;                             ///< of the value in the catalog file
};

/// One entry as the auditors see it.
struct Subject {
  std::string slug;
  std::string display_name;
  std::string repository;  ///< "ORG/NAME" from quantizations_source; empty when there is none
  std::vector<Claim> claims;

  const Claim* claim(std::string_view label) const;
};

/// The entries of a catalog with all their claims, in file order; broken entries, entries without a
/// slug and later entries of a duplicate slug are omitted. Identity (slug, display_name) and prose
/// are not claims.
std::vector<Subject> subjects(const Document& document);

/// "ORG/NAME" of a Hub URL such as https://huggingface.co/ORG/NAME[/tree/main]; empty when it is
/// not the URL of a model repository.
std::string hub_repository(std::string_view url);

/// Whether a scalar's text is true as YAML's core schema spells it.
bool is_true(std::string_view text);

/// The claimed value as JSON: numbers that are integers or scores as numbers, prices as strings.
nlohmann::json claimed_json(const Claim& claim);

}  // namespace assay
