#include "auditors/prices/claims.h"

#include <algorithm>
#include <utility>

#include "auditors/prices/providers.h"

namespace assay::prices {
namespace {

constexpr std::string_view kInput = ".input_per_mtok_usd";
constexpr std::string_view kOutput = ".output_per_mtok_usd";

}  // namespace

bool is_price_label(std::string_view label) {
  return (label.starts_with("cost.") || label.starts_with("cost[")) &&
         (label.ends_with(kInput) || label.ends_with(kOutput));
}

std::vector<PriceClaim> price_claims(const Subject& subject, const Vocabulary& vocabulary) {
  std::vector<PriceClaim> blocks;
  for (const Claim& claim : subject.claims) {
    if (!is_price_label(claim.label)) continue;
    const bool input = std::string_view(claim.label).ends_with(kInput);
    const std::string block =
        claim.label.substr(0, claim.label.size() - (input ? kInput : kOutput).size());
    auto found = std::find_if(blocks.begin(), blocks.end(),
                              [&](const PriceClaim& known) { return known.block == block; });
    if (found == blocks.end()) {
      PriceClaim named{.block = block,
                       .vendor = claim.vendor,
                       .providers = providers_named(vocabulary, claim.vendor, claim.source),
                       .as_of = claim.as_of,
                       .via_artificial_analysis = claim.via_artificial_analysis};
      if (named.providers.size() == 1) named.provider = named.providers.front();
      found = blocks.insert(blocks.end(), std::move(named));
    }
    (input ? found->input : found->output) = &claim;
  }
  return blocks;
}

bool wants_aggregate(const PriceClaim& claim) {
  return claim.vendor.empty() && claim.via_artificial_analysis;
}

}  // namespace assay::prices
