#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace assay::api {

/// The allowed values in prose: "a number from 1 to 1000", "supported, contradicted or …".
std::string allowed_values(ValueKind values, const Vocabulary& vocabulary);
/// The words of a closed set, in order; empty for all other kinds of values.
std::vector<std::string> allowed_words(ValueKind values, const Vocabulary& vocabulary);

/// Throws Problem for a parameter that the route does not have, that is given more than once, or
/// whose value is not allowed. Pages accept empty values, since forms send empty fields.
void check_parameters(const Route& route, const Request& request, const Vocabulary& vocabulary);

/// A time parameter as format_time() writes it; empty when it is absent. A date means its first
/// moment.
std::string time_of(const Request& request, std::string_view name);

}  // namespace assay::api
