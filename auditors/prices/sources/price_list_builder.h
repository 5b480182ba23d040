#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "auditors/evidence/evidence.h"
#include "auditors/prices/sources/price_list.h"
#include "auditors/prices/sources/raw_json.h"
#include "validator/text/printable.h"
#include "validator/vocabulary.h"

namespace assay::prices {

/// Collects the offers of one document. What is the same for all sources is done here: naming of
/// providers, exact prices, plausibility, duplicate offers, shape and canary.
class PriceListBuilder {
 public:
  PriceListBuilder(std::string_view source, const Vocabulary& vocabulary)
      : source_(source), vocabulary_(vocabulary) {
    for (const Provider& known : vocabulary.providers) {
      list_.model_prefixes.insert(list_.model_prefixes.end(), known.model_prefixes.begin(),
                                  known.model_prefixes.end());
    }
  }

  /// The provider that the source calls by this name; null when unknown.
  const Provider* provider(std::string_view name) const {
    return vocabulary_.provider_in(source_, visible(name));
  }

  /// A new offer of a provider, given by the source's own name for it.
  Offer offer(std::string_view provider, std::string_view model, std::string pointer) const;

  /// Reads holder[key] into `price`, in units of 10^-power USD per million tokens. `at` is the JSON
  /// pointer of `holder`. A null or missing member is absent; -1 is the sentinel of a dynamic
  /// price; what is not a price at all makes the offer unreadable.
  static void read(Offer& offer, OfferPrice& price, const RawJson& holder, std::string_view key,
                   const std::string& at, int power);
  /// Takes the currency that `holder` states, if it does; another than USD is not comparable.
  static void read_currency(Offer& offer, const RawJson& holder);
  /// The object holder[key]; null when there is none. One that stands there twice makes the offer
  /// unreadable.
  static const RawJson* object(Offer& offer, const RawJson& holder, std::string_view key);
  static void set_aside(Offer& offer, std::string caveat);
  /// The source says that it is no longer offered; `caveat` continues its name: "marks it as …".
  static void end(Offer& offer, std::string caveat);
  /// Likewise where the source names the time (Unix milliseconds; -1: none) and that has passed.
  static void end_on(Offer& offer, std::int64_t when, const Evidence& evidence);
  /// For sources whose 0 may mean anything: sets an offer aside that has no other price.
  static void doubt_zeros(Offer& offer);

  void add(Offer offer);
  /// A record that is not an offer of tokens.
  void skip() { ++list_.records; }
  /// A record that cannot be read although it names its model.
  void add_unreadable(Offer offer, std::string why);
  /// A record that does not even say what it speaks of: the list's silence proves nothing then.
  void unreadable() {
    ++list_.records;
    ++unreadable_;
    ++nameless_;
  }
  void doubt(std::string why) { list_.doubt = std::move(why); }
  void next(std::string page) { list_.next = std::move(page); }
  PriceList finish() &&;
  /// For a document about a single model, `about`, which has no canary of its own, and may be
  /// empty.
  PriceList finish_model(std::string about) &&;

  static PriceList no_list(std::string problem);

 private:
  void merge_duplicates();
  void check_shape(bool whole_list);
  PriceList finish(bool whole_list);

  std::string source_;
  const Vocabulary& vocabulary_;
  PriceList list_;
  std::size_t unreadable_ = 0;
  std::size_t nameless_ = 0;
};

/// Reads the rows of `[…]` or `{"data": […]}`; `at` is the JSON pointer of the row.
using ReadRow = void (*)(PriceListBuilder&, const RawJson& row, const std::string& at,
                         const Evidence&);
PriceList read_rows(std::string_view source, const Evidence& evidence, const Vocabulary& vocabulary,
                    ReadRow read);

}  // namespace assay::prices
