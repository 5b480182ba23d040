#pragma once

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/finding.h"

namespace assay {

/// One document of offers, such as a price list.
struct OfferDocument {
  const Evidence* evidence = nullptr;
  std::span<const Offer> offers;  ///< each identity once, unreadable ones too
  bool whole = true;              ///< what it does not name, its source does not offer
};

/// The offers that an entry's evidence states. Points into the evidence set.
struct OffersRead {
  /// Only documents that were found sound: what a broken or reshaped one seems to say is not an
  /// offer.
  std::vector<OfferDocument> documents;
  std::vector<const Offer*> joined;  ///< those of this entry's model, at whichever provider
};

/// A source of verdicts over one kind of label. All functions are pure: no network, no clock, no
/// database; equal arguments give equal results.
struct Auditor {
  std::string_view id;
  std::string_view summary;  ///< one sentence, for `assay explain AUDITOR`

  /// The source (its id) without which it can say nothing; empty when there is none such. Where
  /// that is switched off, its labels are `unaudited`: nobody failed.
  std::string_view needs = {};

  /// Whether this auditor judges the label.
  bool (*covers)(std::string_view label);
  /// Requests still needed after what is known; empty when judge() can do no better. Called again
  /// after each answer; must come to an end whatever the answers are.
  std::vector<Request> (*plan)(const Subject&, const Config&, const EvidenceSet&);
  /// One finding per covered claim, plus `unlisted` ones. Must be right for any evidence, also
  /// partial: what is missing makes source_unreachable or verifier_unable, never a fact.
  std::vector<Finding> (*judge)(const Subject&, const Config&, const EvidenceSet&);
  /// For an auditor that reads price offers; else null.
  OffersRead (*offers)(const Subject&, const Config&, const EvidenceSet&) = nullptr;
  /// For an auditor whose findings do not tell by themselves what could not be read; else null.
  Unread (*unread)(const Subject&, const Config&, const EvidenceSet&) = nullptr;
  /// How long an answer stays good where only what is due is asked again (`--max-age due`).
  std::chrono::hours due{24};
};

}  // namespace assay
