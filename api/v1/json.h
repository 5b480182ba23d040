#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/entry_view.h"
#include "api/http/message.h"
#include "api/site.h"

namespace assay::api {

// Records as /api/v1 shows them. Field names are part of its contract.

using Json = nlohmann::ordered_json;

/// {"supported": 41, …}, all verdicts, zeros included.
Json verdicts_json(const std::vector<std::pair<std::string, std::uint64_t>>& counts);
Json run_json(const db::Run& run);
/// What one source answered during a run: exchanges, errors, reused answers.
Json health_json(const db::SourceHealth& health);
Json period_json(const db::Period& period);
/// A label of an entry as it stands now; all have the same members, audited or not.
Json label_json(const LabelView& view);
Json change_json(const db::Change& change);
Json price_json(const db::PricePeriod& period);
Json evidence_json(const db::EvidenceRecord& record);

// Their columns in CSV.
std::vector<std::string_view> model_columns();
std::vector<std::string_view> period_columns();
std::vector<std::string_view> change_columns();
std::vector<std::string_view> price_columns();
std::vector<std::string_view> run_columns();

/// A catalog value: integers and booleans as such, other numbers as strings, since they may be
/// prices and must keep their digits.
Json node_json(const Node& node);

/// 200 with {"data": data, "next": next}, the latter null when empty, and its Link header.
Response envelope(const Json& data, const std::string& next = {});
/// An answer that shows the catalog: a header and, in an envelope, the member `notice` say when
/// that is not the newest content of its file.
Response with_notice(const Site& site, Response response);

}  // namespace assay::api
