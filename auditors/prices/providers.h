#pragma once

#include <string_view>

#include "validator/vocabulary.h"

namespace assay::prices {

/// By the name that a catalog uses: id, name or alias, without regard to case, or what all sources
/// that know the name mean by it; null when unknown.
const Provider* provider_named(const Vocabulary& vocabulary, std::string_view name);
const Provider* provider_of_id(const Vocabulary& vocabulary, std::string_view id);
/// Whether a source has a name for the provider at all, so that it could speak of it.
bool names_provider(std::string_view source, const Provider& provider);

}  // namespace assay::prices
