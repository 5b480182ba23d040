#pragma once

#include "api/route.h"

namespace assay::api {

// The answers of /api/v1 and to monitoring, as the route table names them. They throw Problem and
// db::Error.

Response answer_models(const Site&, const Request&, const Captures&);
Response answer_model(const Site&, const Request&, const Captures&);
Response answer_findings(const Site&, const Request&, const Captures&);
Response answer_history(const Site&, const Request&, const Captures&);
Response answer_changes(const Site&, const Request&, const Captures&);
Response answer_prices(const Site&, const Request&, const Captures&);
Response answer_runs(const Site&, const Request&, const Captures&);
Response answer_run(const Site&, const Request&, const Captures&);
Response answer_evidence(const Site&, const Request&, const Captures&);
Response answer_evidence_body(const Site&, const Request&, const Captures&);

Response answer_live(const Site&, const Request&, const Captures&);
Response answer_ready(const Site&, const Request&, const Captures&);
Response answer_metrics(const Site&, const Request&, const Captures&);

}  // namespace assay::api
