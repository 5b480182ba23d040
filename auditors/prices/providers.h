#pragma once

#include <string_view>
#include <vector>

#include "validator/vocabulary.h"

namespace assay::prices {

/// Whom a catalog may mean by a vendor: by name or alias, else by id and by what the price sources
/// call it, all without regard to case and to characters that nobody sees. Several where sources
/// mean different ones; the page that is cited (a URL, may be empty) decides then if it lies on a
/// site of one of them. Empty when unknown.
std::vector<const Provider*> providers_named(const Vocabulary& vocabulary, std::string_view name,
                                             std::string_view cited);
const Provider* provider_of_id(const Vocabulary& vocabulary, std::string_view id);
/// Whether a source has a name for the provider at all, so that it could speak of it.
bool names_provider(std::string_view source, const Provider& provider);

}  // namespace assay::prices
