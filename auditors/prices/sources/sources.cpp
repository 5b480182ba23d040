#include <algorithm>
#include <array>

#include "auditors/prices/sources/source.h"

namespace assay::prices {

extern const PriceSource kDeepInfra;           // deepinfra.cpp
extern const PriceSource kTogether;            // together.cpp
extern const PriceSource kHfRouter;            // hf_router.cpp
extern const PriceSource kOpenRouter;          // openrouter.cpp
extern const PriceSource kLiteLlm;             // litellm.cpp
extern const PriceSource kModelsDev;           // models_dev.cpp
extern const PriceSource kGenaiPrices;         // genai_prices.cpp
extern const PriceSource kArtificialAnalysis;  // artificial_analysis.cpp

std::span<const PriceSource> sources() {
  static const std::array<PriceSource, 8> table{kDeepInfra,   kTogether,          kHfRouter,
                                                kOpenRouter,  kLiteLlm,           kModelsDev,
                                                kGenaiPrices, kArtificialAnalysis};
  return table;
}

bool may_be_handed_on(std::string_view id) {
  const std::span<const PriceSource> all = sources();
  return std::none_of(all.begin(), all.end(), [&](const PriceSource& source) {
    return source.id == id && source.rank == PriceSource::Rank::aggregate;
  });
}

}  // namespace assay::prices
