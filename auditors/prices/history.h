#pragma once

#include <string_view>
#include <vector>

#include "auditors/evidence/offer.h"
#include "auditors/prices/join.h"
#include "auditors/prices/sources/source.h"

namespace assay::prices {

/// Of what our own records hold: the periods of the base offer of the model at a provider, by the
/// same rules as the present (base_among), each at its own time, with those of its promotions. Only
/// comparable ones of known sources.
std::vector<const OfferPeriod*> base_periods(const std::vector<OfferPeriod>& history,
                                             std::string_view provider, const ModelNames& names);

/// By the id of the configuration; null when there is none.
const PriceSource* source_named(std::string_view id);

}  // namespace assay::prices
