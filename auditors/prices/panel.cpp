#include "auditors/prices/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/hub/requests.h"
#include "auditors/prices/claims.h"
#include "auditors/prices/former_names.h"
#include "auditors/prices/providers.h"
#include "auditors/repository/base_repository.h"

namespace assay::prices {
namespace {

using Kind = PriceStatement::Kind;
using Rank = PriceSource::Rank;

constexpr std::size_t kMaxPages = 30;

// The next page, which must lie on the same server.
std::string next_page(const Evidence& page, const std::string& next) {
  const std::string& url = page.url;
  const std::string origin = url.substr(0, url.find('/', url.find("://") + 3));
  if (next.starts_with('?')) return url.substr(0, url.find('?')) + next;
  if (next.starts_with('/') && !next.starts_with("//")) return origin + next;
  return next.starts_with(origin + "/") ? next : std::string{};
}

void fail(SourceReading& reading, ReadState state, std::string why, const Evidence* page) {
  reading.state = state;
  reading.why = std::move(why);
  reading.failed = page;
}

SourceReading read_pages(const PriceSource& source, const EvidenceSet& evidence, Request request,
                         PriceList (*read)(const Answer&, const Vocabulary&),
                         const Vocabulary& vocabulary) {
  SourceReading reading;
  reading.source = &source;
  std::set<std::string> seen;
  bool known = false;  // a page passed its canary, or needs none
  while (true) {
    if (!seen.insert(request.url).second || seen.size() > kMaxPages) {
      fail(reading, ReadState::unable, "its pages never end", nullptr);
      return reading;
    }
    const Evidence* page = evidence.find(request.url);
    if (page == nullptr) {
      reading.needed.push_back(request);
      reading.why = "it was not asked";
      return reading;
    }
    if (const Reading outcome = read_outcome(page); !outcome.ok()) {
      fail(reading, outcome.state, outcome.why, page);
      return reading;
    }
    const PriceList& list = evidence.parsed(*page, read, vocabulary);
    if (!list.problem.empty()) {
      fail(reading, ReadState::unable, list.problem, page);
      return reading;
    }
    reading.pages.push_back(page);
    reading.lists.push_back(&list);
    known = known || list.doubt != kNoCanary;
    if (reading.doubt.empty() && list.doubt != kNoCanary) reading.doubt = list.doubt;
    if (list.next.empty()) break;
    request.url = next_page(*page, list.next);
    if (request.url.empty()) {
      reading.doubt = "the link to its next page leads elsewhere";
      break;
    }
  }
  // One page may happen to name no well-known model; the whole list does.
  if (reading.doubt.empty() && !known) reading.doubt = kNoCanary;
  reading.state = ReadState::ok;
  return reading;
}

// Whether a claim at OpenRouter itself is another price than its headline, and might be the list
// price of a promotion: 0 is none.
bool may_be_list_price(const PriceClaim& claim, const Offer& headline) {
  const auto other = [](const Claim* label, const OfferPrice& price) {
    if (label == nullptr || !price.nominal) return false;
    const std::optional<Decimal> claimed = Decimal::parse(label->value);
    return claimed && !claimed->is_zero() && claimed != price.nominal;
  };
  return other(claim.input, headline.input) || other(claim.output, headline.output);
}

// What a source says by a match in one of its documents.
PriceStatement stated_by(const SourceReading& reading, std::string_view provider,
                         const PriceList& list, const Evidence& page, const Match& match) {
  PriceStatement statement{.source = reading.source,
                           .why = match.why,
                           .offer = match.offer,
                           .own_list = reading.source->own_list_of == provider,
                           .evidence = &page};
  if (match.kind == Match::Kind::ambiguous) {
    statement.kind = Kind::aside;
  } else if (match.kind == Match::Kind::offer) {
    statement.why = match.offer->caveat;
    for (const Offer* offer : match.alike) {
      const Offer* promotion = list.promotion(*offer);
      if (promotion != nullptr) statement.promotions.push_back(promotion);
    }
    switch (match.offer->use) {
      case Offer::Use::comparable:
        statement.kind = Kind::states;
        break;
      case Offer::Use::set_aside:
        statement.kind = Kind::aside;
        break;
      case Offer::Use::ended:
        statement.kind = Kind::silent;
        break;
      case Offer::Use::unreadable:
        statement.kind = Kind::failed;
        statement.state = ReadState::unable;
        break;
    }
  } else if (statement.why.empty()) {
    const std::size_t others = list.of_provider(provider).size();
    if (others > 0)
      statement.why = fmt::format("lists {} other offer{} there", others, others == 1 ? "" : "s");
  }
  return statement;
}

}  // namespace

Panel::Panel(const Subject& subject, const Config& config, const EvidenceSet& evidence)
    : evidence_(evidence), vocabulary_(*config.vocabulary) {
  const std::vector<PriceClaim> claims = price_claims(subject, vocabulary_);
  if (subject.repository.empty()) return;
  names_.repositories.push_back(subject.repository);
  if (!claims.empty()) read_hub(subject, config);
  for (const PriceSource& source : sources()) {
    const SourceConfig* configured = config.source(source.id);
    if (configured == nullptr || !configured->asked()) {
      not_asked_.emplace_back(&source, configured);
      continue;
    }
    const Request request{.source = configured->id,
                          .url = source.list_url(*configured),
                          .shared = true,
                          .good_for = source.good_for};
    if (source.rank == Rank::aggregate) {
      if (std::any_of(claims.begin(), claims.end(), wants_aggregate)) {
        aggregate_ = read_pages(source, evidence, request, source.read_list, vocabulary_);
      }
      continue;
    }
    readings_.push_back(read_pages(source, evidence, request, source.read_list, vocabulary_));
  }
  const SourceConfig* hub = config.source("huggingface");
  hub_switched_off_ = hub == nullptr || !hub->enabled;
  const bool hub_awaited = !hub_needed_.empty();
  if (!hub_switched_off_ && !hub_awaited) read_former_names(*hub, claims);
  read_openrouter(claims, config);
}

// OpenRouter's names of the model, and its document about it where a claim may need that.
void Panel::read_openrouter(const std::vector<PriceClaim>& claims, const Config& config) {
  const auto reading =
      std::find_if(readings_.begin(), readings_.end(),
                   [](const SourceReading& each) { return each.source->read_model != nullptr; });
  if (reading == readings_.end()) return;
  for (const PriceList* list : reading->lists) {
    for (const Offer* offer : offers_of(*list, names_)) {
      if (offer->variant.empty() && offer->use != Offer::Use::ended) {
        names_.openrouter.push_back(offer->model);
      }
    }
  }
  const Offer* stated = headline();
  bool wanted = false;
  for (const PriceClaim& claim : claims) {
    for (const Provider* provider : claim.providers) {
      if (provider->id != "openrouter") {
        wanted = wanted || names_provider("openrouter", *provider);
      } else if (stated != nullptr && may_be_list_price(claim, *stated)) {
        // The headline is what is billed, which a promotion may have changed.
        headline_differs_ = true;
        wanted = true;
      }
    }
  }
  if (wanted) read_endpoints(*reading, *config.source("openrouter"));
}

// Former ids of the repository: a row that states one is the same model. Asked for only where a
// list would say otherwise that it does not know the model.
void Panel::read_former_names(const SourceConfig& hub, const std::vector<PriceClaim>& claims) {
  std::set<std::string> providers;
  for (const PriceClaim& claim : claims) {
    for (const Provider* provider : claim.providers) providers.insert(provider->id);
  }
  if (providers.empty()) return;
  const std::vector<std::string> known = names_.repositories;
  const auto is_known = [&](const std::string& name) {
    return std::any_of(known.begin(), known.end(),
                       [&](const std::string& id) { return same_id(id, name); });
  };
  const auto ask = [&](const SourceReading& reading, const PriceList& list,
                       std::string_view provider) {
    if (base_offer(list, names_, provider).kind != Match::Kind::none) return;
    for (const std::string& former : possible_former_names(list, names_, provider)) {
      const Request request = hub::name_request(hub, former);
      std::string name;
      const Reading answer = hub::read_name(evidence_, request, name);
      if (answer.state == ReadState::missing) hub_needed_.push_back(request);
      if (!answer.ok()) {
        unnamed_.emplace(reading.source->id,
                         fmt::format("whether its {} is this model the Hub does "
                                     "not tell: {}",
                                     former, answer.why));
      } else if (is_known(name)) {
        names_.repositories.push_back(former);
      }
    }
  };
  for (const SourceReading& reading : readings_) {
    for (const PriceList* list : reading.lists) {
      // OpenRouter's name of the model leads to the prices of all hosts.
      if (reading.source->read_model != nullptr) {
        ask(reading, *list, reading.source->own_list_of);
        continue;
      }
      for (const std::string& provider : providers) ask(reading, *list, provider);
    }
  }
}

void Panel::read_hub(const Subject& subject, const Config& config) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled) return;
  const BaseRepository base = read_base(*hub, evidence_, subject);
  hub_state_ = base.state;
  hub_why_ = base.why;
  hub_needed_ = base.needed;
  if (!base.ok()) return;
  if (base.repository.id != subject.repository) {
    names_.repositories.insert(names_.repositories.begin(), base.repository.id);
  }
  if (base.repository.providers_unreadable) {
    hub_state_ = ReadState::unable;
    hub_why_ = "its inferenceProviderMapping has changed shape";
  }
  if (!base.repository.providers) return;
  mapping_known_ = true;
  for (const auto& [name, model] : *base.repository.providers) {
    const Provider* provider = vocabulary_.provider_in("hf_router", name);
    if (provider != nullptr) names_.mapped.emplace(provider->id, model);
  }
}

void Panel::read_endpoints(const SourceReading& list, const SourceConfig& config) {
  if (names_.openrouter.empty()) return;
  const PriceSource& source = *list.source;
  const std::string& model = names_.openrouter.front();
  const auto other = std::find_if(names_.openrouter.begin(), names_.openrouter.end(),
                                  [&](const std::string& name) { return name != model; });
  if (other != names_.openrouter.end()) {
    // Each has hosts of its own; which one the entry means nobody says.
    endpoints_.emplace();
    endpoints_->source = &source;
    fail(*endpoints_, ReadState::unable,
         fmt::format("it lists the repository under several names: {}, {}", model, *other),
         list.pages.back());
    return;
  }
  endpoints_ =
      read_pages(source, evidence_,
                 {.source = config.id, .url = source.model_url(config, model), .shared = true},
                 source.read_model, vocabulary_);
  if (endpoints_->state != ReadState::ok) return;
  if (endpoints_->lists.front()->about != model) {
    fail(*endpoints_, ReadState::unable, "it answered about a different model",
         endpoints_->pages.front());
    endpoints_->lists.clear();
  }
}

std::vector<Request> Panel::needed() const {
  std::vector<Request> requests = hub_needed_;
  const auto add = [&](const SourceReading& reading) {
    requests.insert(requests.end(), reading.needed.begin(), reading.needed.end());
  };
  for (const SourceReading& reading : readings_) add(reading);
  if (aggregate_) add(*aggregate_);
  if (endpoints_) add(*endpoints_);
  return requests;
}

// Whether the Hub's mapping is what would tell the provider's own name of the model.
bool Panel::mapping_decides(std::string_view provider) const {
  const Provider* known = provider_of_id(vocabulary_, provider);
  return known != nullptr && names_provider("hf_router", *known);
}

PriceStatement Panel::listed(const SourceReading& reading, std::string_view provider) const {
  PriceStatement silent{.source = reading.source};
  for (std::size_t i = 0; i < reading.lists.size(); ++i) {
    const PriceList& list = *reading.lists[i];
    const Match match = base_offer(list, names_, provider);
    PriceStatement statement = stated_by(reading, provider, list, *reading.pages[i], match);
    if (statement.kind != Kind::silent) return headlined(std::move(statement));
    silent = std::move(statement);
  }
  const auto failed = [&](ReadState state, std::string why, const Evidence* page) {
    return PriceStatement{.source = reading.source,
                          .kind = Kind::failed,
                          .state = state,
                          .why = std::move(why),
                          .evidence = page};
  };
  if (reading.state != ReadState::ok) return failed(reading.state, reading.why, reading.failed);
  if (!reading.doubt.empty()) return failed(ReadState::unable, reading.doubt, reading.pages.back());
  if (const auto why = unnamed_.find(reading.source->id); why != unnamed_.end()) {
    return failed(ReadState::unreachable, why->second, reading.pages.back());
  }
  // The router knows models by the Hub's ids; the others may list it under the provider's own name.
  if (reading.source->id != "hf_router" && hub_state_ != ReadState::ok &&
      mapping_decides(provider)) {
    return failed(hub_state_,
                  "the Hub, which knows the provider's own name for the model, could not be read" +
                      (hub_why_.empty() ? std::string{} : ": " + hub_why_),
                  nullptr);
  }
  return silent;
}

// OpenRouter's headline is what is billed on one of its routes, and does not say so where that is
// by a promotion: its document about the model does, for the route that bills just that.
PriceStatement Panel::headlined(PriceStatement statement) const {
  const bool is_headline = statement.source->read_model != nullptr && statement.own_list;
  if (!is_headline || statement.kind != Kind::states) return statement;
  const auto as_headline = [&](const Offer& route) {
    return route.input.nominal == statement.offer->input.nominal &&
           route.output.nominal == statement.offer->output.nominal;
  };
  std::string why = "it was not asked";
  if (endpoints_ && endpoints_->state == ReadState::ok) {
    const PriceList& document = *endpoints_->lists.front();
    bool found = false;
    for (const Offer& route : document.offers) {
      if (promoted_variant(route.variant)) continue;
      const Offer* promotion = document.promotion(route);
      if (!as_headline(promotion != nullptr ? *promotion : route)) continue;
      found = true;
      if (promotion == nullptr) continue;
      statement.offer = &route;
      statement.promotions.push_back(promotion);
      statement.evidence = endpoints_->pages.front();
      if (route.use != Offer::Use::set_aside) return statement;
      statement.kind = Kind::aside;
      statement.why = route.caveat;
      return statement;
    }
    if (found) return statement;
    why = "none of its routes has that price";
  } else if (endpoints_) {
    why = endpoints_->why;
  }
  if (!headline_differs_) return statement;
  statement.kind = Kind::failed;
  statement.state = endpoints_ ? endpoints_->state : ReadState::missing;
  if (statement.state == ReadState::ok) statement.state = ReadState::unable;
  statement.why = "whether its price is that of a promotion is not known: " + why;
  statement.offer = nullptr;
  return statement;
}

PriceStatement Panel::at_host(std::string_view provider) const {
  const auto list = std::find_if(
      readings_.begin(), readings_.end(),
      [](const SourceReading& reading) { return reading.source->read_model != nullptr; });
  PriceStatement statement{.source = list->source};
  const auto failed = [&](const SourceReading& reading, std::string why) {
    statement.kind = Kind::failed;
    statement.state = reading.state == ReadState::ok ? ReadState::unable : reading.state;
    statement.why = std::move(why);
    statement.evidence = reading.failed;
    return statement;
  };
  if (!endpoints_) {
    // Without its name of the model there is nothing to ask.
    if (list->state != ReadState::ok) return failed(*list, list->why);
    if (!list->doubt.empty()) return failed(*list, list->doubt);
    if (const auto why = unnamed_.find(list->source->id); why != unnamed_.end()) {
      PriceStatement unnamed = failed(*list, why->second);
      unnamed.state = ReadState::unreachable;
      unnamed.evidence = list->pages.back();
      return unnamed;
    }
    statement.evidence = list->pages.back();
    return statement;
  }
  if (endpoints_->state != ReadState::ok) return failed(*endpoints_, endpoints_->why);
  const PriceList& document = *endpoints_->lists.front();
  if (!endpoints_->doubt.empty() && document.of_provider(provider).empty()) {
    return failed(*endpoints_, endpoints_->doubt);
  }
  if (document.offers.empty()) {
    // A model without a live route at the moment: its host may sell it all the same.
    statement.kind = Kind::mute;
    statement.why = "lists the model without any live route";
    statement.evidence = endpoints_->pages.front();
    return statement;
  }
  return stated_by(*endpoints_, provider, document, *endpoints_->pages.front(),
                   host_offer(document, provider));
}

std::vector<PriceStatement> Panel::statements(std::string_view provider) const {
  std::vector<PriceStatement> all;
  const Provider* known = provider_of_id(vocabulary_, provider);
  for (const SourceReading& reading : readings_) {
    const bool speaks = known != nullptr && names_provider(reading.source->id, *known);
    const bool hosts = reading.source->read_model != nullptr && provider != "openrouter";
    PriceStatement statement;
    if (hosts) {
      if (!speaks && !endpoints_) continue;
      statement = at_host(provider);
    } else {
      statement = listed(reading, provider);
    }
    const bool stated = statement.kind == Kind::states || statement.kind == Kind::aside;
    // The Hub says which providers serve the model through its router: others it cannot speak of.
    const bool unserved = reading.source->id == "hf_router" && mapping_known_ &&
                          names_.mapped.find(provider) == names_.mapped.end();
    if (!stated && (!speaks || (statement.kind == Kind::failed && unserved))) continue;
    all.push_back(std::move(statement));
  }
  return all;
}

std::vector<std::string> Panel::providers() const {
  std::set<std::string> ids;
  for (const Offer* offer : offers().joined) ids.insert(offer->provider);
  return {ids.begin(), ids.end()};
}

OffersRead Panel::offers() const {
  OffersRead read;
  const auto take = [&](const SourceReading& reading) {
    for (std::size_t i = 0; i < reading.lists.size(); ++i) {
      const PriceList& list = *reading.lists[i];
      read.documents.push_back({.evidence = reading.pages[i],
                                .offers = list.offers,
                                .whole = reading.doubt.empty() || list.doubt.empty()});
      for (const Offer* offer : offers_of(list, names_)) read.joined.push_back(offer);
    }
  };
  for (const SourceReading& reading : readings_) take(reading);
  if (endpoints_) take(*endpoints_);
  std::erase_if(read.joined,
                [](const Offer* offer) { return offer->use == Offer::Use::unreadable; });
  return read;
}

Unread Panel::unread() const {
  Unread unread;
  const auto look_at = [&](const SourceReading& reading) {
    // What the Hub calls the model at its providers joins it to lists that do not name its
    // repository.
    const bool by_mapping =
        reading.source->id != "hf_router" && reading.source->read_model == nullptr;
    const bool unjoined = by_mapping && hub_state_ != ReadState::ok;
    const bool unnamed = unnamed_.find(reading.source->id) != unnamed_.end();
    if (reading.state != ReadState::ok || !reading.doubt.empty() || unjoined || unnamed) {
      unread.sources.emplace(reading.source->id);
    }
  };
  for (const SourceReading& reading : readings_) look_at(reading);
  if (endpoints_) look_at(*endpoints_);
  // What a source showed that is switched off now may still be so.
  for (const auto& [source, configured] : not_asked_) unread.sources.emplace(source->id);
  return unread;
}

const Provider* Panel::provider(std::string_view id) const {
  return provider_of_id(vocabulary_, id);
}

std::vector<std::string> Panel::asked() const {
  std::vector<std::string> names;
  for (const SourceReading& reading : readings_) names.emplace_back(reading.source->name);
  return names;
}

bool Panel::speaks_of(std::string_view provider) const {
  const Provider* known = provider_of_id(vocabulary_, provider);
  return known != nullptr &&
         std::any_of(readings_.begin(), readings_.end(), [&](const SourceReading& reading) {
           return names_provider(reading.source->id, *known);
         });
}

std::string Panel::not_asked(std::string_view provider, bool first_hand) const {
  const Provider* known = provider_of_id(vocabulary_, provider);
  std::vector<std::string_view> off;
  std::vector<std::string_view> keyless;
  for (const auto& [source, configured] : not_asked_) {
    const bool speaks = known != nullptr && names_provider(source->id, *known);
    if (!speaks || (first_hand && source->rank != Rank::primary)) continue;
    const bool no_key = configured != nullptr && configured->enabled;
    (no_key ? keyless : off).push_back(source->name);
  }
  if (hub_switched_off_ && !first_hand) off.emplace_back("the Hugging Face Hub");
  std::string text;
  if (!off.empty()) text += fmt::format("; switched off: {}", fmt::join(off, ", "));
  if (!keyless.empty()) text += fmt::format("; without a key: {}", fmt::join(keyless, ", "));
  return text;
}

bool Panel::aggregate_switched_off() const {
  return std::any_of(not_asked_.begin(), not_asked_.end(), [](const auto& source) {
    return source.first->rank == Rank::aggregate &&
           (source.second == nullptr || !source.second->enabled);
  });
}

const Offer* Panel::headline() const {
  for (const SourceReading& reading : readings_) {
    if (reading.source->read_model == nullptr) continue;
    for (const PriceList* list : reading.lists) {
      const Match match = base_offer(*list, names_, "openrouter");
      if (match.kind == Match::Kind::offer) return match.offer;
    }
  }
  return nullptr;
}

}  // namespace assay::prices
