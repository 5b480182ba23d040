#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace assay::hub {

/// What is wrong with the shape of one repository as the info endpoint or a row of a list states
/// it; empty when nothing is. Looked at are the fields that decide verdicts: one that has another
/// type than it always had was reshaped, and its absence would be read as a fact.
std::string shape_problem(const nlohmann::json& repository);

}  // namespace assay::hub
