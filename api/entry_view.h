#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/site.h"

namespace assay::api {

/// What is known about one label now: today's catalog value and the newest finding.
struct LabelView {
  std::string label;
  nlohmann::ordered_json claimed;  ///< the catalog value now; null when it has none
  Verdict verdict = Verdict::unaudited;
  std::string reason;
  /// Null when the label was never audited, or its value changed since: a verdict is about the
  /// value it was reached for, never about another.
  const db::Period* period = nullptr;
};

/// Labels in catalog order, followed by what sources have beyond the catalog. A claim with several
/// findings occurs once per finding. `periods` must outlive the result.
std::vector<LabelView> label_views(const Subject& subject, const std::vector<db::Period>& periods);

/// All current findings of one entry.
std::vector<db::Period> current_findings(const db::Store& store, const std::string& slug);

/// A scalar of an entry as written; empty when it is absent or not a scalar.
std::string scalar_text(const Node* entry, std::string_view key);

/// The recording that the newest run judged, itself or through the runs that it replays; null when
/// it judged answers of the sources.
std::optional<Origin> recording_origin(const db::Store& store);

}  // namespace assay::api
