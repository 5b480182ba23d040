#include <fmt/format.h>

#include <string>
#include <utility>

#include "auditors/auditor.h"
#include "auditors/repository/base_repository.h"

// Whether the repository that an entry names as the base of its quantizations is one: it exists,
// and the Hub does not call it a quantization of another, beside which nothing that is made from
// the original is listed.

namespace assay {
namespace {

constexpr std::string_view kLabel = "quantizations_source";

struct Ruling {
  Verdict verdict = Verdict::verifier_unable;
  nlohmann::json observed;
  std::string reason;
};

Ruling rule(const Subject& subject, const BaseRepository& base) {
  if (subject.repository.empty()) {
    return {Verdict::verifier_unable, nullptr, "it names no repository on the Hub"};
  }
  if (!base.ok()) {
    const bool unable = base.state == ReadState::unable;
    return {unable ? Verdict::verifier_unable : Verdict::source_unreachable, nullptr,
            base.why.empty() ? "the base repository was not requested" : base.why};
  }
  const std::string at =
      fmt::format("{} at commit {}", base.repository.id, base.repository.sha.substr(0, 12));
  if (const std::string original = original_of(base.repository); !original.empty()) {
    return {Verdict::contradicted, "https://huggingface.co/" + original,
            fmt::format("{}: the Hub calls it a quantization of {}{}", at, original, base.renamed)};
  }
  return {Verdict::supported, "https://huggingface.co/" + base.repository.id,
          fmt::format("{}: it is there, and the Hub calls it no quantization of another{}", at,
                      base.renamed)};
}

bool covers(std::string_view label) { return label == kLabel; }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled || subject.repository.empty()) return {};
  return read_base(*hub, evidence, subject).needed;
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  const Claim* claim = subject.claim(kLabel);
  if (hub == nullptr || claim == nullptr) return {};
  BaseRepository base;
  if (!subject.repository.empty()) base = read_base(*hub, evidence, subject);
  Ruling ruling = rule(subject, base);
  Finding finding;
  finding.label = kLabel;
  finding.claimed = claimed_json(*claim);
  finding.observed = std::move(ruling.observed);
  finding.verdict = ruling.verdict;
  finding.reason = std::move(ruling.reason);
  if (base.evidence != nullptr) {
    finding.observations.push_back(observe(*base.evidence, finding.observed));
  }
  return {std::move(finding)};
}

}  // namespace

extern const Auditor kIdentityAuditor;
const Auditor kIdentityAuditor{
    .id = "identity",
    .summary =
        "whether the repository that an entry names is the base of its quantizations, or itself "
        "one",
    .needs = "huggingface",
    .covers = covers,
    .plan = plan,
    .judge = judge,
};

}  // namespace assay
