#include "api/pages/audit_files.h"

#include <fmt/format.h>

#include <map>

#include "api/pages/wording.h"
#include "api/v1/entry_view.h"

namespace assay::api {
namespace {

using Counts = std::map<Verdict, std::uint64_t>;

Counts counts_of(const std::vector<LabelView>& views) {
  Counts counts;
  for (const LabelView& view : views) ++counts[view.verdict];
  return counts;
}

struct Badge {
  std::string text;
  std::string_view colour;
};

Badge badge_of(const Counts& counts, bool live) {
  const auto count = [&](Verdict verdict) {
    const auto found = counts.find(verdict);
    return found == counts.end() ? std::uint64_t{0} : found->second;
  };
  std::string text;
  for (const Verdict verdict :
       {Verdict::supported, Verdict::contradicted, Verdict::outdated, Verdict::disputed}) {
    if (count(verdict) == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count(verdict), to_string(verdict));
  }
  const bool bad = count(Verdict::contradicted) + count(Verdict::outdated) > 0;
  if (!live) return {text.empty() ? "sample data" : "sample data: " + text, "#5a5f66"};
  if (!text.empty()) return {text, bad || count(Verdict::disputed) > 0 ? "#a8071a" : "#146c2e"};
  const bool unread = count(Verdict::source_unreachable) + count(Verdict::verifier_unable) > 0;
  return {unread ? "not readable" : "not audited", "#5a5f66"};
}

}  // namespace

Json audit_json(const View& view, const Subject& subject, const std::vector<db::Period>& periods) {
  const std::vector<LabelView> views = label_views(subject, periods);
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const auto& [verdict, count] : counts_of(views)) {
    counts.emplace_back(to_string(verdict), count);
  }
  Json run;
  for (const db::Run& newest : view.site.store.runs(1)) {
    run = {{"id", newest.id},
           {"status", newest.status},
           {"started_at", newest.started_at},
           {"origin", to_text(newest.origin)}};
  }
  Json labels = Json::array();
  for (const LabelView& each : views) {
    Json label = label_json(each);
    label["evidence"] = Json::array();
    if (each.period != nullptr) {
      for (const Observation& seen : each.period->finding.observations) {
        const Json url = view.links.evidence(seen.evidence);
        if (!seen.evidence.empty()) label["evidence"].push_back(url);
      }
    }
    labels.push_back(std::move(label));
  }
  return {{"version", ASSAY_VERSION},
          {"slug", subject.slug},
          {"display_name", subject.display_name},
          {"live", !recording_origin(view.site.store)},
          {"run", run},
          {"verdicts", verdicts_json(counts)},
          {"labels", std::move(labels)}};
}

std::string badge_svg(const Site& site, const Subject& subject,
                      const std::vector<db::Period>& periods) {
  const bool live = !recording_origin(site.store);
  const Badge badge = badge_of(counts_of(label_views(subject, periods)), live);
  constexpr std::size_t kNameWidth = 46;
  const std::size_t text_width = badge.text.size() * 62 / 10;
  const std::size_t width = kNameWidth + text_width + 16;
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20" viewBox="0 0 {0} 20" role="img" aria-label="assay: {1}">
<title>assay: {1}</title>
<rect width="{0}" height="20" rx="3" fill="{2}"/><path d="M3 0h{3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#1c1e21"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="7" y="14" textLength="32">assay</text><text x="{4}" y="14" textLength="{5}">{1}</text></g>
</svg>
)",
      width, badge.text, badge.colour, kNameWidth - 3, kNameWidth + 8, text_width);
}

}  // namespace assay::api
