#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/hub/requests.h"
#include "auditors/quantizations/lineage.h"
#include "auditors/quantizations/listed_weights.h"
#include "auditors/repository/base_repository.h"

namespace assay {

/// The lists in which quantizations of a base are found: those that the Hub calls quantized from
/// it, its finetunes, and what a search by its name gives. Where the Hub renamed the base, whose
/// filters follow no rename, also what is called quantized from the id that the entry still has,
/// and what a search by that name gives.
class ModelListings {
 public:
  struct Row {
    const hub::Repository* repository;
    RowFacts facts;
    /// Its name is not plainly the base's, or it is gated: a witness of last resort.
    bool odd;
  };

  /// Reads the first list as far as it is known. `base` must be ok; `asked` is the entry's
  /// id of it. What is handed in must outlive this.
  ModelListings(const SourceConfig& hub, const EvidenceSet& evidence, const BaseRepository& base,
                std::string_view asked, const QuantizationFamilies& families);
  ModelListings(const ModelListings&) = delete;  // rows point into it
  ModelListings& operator=(const ModelListings&) = delete;

  const KnownBase& base() const { return base_; }
  const QuantizationFamilies& families() const { return families_; }
  const hub::Listing& quantized() const { return quantized_; }
  /// Rows of the first list that are quantized from exactly the base, in its order.
  const std::vector<Row>& children() const { return children_; }

  /// Reads the other lists, too, as far as they are known. What an earlier run stored of them
  /// serves to find a witness, never to prove an absence: see stored().
  void read_others();
  /// Whether one of the other lists comes from an earlier run than the answer about the base.
  bool stored() const;
  /// Whether a row of outsiders() does.
  bool stored(const hub::Repository& row) const;
  /// Whether nothing has changed since the lists were stored: the Hub counts as many quantizations
  /// and finetunes as are listed, and the newest that the search finds is the newest it found then.
  /// A stored list is as good as a new one then. Reads the newest, which may be missing().
  bool unchanged();
  /// Instead of stored lists reads them as they are now.
  void read_others_anew();
  const hub::Listing* finetunes() const { return finetunes_ ? &*finetunes_ : nullptr; }
  const hub::Listing* named() const { return named_ ? &*named_ : nullptr; }
  /// What the Hub lists as quantized from the entry's own id; null where that is the base's.
  const hub::Listing* former() const { return former_ ? &*former_ : nullptr; }
  /// Any of the other lists that could not be read to the end, or null.
  const hub::Listing* unread() const;
  /// Requests for pages that are not known; of the lists that were asked for.
  std::vector<Request> missing() const;
  /// Rows of all lists that may descend from the base though the first list does not say so;
  /// without those whose names speak of another model and which the Hub calls no quantization.
  /// Empty before read_others() is complete.
  const std::vector<Row>& outsiders() const { return outsiders_; }

  /// All pages that were read or failed.
  std::vector<const Evidence*> pages() const;
  /// The page that states a row of children() or outsiders().
  const Evidence* page_of(const hub::Repository& row) const;

  /// Why the silence of the lists proves nothing; empty when it counts: see silence.h.
  std::string doubt_of_silence() const;

 private:
  using RequestOf = std::function<Request(int limit)>;
  hub::Listing read_pages(const RequestOf& request_of, int large, int small);
  Request children(hub::Relation relation, int limit) const;
  Request search(int limit) const;
  void read_again();
  void read_former();
  bool others_complete() const;
  bool is_stored(const Evidence& page) const { return page.older_than(base_read_); }
  std::vector<const hub::Listing*> lists() const;
  Row row_of(const hub::Repository& row) const;
  void gather_outsiders();

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const QuantizationFamilies& families_;
  const KnownBase base_;
  const Evidence& base_read_;
  int limit_;  // the smallest number of rows asked for per page
  hub::Listing quantized_;
  std::optional<hub::Listing> finetunes_;
  std::optional<hub::Listing> named_;
  // Where one reading may have lost a row: the Hub states no count, pages do not agree with it, a
  // row came twice, or the last page is full.
  std::optional<hub::Listing> quantized_again_;
  std::optional<hub::Listing> finetunes_again_;
  std::optional<hub::Listing> named_again_;
  std::optional<hub::Listing> newest_;  // by name, to see whether stored lists still hold
  // By the entry's id of a base that was renamed; nothing counts them, so they are read twice.
  std::optional<hub::Listing> former_;
  std::optional<hub::Listing> former_again_;
  std::optional<hub::Listing> former_named_;
  std::optional<hub::Listing> former_named_again_;
  std::vector<Row> children_;
  std::vector<Row> outsiders_;
};

}  // namespace assay
