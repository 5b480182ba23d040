#include "auditors/prices/join.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "validator/text/ascii.h"

namespace assay::prices {
namespace {

void append(std::vector<const Offer*>& to, const std::vector<const Offer*>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void once(std::vector<const Offer*>& offers) {
  std::sort(offers.begin(), offers.end());
  offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
}

bool is_one_of(std::string_view name, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& known) {
    return folded_name(known) == folded_name(name);
  });
}

// By the names that hold at every provider.
std::vector<const Offer*> by_repository(const PriceList& list, const ModelNames& names) {
  std::vector<const Offer*> offers;
  for (const std::string& id : names.repositories) {
    append(offers, list.of_repository(id));
    for (const Offer* offer : list.of_model(id)) {
      // A source that states another repository for this name speaks of another model.
      if (offer->repository.empty() || is_one_of(offer->repository, names.repositories)) {
        offers.push_back(offer);
      }
    }
  }
  return offers;
}

// By the names that hold at one provider only.
std::vector<const Offer*> by_own_name(const PriceList& list, const ModelNames& names,
                                      std::string_view provider) {
  std::vector<const Offer*> offers;
  if (provider == "openrouter") {
    for (const std::string& id : names.openrouter) append(offers, list.of_model(id));
  }
  std::erase_if(offers, [&](const Offer* offer) { return offer->provider != provider; });
  return offers;
}

std::vector<const Offer*> by_mapping(const PriceList& list, const ModelNames& names,
                                     std::string_view provider) {
  const auto name = names.mapped.find(provider);
  if (name == names.mapped.end()) return {};
  // ":free" and the like are variants wherever they stand.
  for (const std::string_view mark : {":free", ":batch", ":extended"}) {
    if (ascii::lower(name->second).ends_with(mark)) return {};
  }
  std::vector<const Offer*> offers = list.of_model(name->second);
  std::erase_if(offers, [&](const Offer* offer) { return offer->provider != provider; });
  return offers;
}

bool same_prices(const Offer& a, const Offer& b) {
  return a.input.nominal == b.input.nominal && a.output.nominal == b.output.nominal &&
         a.use == b.use;
}

std::string prices_of(const Offer& offer) {
  const auto text = [](const OfferPrice& price) {
    return price.nominal ? price.nominal->text() : std::string("none");
  };
  return text(offer.input) + "/" + text(offer.output);
}

// Several offers that all may be meant: one, when they agree or one has exactly such a name.
Match one_of(const std::vector<const Offer*>& offers, const ModelNames& names) {
  const Offer* first = offers.front();
  const auto alike = [](const Offer* a) {
    return [a](const Offer* b) { return same_prices(*a, *b); };
  };
  if (std::all_of(offers.begin(), offers.end(), alike(first))) {
    return {.kind = Match::Kind::offer, .offer = first, .alike = offers};
  }
  for (const std::string& id : names.repositories) {
    const auto exact = std::find_if(offers.begin(), offers.end(),
                                    [&](const Offer* offer) { return offer->model == id; });
    if (exact == offers.end()) continue;
    std::vector<const Offer*> same;
    std::copy_if(offers.begin(), offers.end(), std::back_inserter(same), alike(*exact));
    return {.kind = Match::Kind::offer, .offer = *exact, .alike = std::move(same)};
  }
  std::string why = "it lists the model under several names with different prices:";
  for (const Offer* offer : offers) {
    why += fmt::format(" {} {}", offer->model, prices_of(*offer));
  }
  return {.kind = Match::Kind::ambiguous, .offer = first, .why = std::move(why)};
}

// What a list has that looks like the offer and is none: variants of it, names that go on. For
// people only.
std::string instead(const PriceList& list, const ModelNames& names, std::string_view provider,
                    const std::vector<const Offer*>& variants) {
  std::vector<std::string> others;
  for (const Offer* offer : variants) {
    if (promoted_variant(offer->variant)) continue;
    others.push_back(fmt::format("{} ({})", offer->model, offer->variant));
  }
  for (const Offer& offer : list.of_provider(provider)) {
    if (!offer.variant.empty()) continue;
    for (const std::string& id : names.repositories) {
      const std::string name = list.folded(offer.model);
      const std::string stem = ascii::lower(id);
      if (name.size() > stem.size() && name.starts_with(stem) &&
          (name[stem.size()] == '-' || name[stem.size()] == ':')) {
        const bool priced = offer.input.nominal || offer.output.nominal;
        others.push_back(offer.model + (priced ? "" : " without a price"));
        break;
      }
    }
  }
  if (others.empty()) return {};
  constexpr std::size_t kShown = 2;
  const std::size_t more = others.size() > kShown ? others.size() - kShown : 0;
  others.resize(others.size() - more);
  return fmt::format("lists {}{}, which is a different offer", fmt::join(others, " and "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

bool is_quantization(std::string_view word) {
  constexpr std::array<std::string_view, 13> kWords{"fp4",  "fp6",  "fp8",    "fp16",  "bf16",
                                                    "fp32", "int4", "int8",   "nvfp4", "mxfp4",
                                                    "awq",  "gptq", "unknown"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

std::vector<const Offer*> offers_of(const PriceList& list, const ModelNames& names) {
  std::vector<const Offer*> offers = by_repository(list, names);
  append(offers, by_own_name(list, names, "openrouter"));
  for (const auto& [provider, name] : names.mapped) {
    append(offers, by_mapping(list, names, provider));
  }
  once(offers);
  return offers;
}

Match base_offer(const PriceList& list, const ModelNames& names, std::string_view provider) {
  std::vector<const Offer*> offers = by_repository(list, names);
  std::erase_if(offers, [&](const Offer* offer) { return offer->provider != provider; });
  append(offers, by_own_name(list, names, provider));
  once(offers);
  Match match = base_among(offers, names, false);
  if (match.kind == Match::Kind::none) {
    match = base_among(by_mapping(list, names, provider), names, false);
  }
  if (match.kind == Match::Kind::none) match.why = instead(list, names, provider, offers);
  return match;
}

Match host_offer(const PriceList& document, std::string_view provider) {
  std::vector<const Offer*> offers;
  for (const Offer& offer : document.of_provider(provider)) offers.push_back(&offer);
  return base_among(offers, {}, true);
}

Match base_among(const std::vector<const Offer*>& offers, const ModelNames& names, bool of_host) {
  std::vector<const Offer*> base;
  std::vector<const Offer*> quantized;
  std::vector<std::string> others;
  for (const Offer* offer : offers) {
    if (promoted_variant(offer->variant)) continue;
    if (offer->variant.empty()) {
      base.push_back(offer);
    } else if (of_host && is_quantization(offer->variant)) {
      quantized.push_back(offer);
    } else {
      others.push_back(offer->variant);
    }
  }
  if (!base.empty()) {
    // What has ended under one name may go on under another.
    const auto has_ended = [](const Offer* offer) { return offer->use == Offer::Use::ended; };
    if (!std::all_of(base.begin(), base.end(), has_ended)) std::erase_if(base, has_ended);
    return one_of(base, names);
  }
  if (quantized.empty()) {
    if (!of_host || others.empty()) return {};
    return {.why = fmt::format("lists it only as {}, which is a different offer",
                               fmt::join(others, ", "))};
  }
  const Offer* first = quantized.front();
  if (std::all_of(quantized.begin(), quantized.end(),
                  [&](const Offer* offer) { return same_prices(*offer, *first); })) {
    return {.kind = Match::Kind::offer, .offer = first, .alike = std::move(quantized)};
  }
  std::string why = "the price there depends on the quantization:";
  for (const Offer* offer : quantized) {
    why += fmt::format(" {} {}", offer->variant, prices_of(*offer));
  }
  return {.kind = Match::Kind::ambiguous, .offer = first, .why = std::move(why)};
}

}  // namespace assay::prices
