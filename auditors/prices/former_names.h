#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/prices/join.h"

namespace assay::prices {

/// Names in a list that may be former ids of the model's repository, most alike first: those that
/// rows state as repositories, and at `provider` names that look like one. Likeness only says whom
/// to ask the Hub about: its redirect decides. What another model's name must look like (other
/// sizes or versions, a word more at the end) is left out.
std::vector<std::string> possible_former_names(const PriceList& list, const ModelNames& names,
                                               std::string_view provider);

}  // namespace assay::prices
