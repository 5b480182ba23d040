#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/prices/sources/price_list.h"
#include "validator/vocabulary.h"

namespace assay::prices {

/// One source of price offers. Adding one is a file that defines it, and its line in sources.cpp.
struct PriceSource {
  std::string_view id;    ///< of the configuration: "litellm"
  std::string_view name;  ///< display name: "LiteLLM"
  enum class Rank {
    primary,    ///< states offers first hand: may support, contradict, outdate
    secondary,  ///< a list kept by third parties: may support or dispute
    aggregate,  ///< no provider dimension, and terms that forbid showing its figures
  };
  Rank rank = Rank::secondary;

  /// The provider (its id) that publishes it as what it offers; empty for all others.
  std::string_view own_list_of = {};
  /// 0 may stand there for a price that is not known, or for another way of billing.
  bool doubtful_zeros = false;
  /// URL of its list (of the first page).
  std::string (*list_url)(const SourceConfig&);
  /// Of an answer with a list: shape, units, names, canary, and how it compares with the last good
  /// copy. A pure function, made by sound().
  PriceList (*read_list)(const Answer&, const Vocabulary&);
  /// For a source that states offers per model in documents of their own, found by the name that
  /// its list has for the model; else null.
  std::string (*model_url)(const SourceConfig&, std::string_view model) = nullptr;
  PriceList (*read_model)(const Answer&, const Vocabulary&) = nullptr;
  /// Stored answers younger than this do: for sources that allow few requests a day.
  std::chrono::hours good_for{0};
};

/// Makes a reader of answers from a reader of one document: what its last good copy speaks against
/// is not a list.
template <PriceList (*Read)(const Evidence&, const Vocabulary&)>
PriceList sound(const Answer& answer, const Vocabulary& vocabulary) {
  PriceList now = Read(answer.evidence(), vocabulary);
  if (!now.problem.empty() || answer.previous() == nullptr) return now;
  std::string failure = failure_against(now, answer.evidence(),
                                        Read(*answer.previous(), vocabulary), *answer.previous());
  return failure.empty() ? now : PriceList{.problem = std::move(failure)};
}

/// All sources, in the order in which they are named to people.
std::span<const PriceSource> sources();

/// Whether what a source answers may be handed on to others. Not where its terms forbid it: such
/// answers stay in the database of who asked, as evidence of their verdicts. `id` may be any
/// source, one that states no prices too.
bool may_be_handed_on(std::string_view id);

}  // namespace assay::prices
