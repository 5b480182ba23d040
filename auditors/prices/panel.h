#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/prices/join.h"
#include "auditors/prices/sources/source.h"

namespace assay::prices {

/// What one source says of one provider's base offer of the entry's model.
struct PriceStatement {
  enum class Kind {
    states,  ///< `offer` can be compared (one of its prices may be absent)
    aside,   ///< it speaks of the offer, but says nothing comparable
    silent,  ///< it does not list the offer, and would if it knew it
    failed,  ///< it could not be asked or read, so that its silence means nothing
  };
  const PriceSource* source = nullptr;
  Kind kind = Kind::silent;
  ReadState state = ReadState::ok;  ///< of a failed one: missing, unreachable or unable
  std::string why = {};  ///< one clause; of a silent one what it lists instead, if anything
  const Offer* offer = nullptr;
  const Evidence* evidence = nullptr;
};

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
  const ModelNames& names() const { return names_; }
  /// Display names of the sources that are asked.
  std::vector<std::string> asked() const;
  /// The provider of an id that an offer has; null when the vocabulary does not know it.
  const Provider* provider(std::string_view id) const;
  /// OpenRouter's headline for this model; null when there is none.
  const Offer* headline() const;

 private:
  void read_hub(const Subject& subject, const Config& config);
  void read_endpoints(const SourceReading& list, const SourceConfig& config);
  PriceStatement listed(const SourceReading& reading, std::string_view provider) const;
  PriceStatement at_host(std::string_view provider) const;
  PriceStatement matched(const SourceReading& reading, std::string_view provider,
                         const PriceList& list, const Evidence& page, const Match& match) const;
  bool mapping_decides(std::string_view provider) const;

  const EvidenceSet& evidence_;
  const Vocabulary& vocabulary_;
  ModelNames names_;
  std::vector<SourceReading> readings_;
  std::optional<SourceReading> aggregate_;
  std::optional<SourceReading> endpoints_;  ///< OpenRouter's document about this model
  ReadState hub_state_ = ReadState::ok;     ///< of the Hub's mapping
  std::string hub_why_;
  bool mapping_known_ = false;
  std::vector<Request> hub_needed_;
};

}  // namespace assay::prices
