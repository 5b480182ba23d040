#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/finding.h"

namespace assay::test {

/// Audits one entry, whose base is lab/Model-7B-Instruct and which claims the families, against a
/// Hub that holds `repositories` (FakeHub), a base of 7,000,000,000 parameters in BF16 among them
/// unless they describe one. Findings about families only.
std::vector<Finding> audited_families(const std::vector<std::string>& families,
                                      nlohmann::json repositories);

/// The verdict on a family; Verdict::unaudited where there is none.
Verdict verdict_on(const std::vector<Finding>& findings, const std::string& family);

/// Its reason; empty where there is none.
std::string reason_on(const std::vector<Finding>& findings, const std::string& family);

/// A repository that the Hub calls quantized from the base, with `more` described.
nlohmann::json quantized(const std::string& id, const nlohmann::json& more);

/// A config.json of a model with a quantization_config.
nlohmann::json config_with(const nlohmann::json& block);

}  // namespace assay::test
