#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/reading.h"
#include "auditors/prices/sources/source.h"

namespace assay::prices {

/// What one source says of one provider's base offer of the entry's model.
struct PriceStatement {
  enum class Kind {
    states,  ///< `offer` can be compared (one of its prices may be absent)
    aside,   ///< it speaks of the offer, but says nothing comparable
    silent,  ///< it does not list the offer, and would if it knew it
    failed,  ///< it could not be asked or read, so that its silence means nothing
    mute,    ///< it says nothing of the offer, and does not mean by it that there is none
  };
  const PriceSource* source = nullptr;
  Kind kind = Kind::silent;
  ReadState state = ReadState::ok;  ///< of a failed one: missing, unreachable or unable
  std::string why = {};  ///< one clause; of a silent one what it lists instead, if anything
  const Offer* offer = nullptr;
  /// What promotions bill for the offer; its own prices are list prices then.
  std::vector<const Offer*> promotions = {};
  /// It is the provider's own list of what it offers.
  bool own_list = false;
  const Evidence* evidence = nullptr;
};

/// The prices that a statement gives: the offer's own first, then what promotions bill for it; a
/// billed price that was calculated also rounded to three digits, as providers' pages show it.
std::vector<Decimal> stated_prices(const PriceStatement& statement, OfferPrice Offer::*which);
bool gives(const PriceStatement& statement, OfferPrice Offer::*which, const Decimal& price);

/// A price that all of them give, the first of the first; null when there is none.
std::optional<Decimal> agreed_price(const std::vector<const PriceStatement*>& statements,
                                    OfferPrice Offer::*which);

/// "list price 0.75, billed 0.4875 (35 % off until 2026-12-01)"; empty without a promotion.
std::string promotion_clause(const PriceStatement& statement, OfferPrice Offer::*which);

}  // namespace assay::prices
