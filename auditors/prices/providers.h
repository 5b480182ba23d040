#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "validator/vocabulary.h"

namespace assay::prices {

// The vocabulary of providers (schema/vocabularies/providers.json), indexed.

/// By the name that a catalog uses: id, name or alias, without regard to case, or what all sources
/// that know the name mean by it; null when unknown.
const Provider* provider_named(std::string_view name);
/// By what a price source calls it, exactly; null when unknown.
const Provider* provider_in(std::string_view source, std::string_view name);
const Provider* provider_of_id(std::string_view id);
/// Whether a source has a name for the provider at all, so that it could speak of it.
bool names_provider(std::string_view source, const Provider& provider);
/// Prefixes of model names that only some sources write, in lower case.
const std::vector<std::string>& model_prefixes();

}  // namespace assay::prices
