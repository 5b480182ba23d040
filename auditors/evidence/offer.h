#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validator/text/decimal.h"

namespace assay {

/// What a source says of one price. Absent, zero and a value are three things: an absent price is
/// not free, and 0 may mean free, unknown or "not billed this way".
struct OfferPrice {
  enum class State { absent, zero, value };
  State state = State::absent;
  /// Exactly what the source wrote, in USD (or Offer::currency) per million tokens: nothing is
  /// rounded, noise is kept. Null when absent. Equal to `nominal` where it is `calculated`.
  std::optional<Decimal> exact;
  /// `exact` without the noise of binary floating point; equal to it where there is none. What is
  /// compared, what counts as a change, and what is told.
  std::optional<Decimal> nominal;
  bool calculated = false;  ///< from what the source wrote and its discount; not stored
  std::string raw;      ///< the token as written ("8.8e-07"); kept for an unusable one ("-1") too
  std::string pointer;  ///< JSON pointer of the token in the body
  bool noisy() const { return exact != nominal; }
  friend bool operator==(const OfferPrice&, const OfferPrice&) = default;
};

/// One price offer as one source states it: the prices at which a provider sells the tokens of a
/// model in one variant. `source`, `provider`, `model` and `variant` together are its identity; a
/// document states each identity once.
struct Offer {
  std::string source;    ///< id of the configured source: "litellm"
  std::string provider;  ///< id in schema/vocabularies/providers.json ("together"), or the source's
                         ///< own name for a provider that the vocabulary does not know
  bool provider_known = false;  ///< the former
  std::string model;            ///< the source's own name of the model at that provider, as written
  std::string repository;       ///< "ORG/NAME" on the Hugging Face Hub where the source states it
  /// "" is the base offer. Others are different offers that never stand in for it: "free", "batch",
  /// "fp8", "above_200k", "00:30:00Z-16:30:00Z", "since 2026-08-01". A word more, "promotion" or
  /// "fp8 promotion", is what is billed for that offer while a promotion lasts; the offer itself
  /// then has the list price.
  std::string variant;
  OfferPrice input;
  OfferPrice output;
  std::string currency = "USD";  ///< what the prices are in; empty when the source leaves it open
  std::string pointer;           ///< JSON pointer of the record in the body
  /// Whether the prices can be held against others. `set_aside`: they were read, but say no
  /// comparable thing (priced by the time of day, another currency, a size that no token costs).
  /// `ended`: the source itself says that it is no longer offered. `unreadable`: it is not a price,
  /// or two of them; it is never stored.
  enum class Use { comparable, set_aside, ended, unreadable };
  Use use = Use::comparable;
  std::string caveat;  ///< one clause: why it is not comparable; empty when it is
  /// Of what a promotion bills: "50 % off until 2026-12-01". Not stored.
  std::string terms;
  friend bool operator==(const Offer&, const Offer&) = default;
};

inline constexpr std::string_view kPromotion = "promotion";

/// The variant under which a promotion of the offer of `variant` is billed.
std::string promotion_of(std::string_view variant);
/// The variant whose promotion it is; null when it is none.
std::optional<std::string> promoted_variant(std::string_view variant);

/// A stretch of time over which a source stated the same prices for an offer.
struct OfferPeriod {
  Offer offer;
  std::string first_seen;  ///< fetched_at of the first and of the last evidence that showed it,
  std::string last_seen;   ///< RFC 3339 in UTC
  friend bool operator==(const OfferPeriod&, const OfferPeriod&) = default;
};

}  // namespace assay
