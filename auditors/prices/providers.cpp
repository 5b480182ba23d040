#include "auditors/prices/providers.h"

#include <algorithm>
#include <map>

namespace assay::prices {
namespace {

struct Providers {
  Vocabulary vocabulary = load_vocabulary();
  std::map<std::string, std::map<std::string, const Provider*, std::less<>>, std::less<>> by_source;
  std::vector<std::string> prefixes;

  Providers() {
    for (const Provider& provider : vocabulary.providers) {
      for (const auto& [source, names] : provider.sources) {
        for (const std::string& name : names) by_source[source].emplace(name, &provider);
      }
      prefixes.insert(prefixes.end(), provider.model_prefixes.begin(),
                      provider.model_prefixes.end());
    }
  }
};

const Providers& all() {
  static const Providers providers;
  return providers;
}

}  // namespace

const Provider* provider_named(std::string_view name) {
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  if (const Provider* known = all().vocabulary.provider(name)) return known;
  const Provider* found = nullptr;
  for (const auto& [source, names] : all().by_source) {
    const auto own = names.find(name);
    if (own == names.end()) continue;
    if (found != nullptr && found != own->second) return nullptr;  // two mean different ones by it
    found = own->second;
  }
  return found;
}

const Provider* provider_in(std::string_view source, std::string_view name) {
  const auto names = all().by_source.find(source);
  if (names == all().by_source.end()) return nullptr;
  const auto found = names->second.find(name);
  return found == names->second.end() ? nullptr : found->second;
}

const Provider* provider_of_id(std::string_view id) {
  const std::vector<Provider>& list = all().vocabulary.providers;
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Provider& provider) { return provider.id == id; });
  return found == list.end() ? nullptr : &*found;
}

bool names_provider(std::string_view source, const Provider& provider) {
  return provider.sources.find(source) != provider.sources.end();
}

const std::vector<std::string>& model_prefixes() { return all().prefixes; }

}  // namespace assay::prices
