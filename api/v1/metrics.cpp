// /metrics, in the text format of Prometheus.
#include <fmt/format.h>

#include "api/v1/answers.h"
#include "validator/text/dates.h"

namespace assay::api {
namespace {

// A label value; the format has three escapes.
std::string label_value(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + '"';
}

void describe(std::string& text, std::string_view name, std::string_view type,
              std::string_view help) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

double seconds(const std::string& time) { return static_cast<double>(parse_time(time)) / 1000; }

void add_runs(std::string& text, const db::Store& store) {
  const std::vector<db::Run> newest = store.runs(1);
  if (newest.empty()) return;
  describe(text, "assay_last_run_started_timestamp_seconds", "gauge", "Start of the newest run.");
  text += fmt::format("assay_last_run_started_timestamp_seconds {:.3f}\n",
                      seconds(newest.front().started_at));
  describe(text, "assay_last_run_complete", "gauge", "Whether the newest run completed.");
  text += fmt::format("assay_last_run_complete {}\n", newest.front().status == "complete" ? 1 : 0);
  constexpr std::size_t kLookedAt = 100;
  for (const db::Run& run : store.runs(kLookedAt)) {
    if (run.status != "complete") continue;
    describe(text, "assay_last_complete_run_timestamp_seconds", "gauge",
             "End of the newest completed run.");
    text +=
        fmt::format("assay_last_complete_run_timestamp_seconds {:.3f}\n", seconds(run.finished_at));
    return;
  }
}

void add_findings(std::string& text, const std::vector<db::Totals::Findings>& findings) {
  describe(text, "assay_findings", "gauge", "Current findings per auditor and verdict.");
  for (const db::Totals::Findings& each : findings) {
    text += fmt::format("assay_findings{{auditor={},verdict={}}} {}\n", label_value(each.auditor),
                        label_value(each.verdict), each.count);
  }
}

void add_sources(std::string& text, const std::vector<db::SourceHealth>& sources) {
  describe(text, "assay_source_exchanges_total", "counter",
           "Exchanges with sources by result: an HTTP status, or a failure below HTTP.");
  for (const db::SourceHealth& source : sources) {
    for (const auto& [result, count] : source.results) {
      if (result.starts_with("stored")) continue;
      text += fmt::format("assay_source_exchanges_total{{source={},result={}}} {}\n",
                          label_value(source.source), label_value(result), count);
    }
  }
  describe(text, "assay_source_errors_total", "counter",
           "Exchanges with sources without a usable answer.");
  for (const db::SourceHealth& source : sources) {
    std::uint64_t errors = 0;
    for (const auto& [result, count] : source.results) {
      if (result != "200" && result != "304" && !result.starts_with("stored")) errors += count;
    }
    text += fmt::format("assay_source_errors_total{{source={}}} {}\n", label_value(source.source),
                        errors);
  }
}

}  // namespace

Response answer_metrics(const Site& site, const Request&, const Captures&) {
  const db::Totals totals = site.store.totals();
  Response response;
  response.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.headers.emplace_back("Cache-Control", "no-store");
  std::string& text = response.body;
  describe(text, "assay_catalog_entries", "gauge", "Entries in the catalog.");
  text += fmt::format("assay_catalog_entries {}\n", site.catalog.subjects.size());
  describe(text, "assay_catalog_stale", "gauge",
           "Whether an invalid edit of the catalog was refused.");
  text += fmt::format("assay_catalog_stale {}\n", site.catalog_notice.empty() ? 0 : 1);
  add_findings(text, totals.findings);
  add_sources(text, totals.sources);
  add_runs(text, site.store);
  return response;
}

}  // namespace assay::api
