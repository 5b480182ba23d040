#include "auditors/prices/statements.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::prices {
namespace {

constexpr std::size_t kShownDigits = 3;

}  // namespace

std::vector<Decimal> stated_prices(const PriceStatement& statement, OfferPrice Offer::*which) {
  std::vector<Decimal> prices;
  if (statement.offer == nullptr) return prices;
  const std::optional<Decimal>& own = (statement.offer->*which).nominal;
  if (own && statement.offer->use == Offer::Use::comparable) prices.push_back(*own);
  for (const Offer* promotion : statement.promotions) {
    const OfferPrice& billed = promotion->*which;
    if (!billed.nominal || promotion->use != Offer::Use::comparable) continue;
    prices.push_back(*billed.nominal);
    if (billed.calculated) prices.push_back(billed.nominal->rounded_to(kShownDigits));
  }
  return prices;
}

bool gives(const PriceStatement& statement, OfferPrice Offer::*which, const Decimal& price) {
  const std::vector<Decimal> prices = stated_prices(statement, which);
  return std::find(prices.begin(), prices.end(), price) != prices.end();
}

std::optional<Decimal> agreed_price(const std::vector<const PriceStatement*>& statements,
                                    OfferPrice Offer::*which) {
  if (statements.empty()) return std::nullopt;
  for (const Decimal& price : stated_prices(*statements.front(), which)) {
    const bool agreed = std::all_of(
        statements.begin(), statements.end(),
        [&](const PriceStatement* statement) { return gives(*statement, which, price); });
    if (agreed) return price;
  }
  return std::nullopt;
}

std::string promotion_clause(const PriceStatement& statement, OfferPrice Offer::*which) {
  if (statement.promotions.empty() || statement.offer == nullptr) return {};
  const OfferPrice& list = statement.offer->*which;
  std::string text;
  if (list.nominal && statement.offer->use == Offer::Use::comparable) {
    text = fmt::format("list price {}", list.nominal->text());
  }
  for (const Offer* promotion : statement.promotions) {
    const std::optional<Decimal>& billed = (promotion->*which).nominal;
    if (!billed) continue;
    text +=
        fmt::format("{}billed {} ({})", text.empty() ? "" : ", ", billed->text(), promotion->terms);
  }
  return text;
}

}  // namespace assay::prices
