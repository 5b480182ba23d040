#include "auditors/prices/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/prices/claims.h"
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

}  // namespace

Panel::Panel(const Subject& subject, const Config& config, const EvidenceSet& evidence)
    : evidence_(evidence), vocabulary_(*config.vocabulary) {
  const std::vector<PriceClaim> claims = price_claims(subject, vocabulary_);
  if (subject.repository.empty()) return;
  names_.repositories.push_back(subject.repository);
  if (!claims.empty()) read_hub(subject, config);
  const SourceReading* openrouter = nullptr;
  for (const PriceSource& source : sources()) {
    const SourceConfig* configured = config.source(source.id);
    if (configured == nullptr || !configured->asked()) continue;
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
  for (const SourceReading& reading : readings_) {
    if (reading.source->read_model != nullptr) openrouter = &reading;
  }
  if (openrouter == nullptr) return;
  for (const PriceList* list : openrouter->lists) {
    for (const Offer* offer : offers_of(*list, names_)) {
      if (offer->variant.empty()) names_.openrouter.push_back(offer->model);
    }
  }
  const bool wanted = std::any_of(claims.begin(), claims.end(), [&](const PriceClaim& claim) {
    return claim.provider != nullptr && claim.provider->id != "openrouter" &&
           names_provider("openrouter", *claim.provider);
  });
  if (wanted) read_endpoints(*openrouter, *config.source("openrouter"));
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
      read_pages(source, evidence_, {.source = config.id, .url = source.model_url(config, model)},
                 source.read_model, vocabulary_);
  if (endpoints_->state != ReadState::ok) return;
  const std::vector<Offer>& offers = endpoints_->lists.front()->offers;
  if (std::any_of(offers.begin(), offers.end(),
                  [&](const Offer& offer) { return offer.model != model; })) {
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

PriceStatement Panel::matched(const SourceReading& reading, std::string_view provider,
                              const PriceList& list, const Evidence& page,
                              const Match& match) const {
  PriceStatement statement{
      .source = reading.source, .why = match.why, .offer = match.offer, .evidence = &page};
  if (match.kind == Match::Kind::ambiguous) {
    statement.kind = Kind::aside;
  } else if (match.kind == Match::Kind::offer) {
    statement.why = match.offer->caveat;
    switch (match.offer->use) {
      case Offer::Use::comparable:
        statement.kind = Kind::states;
        break;
      case Offer::Use::set_aside:
        statement.kind = Kind::aside;
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

PriceStatement Panel::listed(const SourceReading& reading, std::string_view provider) const {
  PriceStatement silent{.source = reading.source};
  for (std::size_t i = 0; i < reading.lists.size(); ++i) {
    const PriceList& list = *reading.lists[i];
    const Match match = base_offer(list, names_, provider);
    PriceStatement statement = matched(reading, provider, list, *reading.pages[i], match);
    if (statement.kind != Kind::silent) return statement;
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
    statement.evidence = list->pages.back();
    return statement;
  }
  if (endpoints_->state != ReadState::ok) return failed(*endpoints_, endpoints_->why);
  const PriceList& document = *endpoints_->lists.front();
  if (!endpoints_->doubt.empty() && document.of_provider(provider).empty()) {
    return failed(*endpoints_, endpoints_->doubt);
  }
  return matched(*endpoints_, provider, document, *endpoints_->pages.front(),
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
    if (reading.state != ReadState::ok || !reading.doubt.empty() || unjoined) {
      unread.sources.emplace(reading.source->id);
    }
  };
  for (const SourceReading& reading : readings_) look_at(reading);
  if (endpoints_) look_at(*endpoints_);
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
