#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/join.h"
#include "auditors/prices/sources/source.h"
#include "auditors/prices/statements.h"

namespace assay::prices {

/// One source as far as an entry needs it.
struct SourceReading {
  const PriceSource* source = nullptr;
  ReadState state = ReadState::missing;
  std::string why = {};                      ///< of a failed one
  std::string doubt = {};                    ///< why its silence proves nothing; empty when it does
  std::vector<const Evidence*> pages = {};   ///< that were read
  std::vector<const PriceList*> lists = {};  ///< of these pages
  const Evidence* failed = nullptr;
  std::vector<Request> needed = {};
};

/// All sources around one entry, its model joined to their offers by exact keys: the id of its
/// repository on the Hub, the provider's own name of it, OpenRouter's id. Never by likeness; a
/// variant never stands in for another.
class Panel {
 public:
  /// `config` and `evidence` must outlive it.
  Panel(const Subject& subject, const Config& config, const EvidenceSet& evidence);

  /// Requests still wanted.
  std::vector<Request> needed() const;
  /// What each source says that has a name for the provider (its id in the vocabulary), or lists an
  /// offer of it, in the order of sources().
  std::vector<PriceStatement> statements(std::string_view provider) const;
  /// Providers that any source names for this model, in order.
  std::vector<std::string> providers() const;
  OffersRead offers() const;
  /// Sources that failed or may be cut. `auditor` and `labels` are left empty.
  Unread unread() const;
  /// The source whose prices are aggregates over hosts; null unless a claim wants it and it is
  /// asked.
  const SourceReading* aggregate() const { return aggregate_ ? &*aggregate_ : nullptr; }
  bool aggregate_switched_off() const;
  const ModelNames& names() const { return names_; }
  /// Display names of the sources that are asked.
  std::vector<std::string> asked() const;
  /// Whether any of them has a name for the provider.
  bool speaks_of(std::string_view provider) const;
  /// Those that could speak of the provider and are not asked, which is no fault, as the end of a
  /// sentence: "; switched off: OpenRouter; without a key: Together AI". `first_hand`: those alone.
  std::string not_asked(std::string_view provider, bool first_hand) const;
  /// The provider of an id that an offer has; null when the vocabulary does not know it.
  const Provider* provider(std::string_view id) const;
  /// OpenRouter's headline for this model; null when there is none.
  const Offer* headline() const;

 private:
  void read_hub(const Subject& subject, const Config& config);
  void read_former_names(const SourceConfig& hub, const std::vector<PriceClaim>& claims);
  void read_openrouter(const std::vector<PriceClaim>& claims, const Config& config);
  void read_endpoints(const SourceReading& list, const SourceConfig& config);
  PriceStatement listed(const SourceReading& reading, std::string_view provider) const;
  PriceStatement at_host(std::string_view provider) const;
  PriceStatement headlined(PriceStatement statement) const;
  bool mapping_decides(std::string_view provider) const;

  const EvidenceSet& evidence_;
  const Vocabulary& vocabulary_;
  ModelNames names_;
  std::vector<SourceReading> readings_;
  std::optional<SourceReading> aggregate_;
  std::optional<SourceReading> endpoints_;  ///< OpenRouter's document about this model
  /// Why what a source lists may be the model under a former name, by source id.
  std::map<std::string, std::string, std::less<>> unnamed_;
  bool headline_differs_ = false;  ///< a claim at OpenRouter is not what its list states
  std::vector<std::pair<const PriceSource*, const SourceConfig*>> not_asked_;
  bool hub_switched_off_ = false;
  ReadState hub_state_ = ReadState::ok;  ///< of the Hub's mapping
  std::string hub_why_;
  bool mapping_known_ = false;
  std::vector<Request> hub_needed_;
};

}  // namespace assay::prices
