#include "auditors/prices/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/prices/mismatch.h"
#include "validator/text/printable.h"

namespace assay::prices {
namespace {

using nlohmann::json;
using Kind = PriceStatement::Kind;
using Rank = PriceSource::Rank;
using Price = OfferPrice Offer::*;

std::string_view side(Price which) { return which == &Offer::input ? "input" : "output"; }

std::string source_name(const PriceStatement& statement) {
  return std::string(statement.source->name);
}

// Its own price, else what a promotion bills.
Decimal value(const PriceStatement& statement, Price which) {
  return stated_prices(statement, which).front();
}

// Statements of one rank about one price, by what came of them.
struct Heard {
  std::vector<const PriceStatement*> stating;
  std::vector<const PriceStatement*> aside;
  std::vector<const PriceStatement*> silent;
  std::vector<const PriceStatement*> failed;
  std::vector<const PriceStatement*> mute;
};

// One side of an offer costs nothing, where 0 may mean that it is not known.
bool is_doubtful_zero(const PriceStatement& statement, Price which) {
  const Offer& offer = *statement.offer;
  const bool one_sided = offer.input.state == OfferPrice::State::value ||
                         offer.output.state == OfferPrice::State::value;
  return statement.source->doubtful_zeros && one_sided &&
         (offer.*which).state == OfferPrice::State::zero;
}

Heard hear(const std::vector<PriceStatement>& statements, Rank rank, Price which,
           const Decimal& claimed) {
  Heard heard;
  for (const PriceStatement& statement : statements) {
    if (statement.source->rank != rank) continue;
    switch (statement.kind) {
      case Kind::states:
        if (is_doubtful_zero(statement, which)) {
          heard.aside.push_back(&statement);
        } else if (((*statement.offer).*which).nominal) {
          heard.stating.push_back(&statement);
        } else {
          heard.silent.push_back(&statement);
        }
        break;
      case Kind::aside: {
        // What is billed may be known where the list price is not.
        const bool billed = statement.offer != nullptr &&
                            statement.offer->use != Offer::Use::comparable &&
                            gives(statement, which, claimed);
        (billed ? heard.stating : heard.aside).push_back(&statement);
        break;
      }
      case Kind::mute:
        heard.mute.push_back(&statement);
        break;
      case Kind::silent:
        heard.silent.push_back(&statement);
        break;
      case Kind::failed:
        heard.failed.push_back(&statement);
        break;
    }
  }
  return heard;
}

std::vector<std::string> names_of(const std::vector<const PriceStatement*>& statements) {
  std::vector<std::string> names;
  for (const PriceStatement* statement : statements) names.push_back(source_name(*statement));
  return names;
}

// "LiteLLM says 0.05, models.dev 0.06"
std::string who_says_what(const std::vector<const PriceStatement*>& statements, Price which) {
  std::string text;
  for (const PriceStatement* statement : statements) {
    text += fmt::format("{}{}{} {}", text.empty() ? "" : ", ", source_name(*statement),
                        text.empty() ? " says" : "", value(*statement, which).text());
  }
  return text;
}

class Judge {
 public:
  Judge(const PriceClaim& claim, const Panel& panel, const std::vector<OfferPeriod>& history)
      : claim_(claim),
        panel_(panel),
        history_(history),
        statements_(panel.statements(claim.provider->id)) {}

  Finding judge(const Claim& label, Price which) {
    which_ = which;
    finding_ = {};
    finding_.label = label.label;
    finding_.claimed = claimed_json(label);
    claimed_ = Decimal::parse(label.value);
    for (const PriceStatement& statement : statements_) {
      if (statement.evidence != nullptr)
        finding_.observations.push_back(observe_price(statement, which));
    }
    if (!claimed_) {
      return end(Verdict::verifier_unable, fmt::format("`{}` is not a number", label.value));
    }
    claimed_ = claimed_->without_noise();
    primary_ = hear(statements_, Rank::primary, which, *claimed_);
    secondary_ = hear(statements_, Rank::secondary, which, *claimed_);
    if (!primary_.failed.empty()) return waiting(primary_);
    if (!primary_.stating.empty()) return first_hand();
    if (!primary_.aside.empty()) return incomparable(primary_.aside);
    if (own_list_without_it() != nullptr) return not_offered();
    if (!primary_.mute.empty()) return incomparable(primary_.mute);
    if (!secondary_.failed.empty()) return waiting(secondary_);
    if (!secondary_.stating.empty()) return second_hand();
    if (!secondary_.aside.empty()) return incomparable(secondary_.aside);
    return silence();
  }

 private:
  Finding end(Verdict verdict, std::string reason) {
    finding_.verdict = verdict;
    finding_.reason = std::move(reason);
    return std::move(finding_);
  }

  std::string what() const {
    return fmt::format("{} price at {}", side(which_), claim_.provider->name);
  }
  std::string per() const { return fmt::format("USD per million {} tokens", side(which_)); }

  // A source that could change the verdict failed; what the others say is told, not concluded from.
  Finding waiting(const Heard& heard) {
    const bool unreachable = std::any_of(
        heard.failed.begin(), heard.failed.end(),
        [](const PriceStatement* failed) { return failed->state != ReadState::unable; });
    std::vector<std::string> failures;
    for (const PriceStatement* failed : heard.failed) {
      failures.push_back(fmt::format("{}: {}", source_name(*failed), failed->why));
    }
    std::string reason =
        fmt::format("not every source that may state this price {}: {}",
                    unreachable ? "answered" : "could be read", fmt::join(failures, "; "));
    std::vector<const PriceStatement*> others = primary_.stating;
    others.insert(others.end(), secondary_.stating.begin(), secondary_.stating.end());
    if (!others.empty()) reason += "; " + who_says_what(others, which_);
    return end(unreachable ? Verdict::source_unreachable : Verdict::verifier_unable,
               std::move(reason));
  }

  Finding incomparable(const std::vector<const PriceStatement*>& statements) {
    std::vector<std::string> whys;
    for (const PriceStatement* aside : statements) {
      whys.push_back(fmt::format("{}: {}", source_name(*aside),
                                 aside->kind == Kind::states
                                     ? "0 may mean free, unknown or not billed this way there"
                                     : aside->why));
    }
    std::string reason =
        fmt::format("the {} cannot be compared: {}", what(), fmt::join(whys, "; "));
    if (!secondary_.stating.empty()) reason += "; " + who_says_what(secondary_.stating, which_);
    return end(Verdict::verifier_unable, std::move(reason));
  }

  Finding first_hand() {
    const std::vector<const PriceStatement*>& stating = primary_.stating;
    const std::optional<Decimal> agreed = agreed_price(stating, which_);
    if (!agreed) return disputed(stating, "the sources disagree");
    std::vector<const PriceStatement*> supporting;
    for (const PriceStatement* statement : stating) {
      if (gives(*statement, which_, *claimed_)) supporting.push_back(statement);
    }
    if (!supporting.empty()) {
      finding_.observed = claimed_->text();
      return end(Verdict::supported,
                 fmt::format("{} {} {} {} at {}{}", listing(names_of(supporting)),
                             supporting.size() == 1 ? "states" : "state", claimed_->text(), per(),
                             claim_.provider->name, details(*supporting.front())) +
                     terms(stating) + dissent());
    }
    // Of an offer with a promotion its list price is held against the claim.
    const auto lists_it =
        std::find_if(stating.begin(), stating.end(), [&](const PriceStatement* statement) {
          return ((*statement->offer).*which_).nominal == agreed;
        });
    const PriceStatement& first = lists_it == stating.end() ? *stating.front() : **lists_it;
    const Decimal seen = value(first, which_);
    finding_.observed = seen.text();
    const Mismatch mismatch = explain_mismatch({.claim = claim_,
                                                .which = which_,
                                                .claimed = *claimed_,
                                                .seen = first,
                                                .panel = panel_,
                                                .history = history_});
    return end(mismatch.verdict,
               fmt::format("{} {} {} {} at {}{}, the entry says {}{}", listing(names_of(stating)),
                           stating.size() == 1 ? "states" : "state", seen.text(), per(),
                           claim_.provider->name, details(first), claimed_->text(), mismatch.why) +
                   terms(stating) + dissent() + left_out());
  }

  Finding second_hand() {
    const std::vector<const PriceStatement*>& stating = secondary_.stating;
    const std::optional<Decimal> agreed = agreed_price(stating, which_);
    if (!agreed || !gives(*stating.front(), which_, *claimed_)) {
      return disputed(stating,
                      "no source states it first hand, and third-party lists say otherwise");
    }
    finding_.observed = claimed_->text();
    return end(
        Verdict::supported,
        fmt::format("only third-party lists state it: {} {} {} {} at {}{}",
                    listing(names_of(stating)), stating.size() == 1 ? "gives" : "give",
                    claimed_->text(), per(), claim_.provider->name, details(*stating.front())) +
            delisting(primary_.silent) + dissent() + left_out());
  }

  // The provider's own list, read whole, where it does not have the offer.
  const PriceStatement* own_list_without_it() const {
    const auto own = std::find_if(primary_.silent.begin(), primary_.silent.end(),
                                  [](const PriceStatement* statement) {
                                    return statement->own_list && statement->kind == Kind::silent;
                                  });
    return own == primary_.silent.end() ? nullptr : *own;
  }

  // What a provider itself does not list, it does not sell, whoever says so: lists of others keep
  // what is gone.
  Finding not_offered() {
    const PriceStatement& own = *own_list_without_it();
    std::string reason = fmt::format(
        "{}'s own list, which was read whole, has no such offer: "
        "delisting suspected",
        claim_.provider->name);
    const std::string before = last_stated(claim_, which_, {&own}, panel_.names(), history_);
    if (!before.empty()) reason += "; " + before;
    if (!secondary_.stating.empty()) {
      reason +=
          fmt::format("; {}, first hand for none of it", who_says_what(secondary_.stating, which_));
    }
    return end(Verdict::unsupported, reason + beside() + left_out());
  }

  // What sources that are silent now stated before, as the end of a sentence.
  std::string delisting(const std::vector<const PriceStatement*>& silent) const {
    const std::string before = last_stated(claim_, which_, silent, panel_.names(), history_);
    return before.empty() ? before : "; " + before;
  }

  Finding disputed(const std::vector<const PriceStatement*>& stating, std::string_view how) {
    json observed = json::object();
    for (const PriceStatement* statement : stating) {
      observed[std::string(statement->source->id)] = value(*statement, which_).text();
    }
    finding_.observed = std::move(observed);
    std::string reason = fmt::format("{} on the {}: {}; the entry says {}", how, what(),
                                     who_says_what(stating, which_), claimed_->text());
    for (const PriceStatement* statement : stating) {
      const std::string kind = unit_or_swap({.claim = claim_,
                                             .which = which_,
                                             .claimed = *claimed_,
                                             .seen = *statement,
                                             .panel = panel_,
                                             .history = history_});
      if (!kind.empty()) reason += fmt::format("; against {}: {}", source_name(*statement), kind);
    }
    return end(Verdict::disputed, reason + terms(stating) + dissent() + left_out());
  }

  Finding silence() {
    const std::string gone =
        delisted(claim_, which_, *claimed_, primary_.silent, panel_.names(), history_);
    if (!gone.empty()) return end(Verdict::outdated, gone + beside() + left_out());
    const std::vector<std::string> names = names_of(everyone());
    if (names.empty()) {
      const std::string& vendor = claim_.provider->name;
      const std::string others = panel_.not_asked(claim_.provider->id, false);
      if (panel_.speaks_of(claim_.provider->id)) {
        return end(Verdict::verifier_unable,
                   fmt::format("no source that was read speaks of {}{}", vendor, others));
      }
      return end(others.empty() ? Verdict::verifier_unable : Verdict::unaudited,
                 fmt::format("no source that is asked has a name for {}{}", vendor, others));
    }
    std::string reason = fmt::format("{} {} no {} of this model", listing(names),
                                     names.size() == 1 ? "states" : "state", what());
    const std::string first_hand = delisting(primary_.silent);
    reason += first_hand.empty() ? delisting(secondary_.silent) : first_hand;
    if (first_hand.empty() && marked_as_ended()) reason += "; delisting suspected";
    if (claim_.via_artificial_analysis) {
      reason +=
          "; Artificial Analysis, from which it was taken, states prices of models and not of "
          "providers, so it cannot confirm it (source_cannot_express)";
    }
    return end(Verdict::unsupported,
               reason + beside() + panel_.not_asked(claim_.provider->id, false));
  }

  // Whether a silent source still has the offer, as one that has ended.
  bool marked_as_ended() const {
    const std::vector<const PriceStatement*> all = everyone();
    return std::any_of(all.begin(), all.end(), [](const PriceStatement* statement) {
      return statement->offer != nullptr && statement->offer->use == Offer::Use::ended;
    });
  }

  std::vector<const PriceStatement*> everyone() const {
    std::vector<const PriceStatement*> all = primary_.silent;
    all.insert(all.end(), secondary_.silent.begin(), secondary_.silent.end());
    return all;
  }

  // What silent sources have instead.
  std::string beside() const {
    std::string text;
    for (const PriceStatement* statement : everyone()) {
      if (statement->kind == Kind::states) {
        text += fmt::format("; {} lists it without this price", source_name(*statement));
      } else if (!statement->why.empty()) {
        text += fmt::format("; {} {}", source_name(*statement), statement->why);
      }
    }
    return text;
  }

  // The promotions under which the price is billed.
  std::string terms(const std::vector<const PriceStatement*>& stating) const {
    std::string text;
    for (const PriceStatement* statement : stating) {
      const std::string clause = promotion_clause(*statement, which_);
      if (clause.empty()) continue;
      text += stating.size() == 1 ? "; " + clause
                                  : fmt::format("; {}: {}", source_name(*statement), clause);
    }
    return text;
  }

  // First-hand sources that were left out, where they could have spoken against it.
  std::string left_out() const { return panel_.not_asked(claim_.provider->id, true); }

  // What decides nothing and still should be seen.
  std::string dissent() const {
    std::string text;
    if (!primary_.stating.empty()) {
      const Decimal decided = value(*primary_.stating.front(), which_);
      for (const PriceStatement* other : secondary_.stating) {
        if (!gives(*other, which_, decided)) {
          text += fmt::format("; {} lists {}", source_name(*other), value(*other, which_).text());
        }
      }
    }
    if (const PriceStatement* own = own_list_without_it()) {
      text += fmt::format("; {}'s own list has no such offer", source_name(*own));
    }
    for (const PriceStatement* mute : primary_.mute) {
      text += fmt::format("; {} {}", source_name(*mute), mute->why);
    }
    for (const Heard* heard : {&primary_, &secondary_}) {
      for (const PriceStatement* aside : heard->aside) {
        text += fmt::format("; {} was set aside: {}", source_name(*aside), aside->why);
      }
    }
    return text;
  }

  // Where exactly it stands, when that is not what one would expect.
  std::string details(const PriceStatement& statement) const {
    const Offer& offer = *statement.offer;
    std::string text;
    const std::vector<std::string>& ids = panel_.names().repositories;
    const std::string name = visible(offer.model);
    if (std::find(ids.begin(), ids.end(), name) == ids.end()) text += " as " + name;
    if (!offer.variant.empty()) text += fmt::format(" ({})", offer.variant);
    return text;
  }

  const PriceClaim& claim_;
  const Panel& panel_;
  const std::vector<OfferPeriod>& history_;
  std::vector<PriceStatement> statements_;
  Price which_ = &Offer::input;
  std::optional<Decimal> claimed_;
  Heard primary_;
  Heard secondary_;
  Finding finding_;
};

}  // namespace

std::string listing(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

Observation observe_price(const PriceStatement& statement, Price which) {
  const Evidence& evidence = *statement.evidence;
  Observation seen{.source = std::string(statement.source->id),
                   .value = nullptr,
                   .url = evidence.url,
                   .fetched_at = evidence.fetched_at,
                   .evidence = evidence.id};
  if (statement.offer == nullptr) return seen;
  const Offer& offer = *statement.offer;
  const OfferPrice& price = offer.*which;
  seen.value = {{"provider", offer.provider}, {"model", offer.model}, {"pointer", offer.pointer}};
  if (!offer.variant.empty()) seen.value["variant"] = offer.variant;
  seen.value["price"] = price.nominal ? json(price.nominal->text()) : json(nullptr);
  for (const Offer* promotion : statement.promotions) {
    const OfferPrice& billed = promotion->*which;
    if (!billed.nominal) continue;
    seen.value["billed"] = billed.nominal->text();
    seen.value["promotion"] = promotion->terms;
  }
  if (price.exact) seen.value["currency"] = offer.currency;
  if (!price.raw.empty()) {
    seen.value["raw"] = price.raw;
    seen.value["pointer"] = price.pointer;
  }
  return seen;
}

std::vector<Finding> block_findings(const PriceClaim& claim, Verdict verdict,
                                    const std::string& reason) {
  std::vector<Finding> findings;
  for (const Claim* label : {claim.input, claim.output}) {
    if (label == nullptr) continue;
    Finding finding;
    finding.label = label->label;
    finding.claimed = claimed_json(*label);
    finding.verdict = verdict;
    finding.reason = reason;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> judge_block(const PriceClaim& claim, const Panel& panel,
                                 const std::vector<OfferPeriod>& history) {
  std::vector<Finding> findings;
  Judge judge(claim, panel, history);
  if (claim.input != nullptr) findings.push_back(judge.judge(*claim.input, &Offer::input));
  if (claim.output != nullptr) findings.push_back(judge.judge(*claim.output, &Offer::output));
  return findings;
}

}  // namespace assay::prices
