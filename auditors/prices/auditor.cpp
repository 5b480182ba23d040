#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/auditor.h"
#include "auditors/prices/aggregate.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/panel.h"
#include "auditors/prices/verdict.h"
#include "validator/text/printable.h"

// What a provider charges for the model. Every source is read once per run; the model is joined to
// its offers by exact keys; primary sources decide, third-party lists support or dispute.

namespace assay {
namespace {

using namespace prices;
using Kind = PriceStatement::Kind;
using Rank = PriceSource::Rank;
using nlohmann::json;

// What is said of each of the providers that a vendor may mean, brought together: true of all that
// speak, or not known.
Finding joined(const PriceClaim& claim, const std::vector<const Provider*>& providers,
               const std::vector<Finding>& each) {
  Finding joined = each.front();
  joined.observations.clear();
  std::vector<std::string> names;
  std::string reasons;
  json observed = json::object();
  std::set<Verdict> verdicts;
  for (std::size_t i = 0; i < each.size(); ++i) {
    names.push_back(providers[i]->name);
    reasons +=
        fmt::format("; {}: {}, {}", names.back(), to_string(each[i].verdict), each[i].reason);
    verdicts.insert(each[i].verdict);
    joined.observations.insert(joined.observations.end(), each[i].observations.begin(),
                               each[i].observations.end());
    observed[providers[i]->id] = each[i].observed;
    if (each[i].verdict == Verdict::supported) joined.observed = each[i].observed;
  }
  std::set<Verdict> speaking = verdicts;
  if (speaking.size() > 1) speaking.erase(Verdict::unsupported);
  const bool only_silent_beside = speaking.size() == 1 && *speaking.begin() == Verdict::supported;
  if (verdicts.size() == 1 || only_silent_beside) {
    joined.verdict = *speaking.begin();
    if (joined.verdict == Verdict::contradicted || joined.verdict == Verdict::outdated) {
      joined.observed = std::move(observed);
    }
  } else {
    joined.verdict = verdicts.count(Verdict::source_unreachable) != 0 ? Verdict::source_unreachable
                                                                      : Verdict::verifier_unable;
    joined.observed = nullptr;
  }
  joined.reason =
      fmt::format("by `{}` sources mean {}, and the page that it cites does not say which",
                  claim.vendor, listing(names)) +
      reasons;
  return joined;
}

std::vector<Finding> judge_claim(const Subject& subject, const PriceClaim& claim,
                                 const Panel& panel, const EvidenceSet& evidence) {
  if (claim.vendor.empty()) {
    if (wants_aggregate(claim)) return judge_aggregate(claim, panel);
    return block_findings(claim, Verdict::verifier_unable,
                          "it names no vendor, and prices differ between vendors");
  }
  if (claim.providers.empty()) {
    return block_findings(claim, Verdict::verifier_unable,
                          fmt::format("the vendor {} is not in the vocabulary of providers, so "
                                      "no offer can be matched to it exactly",
                                      in_quotes(claim.vendor)));
  }
  if (subject.repository.empty()) {
    return block_findings(claim, Verdict::verifier_unable,
                          "quantizations_source names no repository on the Hub, so no offer can be "
                          "matched to the entry exactly");
  }
  if (panel.asked().empty()) {
    return block_findings(claim, Verdict::unaudited, "every price source is switched off");
  }
  if (claim.provider != nullptr) return judge_block(claim, panel, evidence.offer_history);
  std::vector<std::vector<Finding>> by_label;
  for (const Provider* provider : claim.providers) {
    PriceClaim one = claim;
    one.provider = provider;
    const std::vector<Finding> block = judge_block(one, panel, evidence.offer_history);
    by_label.resize(block.size());
    for (std::size_t i = 0; i < block.size(); ++i) by_label[i].push_back(block[i]);
  }
  std::vector<Finding> findings;
  for (const std::vector<Finding>& each : by_label) {
    findings.push_back(joined(claim, claim.providers, each));
  }
  return findings;
}

// What a provider is known to charge: stated first hand, or by two third-party lists that agree.
struct Established {
  std::vector<const PriceStatement*> by;
  Decimal input;
  Decimal output;
};

std::optional<Established> establish(const std::vector<PriceStatement>& statements) {
  std::vector<const PriceStatement*> primary;
  std::vector<const PriceStatement*> secondary;
  for (const PriceStatement& statement : statements) {
    if (statement.kind != Kind::states) continue;
    (statement.source->rank == Rank::primary ? primary : secondary).push_back(&statement);
  }
  if (primary.empty() && secondary.size() < 2) return std::nullopt;
  const auto gone = [](const PriceStatement& statement) {
    return statement.own_list && statement.kind == Kind::silent;
  };
  if (primary.empty() && std::any_of(statements.begin(), statements.end(), gone)) {
    return std::nullopt;
  }
  std::vector<const PriceStatement*>& by = primary.empty() ? secondary : primary;
  const std::optional<Decimal> input = agreed_price(by, &Offer::input);
  const std::optional<Decimal> output = agreed_price(by, &Offer::output);
  if (!input || !output) return std::nullopt;
  return Established{std::move(by), *input, *output};
}

// Whether a source failed that could speak against what the others establish: a first-hand one, or
// any where none states it first hand.
bool left_open(const std::vector<PriceStatement>& statements) {
  const bool first_hand =
      std::any_of(statements.begin(), statements.end(), [](const PriceStatement& statement) {
        return statement.kind == Kind::states && statement.source->rank == Rank::primary;
      });
  return std::any_of(statements.begin(), statements.end(), [&](const PriceStatement& statement) {
    return (statement.kind == Kind::failed &&
            (statement.source->rank == Rank::primary || !first_hand)) ||
           (statement.kind == Kind::mute && !first_hand);
  });
}

std::string label_of_offer(const Panel& panel, const std::string& provider) {
  const Provider* known = panel.provider(provider);
  return fmt::format("cost[{}]", known != nullptr ? known->name : provider);
}

// Nothing while a source that could speak against it could not be read.
std::optional<Finding> unlisted(const Panel& panel, const std::string& provider) {
  const std::vector<PriceStatement> statements = panel.statements(provider);
  if (left_open(statements)) return std::nullopt;
  const std::optional<Established> established = establish(statements);
  if (!established) return std::nullopt;
  const std::vector<const PriceStatement*>& stating = established->by;
  const Provider* known = panel.provider(provider);
  const std::string name = known != nullptr ? known->name : provider;
  Finding finding;
  finding.label = label_of_offer(panel, provider);
  finding.verdict = Verdict::unlisted;
  finding.observed = {{"input_per_mtok_usd", established->input.text()},
                      {"output_per_mtok_usd", established->output.text()}};
  const auto shown = [](const OfferPrice& price) {
    return price.nominal ? price.nominal->text() : std::string("nothing stated");
  };
  std::string terms;
  std::vector<std::string> names;
  for (const PriceStatement* statement : stating) {
    names.emplace_back(statement->source->name);
    finding.observations.push_back(observe_price(*statement, &Offer::input));
    finding.observations.back().value = finding.observed;
    for (const Offer* promotion : statement->promotions) {
      terms += fmt::format("; billed {} and {}: {}", shown(promotion->input),
                           shown(promotion->output), promotion->terms);
    }
  }
  finding.reason = fmt::format(
      "{} offers it for {} USD per million input and {} per million output tokens ({}{}{}); the "
      "entry does not list it",
      name, established->input.text(), established->output.text(),
      stating.front()->source->rank == Rank::primary ? "stated by "
                                                     : "stated only by third-party lists: ",
      listing(names), terms);
  return finding;
}

bool covers(std::string_view label) { return is_price_label(label); }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  return Panel(subject, config, evidence).needed();
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const Panel panel(subject, config, evidence);
  std::vector<Finding> findings;
  std::set<std::string> claimed;
  for (const PriceClaim& claim : price_claims(subject, *config.vocabulary)) {
    std::vector<Finding> block = judge_claim(subject, claim, panel, evidence);
    findings.insert(findings.end(), std::make_move_iterator(block.begin()),
                    std::make_move_iterator(block.end()));
    for (const Provider* provider : claim.providers) claimed.insert(provider->id);
  }
  for (const std::string& provider : panel.providers()) {
    if (claimed.count(provider) != 0) continue;
    if (std::optional<Finding> finding = unlisted(panel, provider)) {
      findings.push_back(std::move(*finding));
    }
  }
  return findings;
}

Unread unread(const Subject& subject, const Config& config, const EvidenceSet& evidence) {
  const Panel panel(subject, config, evidence);
  Unread unread = panel.unread();
  for (const std::string& provider : panel.providers()) {
    if (left_open(panel.statements(provider)))
      unread.labels.insert(label_of_offer(panel, provider));
  }
  return unread;
}

OffersRead offers(const Subject& subject, const Config& config, const EvidenceSet& evidence) {
  return Panel(subject, config, evidence).offers();
}

}  // namespace

extern const Auditor kPricesAuditor;
const Auditor kPricesAuditor{
    .id = "prices",
    .summary =
        "what providers charge for the model, as stated by their own price lists, routers and "
        "third-party lists",
    .covers = covers,
    .plan = plan,
    .judge = judge,
    .offers = offers,
    .unread = unread,
};

}  // namespace assay
