#pragma once

#include <string>
#include <vector>

#include "api/routes.h"

namespace assay::api {

// The answers that the route table names. They throw Problem and db::Error.

using Captures = std::vector<std::string>;

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
Response answer_openapi(const Site&, const Request&, const Captures&);
Response answer_feed(const Site&, const Request&, const Captures&);
Response answer_metrics(const Site&, const Request&, const Captures&);

Response answer_index_page(const Site&, const Request&, const Captures&);
Response answer_model_page(const Site&, const Request&, const Captures&);
Response answer_changes_page(const Site&, const Request&, const Captures&);
Response answer_runs_page(const Site&, const Request&, const Captures&);
Response answer_run_page(const Site&, const Request&, const Captures&);
Response answer_verdicts_page(const Site&, const Request&, const Captures&);
Response answer_rules_page(const Site&, const Request&, const Captures&);
Response answer_style(const Site&, const Request&, const Captures&);
Response answer_icon(const Site&, const Request&, const Captures&);
Response answer_script(const Site&, const Request&, const Captures&);

}  // namespace assay::api
