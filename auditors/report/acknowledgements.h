#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/finding.h"

namespace assay {

/// A deviation that somebody looked at and accepts: it silences a finding while what is observed is
/// exactly this value, and not a day longer than `until`.
struct Acknowledgement {
  std::string slug;
  std::string label;
  nlohmann::json observed;  ///< null: nothing was observed; an object for a dispute, by source
  std::string reason;
  std::string until;  ///< YYYY-MM-DD, the last day; empty: no end
  std::string place;  ///< "data/acknowledged.yaml:3:5"
};

/// Reads
///
/// acknowledged:
///   - slug: llama-3-2-3b-instruct
///     label: cost.input_per_mtok_usd
///     observed: "0.08"
///     reason: the vendor's page says 0.06 until the end of the year
///     until: "2026-12-31"
///
/// (`until` may be omitted). Numbers are compared as written. Throws std::runtime_error
/// "path:line:column: what is wrong; what to do".
std::vector<Acknowledgement> read_acknowledgements(std::string_view path, std::string_view yaml);

/// What came of acknowledgements.
struct Acknowledged {
  /// Index of a silenced finding -> the acknowledgement.
  std::map<std::size_t, Acknowledgement> findings;
  /// What no longer silences anything, one sentence each: expired, or the value moved, or there is
  /// no such finding.
  std::vector<std::string> stale;
};

/// `today` is YYYY-MM-DD. Acknowledgements of entries that `audited` does not hold are left alone.
/// Supported labels and those that could not be judged are never silenced.
Acknowledged acknowledge(const std::vector<Finding>& findings,
                         const std::vector<Acknowledgement>& acknowledgements,
                         const std::vector<std::string>& audited, std::string_view today);

}  // namespace assay
