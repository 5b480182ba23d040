#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/auditor.h"
#include "auditors/prices/aggregate.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/panel.h"
#include "auditors/prices/verdict.h"

// What a provider charges for the model. Every source is read once per run; the model is joined to
// its offers by exact keys; primary sources decide, third-party lists support or dispute.

namespace assay {
namespace {

using namespace prices;
using Kind = PriceStatement::Kind;
using Rank = PriceSource::Rank;
using nlohmann::json;

std::vector<Finding> judge_claim(const Subject& subject, const PriceClaim& claim,
                                 const Panel& panel, const EvidenceSet& evidence) {
  if (claim.vendor.empty()) {
    if (wants_aggregate(claim)) return judge_aggregate(claim, panel);
    return block_findings(claim, Verdict::verifier_unable,
                          "it names no vendor, and prices differ between vendors");
  }
  if (claim.provider == nullptr) {
    return block_findings(claim, Verdict::verifier_unable,
                          fmt::format("the vendor `{}` is not in the vocabulary of providers, so "
                                      "no offer can be matched to it exactly",
                                      claim.vendor));
  }
  if (subject.repository.empty()) {
    return block_findings(claim, Verdict::verifier_unable,
                          "quantizations_source names no repository on the Hub, so no offer can be "
                          "matched to the entry exactly");
  }
  if (panel.asked().empty()) {
    return block_findings(claim, Verdict::source_unreachable,
                          "every price source is disabled in the configuration");
  }
  return judge_block(claim, panel, evidence.offer_history);
}

// One price that a provider is known to charge: stated first hand, or by two third-party lists that
// agree.
std::vector<const PriceStatement*> establishing(const std::vector<PriceStatement>& statements) {
  std::vector<const PriceStatement*> primary;
  std::vector<const PriceStatement*> secondary;
  for (const PriceStatement& statement : statements) {
    if (statement.kind != Kind::states) continue;
    (statement.source->rank == Rank::primary ? primary : secondary).push_back(&statement);
  }
  std::vector<const PriceStatement*>& all = primary.empty() ? secondary : primary;
  const auto same = [&](const PriceStatement* other) {
    return other->offer->input.nominal == all.front()->offer->input.nominal &&
           other->offer->output.nominal == all.front()->offer->output.nominal;
  };
  if (all.empty() || !std::all_of(all.begin(), all.end(), same)) return {};
  if (primary.empty() && secondary.size() < 2) return {};
  const bool priced = all.front()->offer->input.nominal && all.front()->offer->output.nominal;
  return priced ? all : std::vector<const PriceStatement*>{};
}

// Whether a source failed that could speak against what the others establish: a first-hand one, or
// any where none states it first hand.
bool left_open(const std::vector<PriceStatement>& statements) {
  const bool first_hand =
      std::any_of(statements.begin(), statements.end(), [](const PriceStatement& statement) {
        return statement.kind == Kind::states && statement.source->rank == Rank::primary;
      });
  return std::any_of(statements.begin(), statements.end(), [&](const PriceStatement& statement) {
    return statement.kind == Kind::failed &&
           (statement.source->rank == Rank::primary || !first_hand);
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
  const std::vector<const PriceStatement*> stating = establishing(statements);
  if (stating.empty()) return std::nullopt;
  const Provider* known = panel.provider(provider);
  const std::string name = known != nullptr ? known->name : provider;
  const Offer& offer = *stating.front()->offer;
  Finding finding;
  finding.label = label_of_offer(panel, provider);
  finding.verdict = Verdict::unlisted;
  finding.observed = {{"input_per_mtok_usd", offer.input.exact->text()},
                      {"output_per_mtok_usd", offer.output.exact->text()}};
  std::vector<std::string> names;
  for (const PriceStatement* statement : stating) {
    names.emplace_back(statement->source->name);
    finding.observations.push_back(observe_price(*statement, &Offer::input));
    finding.observations.back().value = finding.observed;
  }
  finding.reason = fmt::format(
      "{} offers it for {} USD per million input and {} per million output tokens ({}{}); the "
      "entry does not list it",
      name, offer.input.nominal->text(), offer.output.nominal->text(),
      stating.front()->source->rank == Rank::primary ? "stated by "
                                                     : "stated only by third-party lists: ",
      listing(names));
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
    if (claim.provider != nullptr) claimed.insert(claim.provider->id);
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
