#include "auditors/prices/providers.h"

#include <algorithm>
#include <string>

#include "validator/text/ascii.h"
#include "validator/text/printable.h"

namespace assay::prices {

namespace {

bool is_one_of_names(std::string_view name, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& known) {
    return ascii::equal_ignoring_case(known, name);
  });
}

// By id, or by what any source calls it.
bool may_be_called(const Provider& provider, std::string_view name) {
  return ascii::equal_ignoring_case(provider.id, name) ||
         std::any_of(provider.sources.begin(), provider.sources.end(),
                     [&](const auto& names) { return is_one_of_names(name, names.second); });
}

// "ai.google.dev" of "https://ai.google.dev/pricing"
std::string host_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  url.remove_prefix(start + 3);
  return ascii::lower(url.substr(0, url.find_first_of("/?#:")));
}

bool lies_on(std::string_view host, const std::vector<std::string>& sites) {
  return std::any_of(sites.begin(), sites.end(), [&](const std::string& site) {
    return host == site || (host.ends_with(site) && host[host.size() - site.size() - 1] == '.');
  });
}

}  // namespace

std::vector<const Provider*> providers_named(const Vocabulary& vocabulary, std::string_view name,
                                             std::string_view cited) {
  const std::string shown = visible(name);
  std::vector<const Provider*> meant;
  for (const Provider& provider : vocabulary.providers) {
    if (ascii::equal_ignoring_case(provider.name, shown) ||
        is_one_of_names(shown, provider.aliases)) {
      meant.push_back(&provider);
    }
  }
  const bool named = !meant.empty();
  for (const Provider& provider : vocabulary.providers) {
    if (named) break;
    if (may_be_called(provider, shown)) meant.push_back(&provider);
  }
  if (meant.size() < 2) return meant;
  const std::string host = host_of(cited);
  std::vector<const Provider*> cited_ones = meant;
  std::erase_if(cited_ones,
                [&](const Provider* provider) { return !lies_on(host, provider->sites); });
  return cited_ones.size() == 1 ? cited_ones : meant;
}

const Provider* provider_of_id(const Vocabulary& vocabulary, std::string_view id) {
  const std::vector<Provider>& all = vocabulary.providers;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Provider& provider) { return provider.id == id; });
  return found == all.end() ? nullptr : &*found;
}

bool names_provider(std::string_view source, const Provider& provider) {
  return provider.sources.find(source) != provider.sources.end();
}

}  // namespace assay::prices
