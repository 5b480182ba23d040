#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/claim.h"
#include "auditors/config.h"
#include "auditors/evidence/evidence.h"
#include "auditors/hub/answers.h"

namespace assay {

/// The base repository of an entry as the Hub knows it now: followed through a rename, and read
/// without file sizes where the Hub refuses them together with the rest.
struct BaseRepository {
  ReadState state = ReadState::missing;
  std::string why;              ///< one readable clause; empty when ok or missing
  std::vector<Request> needed;  ///< when missing
  /// When ok; its id is the canonical one, and sizes are held against `size_reference`.
  hub::Repository repository;
  const Evidence* evidence = nullptr;  ///< the answer that describes it, or that failed
  /// How many parameters it has, as far as the Hub's answer tells; packed weights may be in it as
  /// words (hub::Repository::packed).
  std::optional<std::int64_t> parameters;
  std::string parameters_source;  ///< what says so: "safetensors.total"
  std::string parameters_doubt;  ///< why nothing the Hub says of it counts, as a clause; else empty
  /// " (the Hub calls lab/Old lab/New now)"; empty when the entry has the canonical id.
  std::string renamed;

  bool ok() const { return state == ReadState::ok; }
};

/// `subject.repository` must not be empty.
BaseRepository read_base(const SourceConfig& hub, const EvidenceSet& evidence,
                         const Subject& subject);

/// Reads what the Hub says of a repository, with the sizes of its files; without them where the Hub
/// refuses them together with the rest. `request` is the one that was read or is missing.
Reading look_up(const SourceConfig& hub, const EvidenceSet& evidence, std::string_view id,
                hub::Repository& out, Request& request);

/// The repository that the Hub says `repository` is a quantization of; empty when it says so of
/// none.
std::string original_of(const hub::Repository& repository);

/// Whether two ids are the same but for their case, which the Hub ignores when it looks one up.
bool same_id(std::string_view a, std::string_view b);

}  // namespace assay
