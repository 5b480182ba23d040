#include "auditors/prices/providers.h"

#include <algorithm>

namespace assay::prices {

const Provider* provider_named(const Vocabulary& vocabulary, std::string_view name) {
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  if (const Provider* known = vocabulary.provider(name)) return known;
  const Provider* found = nullptr;
  for (const auto& [source, names] : vocabulary.provider_names) {
    const Provider* own = vocabulary.provider_in(source, name);
    if (own == nullptr) continue;
    if (found != nullptr && found != own) return nullptr;  // two sources mean different ones by it
    found = own;
  }
  return found;
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
