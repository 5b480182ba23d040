#pragma once

#include "api/route.h"

namespace assay::api {

// The pages, their files and the feed, as the route table names them. They throw Problem and
// db::Error.

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
Response answer_feed(const Site&, const Request&, const Captures&);

}  // namespace assay::api
