#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "auditors/audit.h"

namespace assay {

/// What a run read of one source's offers, and which of them are of no model in the catalog.
struct OfferCount {
  std::string source;
  std::size_t read = 0;
  std::size_t joined = 0;
  struct Key {
    std::string provider;
    std::string model;
    std::string variant;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::vector<Key> unjoined;  ///< in order
};

/// Listens to a plan's offers: nothing that was read is dropped unseen.
class OfferTally {
 public:
  /// Adds itself to the plan's callbacks; must outlive the audit.
  void listen(AuditPlan& plan);
  std::vector<OfferCount> counts() const;  ///< by source

 private:
  struct Seen {
    std::set<OfferCount::Key> read;
    std::set<OfferCount::Key> joined;
  };
  std::map<std::string, Seen> sources_;
};

}  // namespace assay
