#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "auditors/evidence/evidence.h"
#include "auditors/finding.h"

namespace assay {

enum class ReadState { missing, unreachable, unable, ok };

/// What came of reading one piece of evidence.
struct Reading {
  ReadState state = ReadState::missing;
  std::string why;                     ///< a readable reason; empty when ok or missing
  const Evidence* evidence = nullptr;  ///< null when missing

  bool ok() const { return state == ReadState::ok; }
};

/// Parses a body of unknown origin; discarded when it is not JSON or nested deeper than any honest
/// answer (readers recurse).
nlohmann::json parse_body(std::string_view body);

/// Maps a failed exchange to what it proves: nothing.
Reading read_outcome(const Evidence* evidence);

Observation observe(const Evidence& evidence, nlohmann::json value);

}  // namespace assay
