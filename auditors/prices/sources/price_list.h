#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/offer.h"

namespace assay::prices {

/// The doubt about a list in which no model is found that every such list has.
inline constexpr std::string_view kNoCanary =
    "it names no model of a widely served family, so it may be incomplete";

/// What one document of a source states.
struct PriceList {
  /// One clause: why nothing of it counts (another kind of file, reshaped, empty). Empty when it is
  /// such a list.
  std::string problem = {};
  /// One clause: why its silence proves nothing, although what it states counts. Empty when silence
  /// means absence.
  std::string doubt = {};
  std::string about = {};          ///< of a document about one model: its name there
  std::string next = {};           ///< what the source gives as its next page; empty at the end
  std::vector<Offer> offers = {};  ///< ordered by provider, model and variant, each once
  std::size_t records = 0;         ///< offers or not
  std::size_t priced = 0;          ///< offers with a price

  /// Offers whose source states this Hub repository, without regard to case.
  std::vector<const Offer*> of_repository(std::string_view repository) const;
  /// Offers of this name of a model, without regard to case and to prefixes that only some sources
  /// write; at every provider.
  std::vector<const Offer*> of_model(std::string_view model) const;
  /// What of_model() compares: folded_name() without a prefix that only some sources write.
  std::string folded(std::string_view model) const;
  /// What is billed for the offer while its promotion lasts; null when there is none.
  const Offer* promotion(const Offer& offer) const;
  /// All offers of one provider; they are side by side.
  std::span<const Offer> of_provider(std::string_view provider) const;

  std::vector<std::string> model_prefixes = {};  ///< that only some sources write, in lower case
  std::unordered_multimap<std::string, std::size_t> by_model = {};  ///< filled by PriceListBuilder
  std::unordered_multimap<std::string, std::size_t> by_repository = {};
};

/// A name in lower case, without characters that nobody sees.
std::string folded_name(std::string_view name);

/// Of offers of one source.
bool same_identity(const Offer& a, const Offer& b);
bool identity_before(const Offer& a, const Offer& b);

/// Why `now` cannot be what the source means to say, held against its last good copy: most of its
/// prices gone, turned to 0, or moved by one power of ten, or prices after a discount that no
/// longer say so. Empty when nothing speaks against it. A loss of rows or discounts that has lasted
/// for a month is believed.
std::string failure_against(const PriceList& now, const Evidence& now_from, const PriceList& before,
                            const Evidence& before_from);

}  // namespace assay::prices
