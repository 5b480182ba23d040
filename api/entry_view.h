#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/site.h"

namespace assay::api {

/// What is known of one label now: what the catalog says today beside the newest finding.
struct LabelView {
  std::string label;
  nlohmann::ordered_json claimed;  ///< of the catalog as it is now; null for what it lacks
  Verdict verdict = Verdict::unaudited;
  std::string reason;
  /// Null when the label was never audited, or its value changed since: a verdict is about the
  /// value it was reached on, never about another.
  const db::Period* period = nullptr;
};

/// Labels in the order of the catalog, then what sources have beyond it. A claim with several
/// findings occurs once for each. `periods` must outlive the result.
std::vector<LabelView> label_views(const Subject& subject, const std::vector<db::Period>& periods);

/// All current findings of one entry.
std::vector<db::Period> current_findings(const db::Store& store, const std::string& slug);

/// A scalar of an entry as written; empty when it is absent or no scalar.
std::string scalar_text(const Node* entry, std::string_view key);

/// What a newest run that did not ask live sources says of itself, following replays to the run
/// they replay; empty for live ones.
std::string recording_origin(const db::Store& store);

}  // namespace assay::api
