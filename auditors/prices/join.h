#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/prices/sources/price_list.h"

namespace assay::prices {

/// The exact names under which an entry's model stands in price lists.
struct ModelNames {
  /// Its ids on the Hub, former ones included; the first is the canonical one.
  std::vector<std::string> repositories;
  std::vector<std::string> openrouter;  ///< OpenRouter's ids, where its list states the repository
  /// The provider's own name of it (by provider id), from the Hub's mapping.
  std::map<std::string, std::string, std::less<>> mapped;
};

/// Every offer of the model in a list, at whichever provider and in whichever variant: its source
/// states the repository, or it has the repository's id for a name, or the provider's own name.
/// Names are compared without regard to case.
std::vector<const Offer*> offers_of(const PriceList& list, const ModelNames& names);

/// Which of several offers is the base offer.
struct Match {
  enum class Kind { offer, ambiguous, none };
  Kind kind = Kind::none;
  const Offer* offer = nullptr;  ///< unless none
  /// All that are meant by it: `offer`, and others at the same prices.
  std::vector<const Offer*> alike = {};
  /// Ambiguous: why. None: what the list has instead of it; may be empty.
  std::string why = {};
};
/// What a list says of the base offer of the model at a provider.
Match base_offer(const PriceList& list, const ModelNames& names, std::string_view provider);
/// Likewise in a document about this model alone, whose offers differ by how a host serves it: a
/// quantization is how, anything else ("turbo", "flex") is another offer.
Match host_offer(const PriceList& document, std::string_view provider);

/// Likewise among offers of the model that one source stated at one provider at the same time; in
/// documents about this model alone, if `of_host`.
Match base_among(const std::vector<const Offer*>& offers, const ModelNames& names, bool of_host);

}  // namespace assay::prices
