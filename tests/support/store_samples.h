#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/finding.h"
#include "db/store.h"
#include "validator/text/dates.h"

namespace samples {

inline assay::db::Run run(std::string_view origin = "live") {
  assay::db::Run run;
  run.started_at = "2026-11-23T03:00:00.000Z";
  run.origin = assay::parse_origin(origin);
  run.catalog_path = "data/models.yaml";
  run.catalog_sha256 = std::string(64, 'a');
  run.catalog_commit = "306c186";
  run.version = "0.1.0";
  run.auditors = {"quantizations"};
  return run;
}

/// A clock that stands still: moments follow each other by a millisecond.
inline assay::db::Clock clock_at(const std::string& time) {
  return [now = assay::parse_time(time)] { return now; };
}

inline assay::Evidence evidence(std::string url, std::string body, std::string fetched_at,
                                int status = 200) {
  assay::Evidence evidence;
  evidence.source = "huggingface";
  evidence.url = std::move(url);
  evidence.final_url = evidence.url;
  evidence.fetched_at = std::move(fetched_at);
  evidence.status = status;
  evidence.headers = {{"content-type", "application/json"}, {"etag", "\"1\""}};
  evidence.body = std::move(body);
  assay::seal(evidence);
  return evidence;
}

inline assay::Observation observation(const assay::Evidence& evidence, nlohmann::json value) {
  return {evidence.source, std::move(value), evidence.url, evidence.fetched_at, evidence.id};
}

inline assay::Finding finding(std::string slug, std::string label, assay::Verdict verdict,
                              std::vector<assay::Observation> observations = {}) {
  assay::Finding finding;
  finding.slug = std::move(slug);
  finding.label = std::move(label);
  finding.auditor = verdict == assay::Verdict::unaudited ? "" : "quantizations";
  finding.claimed = "gguf";
  finding.observed = verdict == assay::Verdict::supported ? nlohmann::json("gguf") : nullptr;
  finding.verdict = verdict;
  finding.reason = "one repository holds such weights";
  finding.observations = std::move(observations);
  return finding;
}

}  // namespace samples
