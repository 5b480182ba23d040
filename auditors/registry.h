#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence.h"
#include "auditors/finding.h"

namespace assay {

/// A source of verdicts over one kind of label. All functions are pure: no network, no clock, no
/// database; equal arguments give equal results.
struct Auditor {
  std::string_view id;
  std::string_view summary;  ///< one sentence, for `assay explain AUDITOR`

  /// Whether this auditor judges the label.
  bool (*covers)(std::string_view label);
  /// Requests still needed after what is known; empty when judge() can do no better. Called again
  /// after each answer; must come to an end whatever the answers are.
  std::vector<Request> (*plan)(const Subject&, const Config&, const EvidenceSet&);
  /// One finding per covered claim, plus `unlisted` ones. Must be right for any evidence, also
  /// partial: what is missing makes source_unreachable or verifier_unable, never a fact.
  std::vector<Finding> (*judge)(const Subject&, const Config&, const EvidenceSet&);
};

/// All auditors. Adding one is one file under auditors/auditors/ and one line in registry.cpp.
std::span<const Auditor> auditors();
const Auditor* find_auditor(std::string_view id);

}  // namespace assay
