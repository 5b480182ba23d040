#pragma once

#include "api/http/message.h"
#include "db/store.h"
#include "validator/document.h"

namespace assay::api {

/// The filters of lists of models: `family`, `developer`, `openness`, `quantization`, `verdict` and
/// `q` (text within slug, name, family or developer).

/// Whether an entry passes every filter of the request. `summary` is null for an entry that was
/// never audited.
bool matches(const Node& entry, const db::Store::EntrySummary* summary, const Request& request);

}  // namespace assay::api
