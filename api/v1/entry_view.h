#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/routes.h"
#include "api/v1/json.h"

namespace assay::api {

/// What is known of one label now: what the catalog says today beside the newest finding.
struct LabelView {
  std::string label;
  Json claimed;  ///< of the catalog as it is now; null for what it lacks
  Verdict verdict = Verdict::unaudited;
  std::string reason;
  /// Null when the label was never audited, or its value changed since: a verdict is about the
  /// value it was reached on, never about another.
  const db::Period* period = nullptr;
};

/// Labels in the order of the catalog, then what sources have beyond it. A claim with several
/// findings occurs once for each. `periods` must outlive the result.
std::vector<LabelView> label_views(const Subject& subject, const std::vector<db::Period>& periods);

/// A label as /api/v1 shows it inside of its entry; all have the same members, audited or not.
Json label_json(const LabelView& view);

/// All current findings of one entry.
std::vector<db::Period> current_findings(const db::Store& store, const std::string& slug);

/// The subject and the node of an entry; null when the catalog has none with this slug.
const Subject* find_subject(const Catalog& catalog, std::string_view slug);
const Node* find_entry(const Catalog& catalog, std::string_view slug);
/// A scalar of an entry as written; empty when it is absent or no scalar.
std::string scalar_text(const Node* entry, std::string_view key);

/// The recording that the newest run judged, itself or through the runs that it replays; null when
/// it judged answers of the sources.
std::optional<Origin> recording_origin(const db::Store& store);

}  // namespace assay::api
