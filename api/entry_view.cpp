#include "api/entry_view.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "validator/text/json_text.h"

namespace assay::api {
namespace {

// A claim that nothing is known; whatever a source knows then goes beyond the catalog.
bool says_nothing(const nlohmann::json& claimed) { return claimed == 0 || claimed == "unknown"; }

}  // namespace

std::vector<LabelView> label_views(const Subject& subject, const std::vector<db::Period>& periods) {
  std::multimap<std::string_view, const db::Period*> by_label;
  for (const db::Period& period : periods) by_label.emplace(period.finding.label, &period);

  std::vector<LabelView> views;
  std::set<std::string_view> claimed;
  for (const Claim& claim : subject.claims) {
    claimed.insert(claim.label);
    const nlohmann::json value = claimed_json(claim);
    const auto [begin, end] = by_label.equal_range(claim.label);
    const db::Period* about_another_value = nullptr;
    bool found = false;
    for (auto at = begin; at != end; ++at) {
      const Finding& finding = at->second->finding;
      if (finding.verdict == Verdict::unlisted && says_nothing(value)) {
        views.push_back({claim.label, nullptr, finding.verdict, finding.reason, at->second});
        found = true;
        continue;
      }
      if (finding.claimed != value) {
        about_another_value = at->second;
        continue;
      }
      views.push_back({claim.label, value, finding.verdict, finding.reason, at->second});
      found = true;
    }
    if (found) continue;
    std::string reason = "not audited yet";
    if (about_another_value != nullptr) {
      const Finding& old = about_another_value->finding;
      reason = fmt::format("not audited since the catalog value changed from {} ({})",
                           compact_json(old.claimed), to_string(old.verdict));
    }
    views.push_back({claim.label, value, Verdict::unaudited, std::move(reason), nullptr});
  }
  // Findings that claim something for a label no longer in the catalog are history.
  for (const db::Period& period : periods) {
    const Finding& finding = period.finding;
    if (!claimed.contains(finding.label) && finding.claimed.is_null()) {
      views.push_back({finding.label, nullptr, finding.verdict, finding.reason, &period});
    }
  }
  return views;
}

std::vector<db::Period> current_findings(const db::Store& store, const std::string& slug) {
  db::FindingFilter filter;
  filter.slug = slug;
  filter.limit = 10'000;
  return store.findings(filter);
}

std::string scalar_text(const Node* entry, std::string_view key) {
  const Node* value = entry == nullptr ? nullptr : entry->get(key);
  if (value == nullptr || !value->is_scalar() || value->kind == Kind::null) return {};
  return std::string(value->text);
}

std::optional<Origin> recording_origin(const db::Store& store) {
  const std::vector<db::Run> newest = store.runs(1);
  if (newest.empty()) return std::nullopt;
  Origin origin = newest.front().origin;
  constexpr int kMaxReplays = 8;
  for (int i = 0; i < kMaxReplays && origin.kind == Origin::Kind::replay; ++i) {
    std::optional<db::Run> run = store.run(origin.run);
    if (!run) break;
    origin = std::move(run->origin);
  }
  if (!origin.is_recording()) return std::nullopt;
  return origin;
}

}  // namespace assay::api
