#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api/routes.h"
#include "db/store.h"

namespace assay::api {

// Records as /api/v1 shows them. Field names are part of the promise of /api/v1.

using Json = nlohmann::ordered_json;

/// {"supported": 41, …}, all verdicts, zeros included.
Json verdicts_json(const std::vector<std::pair<std::string, std::uint64_t>>& counts);
Json run_json(const db::Run& run);
Json period_json(const db::Period& period);
Json evidence_json(const db::EvidenceRecord& record);

/// A value of the catalog: integers and booleans as such; other numbers as text, since they may be
/// prices and keep their digits.
Json node_json(const Node& node);

/// 200 with {"data": data, "next": next}, the latter null when empty, and its Link header.
Response envelope(const Json& data, const std::string& next = {});

}  // namespace assay::api
