#pragma once

#include <string>

#include "auditors/prices/sources/price_list_builder.h"

namespace assay::prices {

/// What a source states beside the prices of an offer about a promotion.
struct Discount {
  const RawJson* share = nullptr;  ///< of the price that is not billed; negative adds to it
  std::string until = {};          ///< YYYY-MM-DD; empty where no end is stated
  bool over = false;               ///< its end has passed
  bool twice = false;              ///< two of them that differ
};

/// `discount` and `discount_ends_at` of either of two objects, of which the first may be null.
Discount discount_of(const RawJson* pricing, const RawJson& row, const Evidence& evidence);

/// Sets an offer aside whose price something else in its record changes in a way that is not known:
/// a surge, a minimum, and where `discount_is_known` is false a discount.
void doubt_modified(PriceListBuilder& builder, Offer& offer, const RawJson& pricing,
                    bool discount_is_known);

/// The price that a source writes where it states a discount.
enum class Writes { list_price, billed_price };

/// Adds the offer, and where a promotion changes what is billed for it, that as an offer of its own
/// (promotion_of its variant): the offer then has the list price, which is calculated where the
/// source writes what is billed. A list price that cannot be told to the digit sets the offer
/// aside.
void add_discounted(PriceListBuilder& builder, Offer offer, const Discount& discount,
                    Writes writes);

}  // namespace assay::prices
