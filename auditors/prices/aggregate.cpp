#include "auditors/prices/aggregate.h"

#include <fmt/format.h>

#include "auditors/prices/verdict.h"

// Claims without a vendor that were taken from a source which states one figure per model over all
// providers. It can confirm them within its rounding; a difference proves nothing, and its figures
// are never shown.

namespace assay::prices {
namespace {

// Its figures have two decimals.
Decimal to_cents(const Decimal& price) {
  const int digits = price.leading_exponent() + 3;
  if (digits >= 1) return price.rounded_to(static_cast<std::size_t>(digits));
  // Below a cent: half a cent and more rounds up.
  return *Decimal::parse(price.scaled_by_ten_to(3) > *Decimal::parse("5") ? "0.01" : "0");
}

const Offer* offer_of(const SourceReading& reading, const ModelNames& names) {
  for (const PriceList* list : reading.lists) {
    for (const std::string& id : names.openrouter) {
      const std::vector<const Offer*> offers = list->of_model(id);
      if (offers.size() == 1 && offers.front()->use == Offer::Use::comparable) {
        return offers.front();
      }
    }
  }
  return nullptr;
}

}  // namespace

std::vector<Finding> judge_aggregate(const PriceClaim& claim, const Panel& panel) {
  const SourceReading* reading = panel.aggregate();
  if (reading == nullptr) {
    return block_findings(
        claim, panel.aggregate_switched_off() ? Verdict::unaudited : Verdict::verifier_unable,
        fmt::format("it names no vendor, and Artificial Analysis, from which it was taken, is {}",
                    panel.aggregate_switched_off() ? "switched off" : "not asked without a key"));
  }
  const std::string name(reading->source->name);
  if (reading->state != ReadState::ok) {
    return block_findings(claim,
                          reading->state == ReadState::unable ? Verdict::verifier_unable
                                                              : Verdict::source_unreachable,
                          fmt::format("{}: {}", name, reading->why));
  }
  const Offer* offer = offer_of(*reading, panel.names());
  std::vector<Finding> findings = block_findings(
      claim, Verdict::verifier_unable,
      fmt::format("{} states one rounded figure per model over all providers, and {} "
                  "(source_cannot_express)",
                  name,
                  offer == nullptr ? "names this model by no exact key"
                                   : "this one does not confirm the claim"));
  for (Finding& finding : findings) {
    if (offer == nullptr) break;
    const bool input = claim.input != nullptr && finding.label == claim.input->label;
    const OfferPrice& price = input ? offer->input : offer->output;
    const std::optional<Decimal> claimed =
        Decimal::parse((input ? claim.input : claim.output)->value);
    if (!claimed || !price.nominal || to_cents(*claimed) != to_cents(*price.nominal)) continue;
    finding.verdict = Verdict::supported;
    finding.observed = claimed->text();
    finding.reason =
        fmt::format("{} states it within its rounding, as an aggregate over providers", name);
  }
  return findings;
}

}  // namespace assay::prices
