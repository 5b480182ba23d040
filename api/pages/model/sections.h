#pragma once

#include <set>
#include <string>

#include "api/pages/model/facts.h"

namespace assay::api {

// The sections of a model's page. Each asks the labels that it shows from Facts, and is empty
// (null) when there is nothing to show. Their results fill the template of the same name.

/// Openness, developer, dates, licence: rows of a list.
Values key_facts(Facts& facts);
/// Provider, prices, dates, and what each source charges.
Values cost_section(Facts& facts);
/// Ids of the providers that the entry names.
std::set<std::string> named_providers(const Facts& facts);
/// Drawings of the price history, one per offer; the offers of named providers first.
Values price_chart(const Facts& facts);
/// The drawing of the network, from tokens to tokens. Its marks point to the rows of specs.
Values architecture_section(const Facts& facts);
/// All figures as rows {"name", "value", "marks"}.
Values spec_rows(Facts& facts);
Values benchmarks_section(Facts& facts);
Values quantizations_section(Facts& facts);
/// {"title", "url", "host", "marks"} per source, and the sources that other labels cite.
Values source_rows(Facts& facts);
/// Verdict history of the entry, newest first.
Values trail_section(const Facts& facts);
/// Every label that no other section shows, as rows; ask last.
Values other_rows(Facts& facts);

/// The title of a field in the catalog's schema ("Layers" for layers_count); the key in words when
/// the schema has none.
std::string field_title(std::string_view key);

}  // namespace assay::api
