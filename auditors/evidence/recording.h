#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/origin.h"
#include "auditors/evidence/transport.h"

namespace assay {

/// Recorded exchanges in a JSON file: real ones, or constructed ones that say so.
///
/// {"assay_recording": 1, "origin": "constructed", "date": "2026-08-21", "note": "…",
///  "base": "https://huggingface.co",
///  "exchanges": [{"url": "/api/models/…", "status": 200, "headers": {"etag": "…"},
///                 "json": {…} | "text": "…", "fetched_at": "…", "outcome": "timeout"}]}
///
/// `url` is absolute or a path below `base`; `status` defaults to 200, `outcome` to "response",
/// `fetched_at` to midnight of `date`. A body given as `json` is written compactly.
struct Recording {
  Origin origin;  ///< captured or constructed, with date and note; what file it is its reader knows
  std::vector<Evidence> exchanges;
};

/// Throws std::runtime_error "path: what is wrong" for anything that is not such a file.
Recording read_recording(std::string_view path, std::string_view json);

/// Answers from `exchanges` only, by URL (the last one wins); anything else is
/// Outcome::not_recorded at the time `missing_at`, so that equal recordings give equal evidence.
Transport replay(std::vector<Evidence> exchanges, std::string missing_at);

}  // namespace assay
