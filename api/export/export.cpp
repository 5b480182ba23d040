#include "api/export/export.h"

#include <fmt/format.h>

#include <set>

#include "api/embedded.h"
#include "api/entry_view.h"
#include "api/export/audit_files.h"
#include "api/export/export_folder.h"
#include "api/pages/changes_page.h"
#include "api/pages/model/model_page.h"
#include "api/pages/models_page.h"
#include "api/pages/runs_page.h"
#include "api/pages/verdicts_page.h"
#include "api/v1/json.h"
#include "validator/text/json_text.h"

namespace assay::api {
namespace {

constexpr std::size_t kRunsExported = 50;

std::string text_of(const Json& json) { return indented_json(json, 1) + "\n"; }

// The exchange without its body, which stays in the database.
std::string evidence_text(const db::Store& store, const std::string& id) {
  const std::optional<db::EvidenceRecord> record = store.evidence(id);
  if (!record) return text_of({{"id", id}, {"error", "this exchange is no longer stored"}});
  Json json = evidence_json(*record);
  if (json["body"].is_object()) json["body"].erase("url");
  return text_of(json);
}

class Export {
 public:
  Export(const Site& site, const std::filesystem::path& path)
      : site_(site), folder_(path), runs_(site.store.runs(kRunsExported)) {
    if (!runs_.empty()) oldest_run_ = runs_.back().id;
  }

  Exported run() {
    for (const char* name : {"style.css", "site.js", "icon.svg"}) {
      folder_.write(name, embedded_api_file(name));
    }
    page("index.html", models_page(view(0), {}));
    page("changes/index.html", changes_page(view(1), {}));
    page("runs/index.html", runs_page(view(1), 0));
    for (const db::Run& run : runs_) {
      page(fmt::format("runs/{}/index.html", run.id),
           run_page(view(2), site_.store.run(run.id).value_or(run)));
    }
    page("verdicts/index.html", verdicts_page(view(1)));
    page("rules/index.html", rules_page(view(1)));
    for (const Subject& subject : site_.catalog.subjects) model(subject);
    folder_.finish();
    exported_.written = folder_.written();
    exported_.unchanged = folder_.unchanged();
    exported_.removed = folder_.removed();
    return std::move(exported_);
  }

 private:
  View view(int depth) const { return {site_, Links::in_folder(depth, oldest_run_)}; }

  void page(const std::string& name, const std::string& html) { folder_.write(name, html); }

  void model(const Subject& subject) {
    if (!names_folder(subject.slug)) {
      exported_.left_out.push_back(subject.slug);
      return;
    }
    ++exported_.models;
    const std::string folder = fmt::format("models/{}/", subject.slug);
    const std::vector<db::Period> periods = current_findings(site_.store, subject.slug);
    page(folder + "index.html", model_page(view(2), subject));
    folder_.write(folder + "audit.json", text_of(audit_json(view(2), subject, periods)));
    folder_.write(folder + "badge.svg", badge_svg(site_, subject, periods));
    for (const db::Period& period : periods) {
      for (const Observation& seen : period.finding.observations) {
        if (seen.evidence.empty() || !written_evidence_.insert(seen.evidence).second) continue;
        folder_.write(fmt::format("evidence/{}.json", seen.evidence),
                      evidence_text(site_.store, seen.evidence));
      }
    }
  }

  const Site& site_;
  ExportFolder folder_;
  std::vector<db::Run> runs_;
  std::int64_t oldest_run_ = 0;
  std::set<std::string> written_evidence_;
  Exported exported_;
};

}  // namespace

Exported export_site(const Site& site, const std::filesystem::path& folder) {
  return Export(site, folder).run();
}

}  // namespace assay::api
