#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "auditors/repository/base_repository.h"

namespace assay::specs {

/// The config.json of a base repository at its commit, or where access to it must be granted, a
/// copy of the same file: one in a repository of the same name that has the same git blob id.
struct ConfigFile {
  ReadState state = ReadState::missing;
  std::string why;              ///< a readable reason; empty when ok or missing
  bool absent = false;          ///< unable, since the repository has no such file
  std::string instead;          ///< when absent: a file that describes the model in another format
  bool gated = false;           ///< access to it must be granted, and no copy was found
  std::vector<Request> needed;  ///< when missing
  nlohmann::json value;         ///< an object when ok
  /// "lab/Model at commit 0123456789ab", or the copy and what makes it one.
  std::string place;
  std::vector<const Evidence*> evidence;  ///< what shows it, or what failed

  bool ok() const { return state == ReadState::ok; }
};

/// `base` must be ok.
ConfigFile read_config_file(const SourceConfig& hub, const EvidenceSet& evidence,
                            const BaseRepository& base);

}  // namespace assay::specs
