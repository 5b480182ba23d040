#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/quantizations/listings.h"
#include "auditors/quantizations/witness.h"

namespace assay {

/// What the search for one family's weights came to.
struct SearchResult {
  enum class Status {
    pending,  ///< more must be read (QuantizationSearch::needed)
    witness,
    absent,       ///< everything was read, and nothing holds the family
    doubtful,     ///< something may hold it, or silence proves nothing; see `why`
    unreachable,  ///< something that is needed failed; see `why`
  };
  Status status = Status::pending;
  std::string why;
  const hub::Repository* repository = nullptr;  ///< the witness
  Examined examined{};                          ///< of the witness
  std::string lineage;  ///< of a witness whose lineage the listing does not state: what does
  std::vector<const Evidence*> evidence{};     ///< of the lineage, or of what is in the way
  std::map<std::string, std::size_t> holds{};  ///< when absent: what the listed ones hold instead
};

/// How many of the listed repositories promise a family.
struct Promise {
  std::size_t stated = 0;    ///< their config or file names state it
  std::size_t spoken = 0;    ///< only names or tags speak of it
  std::vector<double> bits;  ///< per weight of the stated ones, ascending, as far as they say
};

/// Looks for quantizations of one base: for a witness among those that the Hub lists as quantized
/// from it; before an absence also in the base itself, its finetunes and what a search by its name
/// finds. Pure; what is missing is added to `needed`.
class QuantizationSearch {
 public:
  QuantizationSearch(const SourceConfig& hub, const EvidenceSet& evidence, ModelListings& listings)
      : hub_(hub),
        evidence_(evidence),
        listings_(listings),
        base_(listings.base().repository),
        base_row_{&base_, RowFacts(base_, listings.families(), base_.id), false} {}

  /// The whole search, for a family that was claimed.
  SearchResult find(std::string_view family);
  /// A few tries, for a family that nobody claimed: a witness or nothing.
  SearchResult glance(std::string_view family);
  Promise promise(std::string_view family) const;

  std::vector<Request> needed;

 private:
  using Row = ModelListings::Row;
  struct Progress;  // of one family's search

  Listed listed(const Row& row, std::string_view family) const;
  std::vector<const Row*> candidates(std::string_view family, bool likely) const;
  bool base_likely(std::string_view family) const;
  void need(const std::vector<Request>& requests, Progress& progress);
  void look(const std::vector<const Row*>& rows, bool all_at_once, Progress& progress);
  void look_at_base(Progress& progress);
  bool is_foreign(const Row& row, Progress& progress);
  void earn_absence(Progress& progress);
  bool look_in_others(Progress& progress);
  void look_outside(const Row& row, Progress& progress);
  bool refers_otherwise(const hub::Repository& stored) const;
  void confirm(const hub::Repository& stored, Progress& progress);
  bool complete(const hub::Listing& listing, std::string_view what, Progress& progress) const;
  void conclude(Progress& progress) const;

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  ModelListings& listings_;
  const hub::Repository& base_;
  const Row base_row_;
  std::deque<hub::Repository> confirmed_;  // witnesses as they are now; references stay valid
};

}  // namespace assay
