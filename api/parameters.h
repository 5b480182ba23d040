#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace assay::api {

/// What a value may be, for people: "a number from 1 to 1000", "supported, contradicted or …".
std::string allowed_values(ValueKind values, const Vocabulary& vocabulary);
/// The words of a closed set, in order; empty for all other kinds of values.
std::vector<std::string> allowed_words(ValueKind values, const Vocabulary& vocabulary);

/// Throws Problem for a parameter that the route does not have, that is given twice, or whose value
/// is not allowed. Pages take empty values, since forms send what was left empty.
void check_parameters(const Route& route, const Request& request, const Vocabulary& vocabulary);

/// A parameter that is a time, as format_time() writes it; empty when it is absent. A date stands
/// for its first moment.
std::string time_of(const Request& request, std::string_view name);

}  // namespace assay::api
