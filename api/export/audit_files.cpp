#include "api/export/audit_files.h"

#include <fmt/format.h>

#include <map>

#include "api/entry_view.h"
#include "api/html.h"
#include "api/pages/wording.h"

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
  return render_page("badge.tpl", {{"text", badge.text},
                                   {"colour", badge.colour},
                                   {"width", kNameWidth + text_width + 16},
                                   {"name_end", kNameWidth - 3},
                                   {"text_start", kNameWidth + 8},
                                   {"text_width", text_width}});
}

}  // namespace assay::api
