#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/moment.h"
#include "db/records.h"

namespace assay::db {

// Rows of `offer`, `price`, `price_reading`, `price_gap` and `offer_entry`: what a model cost when.

/// See Store::add_offers and Store::add_joined; `at` is the moment of this change.
void record_offers(SQLite::Database& connection, std::int64_t run, std::int64_t at,
                   const Evidence& document, std::span<const Offer> offers, bool whole);
void record_joined(SQLite::Database& connection, std::int64_t at, const std::string& slug,
                   std::span<const Offer* const> offers);

/// By source; `until` is the end of the run.
std::vector<SourceOffers> count_offers(SQLite::Database& connection, std::int64_t run,
                                       std::int64_t until);
std::vector<PricePeriod> select_prices(SQLite::Database& connection, const PriceFilter& filter,
                                       const View& view);
std::vector<OfferPeriod> select_offer_history(SQLite::Database& connection,
                                              const std::string& slug);
std::optional<Evidence> select_last_document(SQLite::Database& connection,
                                             const Evidence& document);

}  // namespace assay::db
