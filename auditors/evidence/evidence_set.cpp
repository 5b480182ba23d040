#include "auditors/evidence/evidence_set.h"

#include <stdexcept>

namespace assay {

void EvidenceSet::add(Evidence evidence) {
  add(std::make_shared<const Answer>(std::move(evidence)));
}

void EvidenceSet::add(std::shared_ptr<const Answer> answer) {
  std::string url = answer->evidence().url;
  by_url_.insert_or_assign(std::move(url), std::move(answer));
}

const Evidence* EvidenceSet::find(std::string_view url) const {
  const auto found = by_url_.find(url);
  return found == by_url_.end() ? nullptr : &found->second->evidence();
}

const Evidence* EvidenceSet::previous(std::string_view url) const {
  const auto found = by_url_.find(url);
  return found == by_url_.end() ? nullptr : found->second->previous();
}

const Answer& EvidenceSet::answer_of(const Evidence& evidence) const {
  const auto found = by_url_.find(evidence.url);
  if (found != by_url_.end() &&
      (&found->second->evidence() == &evidence || found->second->previous() == &evidence)) {
    return *found->second;
  }
  throw std::logic_error("this set does not hold the evidence of " + evidence.url);
}

}  // namespace assay
