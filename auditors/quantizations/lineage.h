#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/config.h"
#include "auditors/evidence/evidence_set.h"
#include "auditors/hub/answers.h"
#include "validator/vocabulary.h"

namespace assay {

/// The base of an entry, under the id that the Hub knows and the one that the entry has.
struct KnownBase {
  const hub::Repository& repository;
  std::string_view asked;  ///< the entry's id; a former one where the Hub redirected it
};

/// Whether the Hub states that `row` is quantized from exactly the base.
bool quantized_from(const hub::Repository& row, const hub::Repository& base);

/// Whether a row that is not listed as quantized from the base may be nevertheless: it names no
/// base, the base among others, under another spelling or a former name, or a namesake of it. Not
/// an adapter of it, unless what the Hub calls so holds weights of a model.
/// `exists`: whether an id is known to be a repository of its own, and so no former name.
bool may_descend(const hub::Repository& row, const KnownBase& base,
                 const std::function<bool(const std::string& id)>& exists);

/// What establishes a lineage besides the listing.
struct Lineage {
  enum class Status { pending, established, open, unreachable };
  Status status = Status::open;
  std::string how;       ///< a clause: what establishes it, or is in the way
  bool foreign = false;  ///< open: it was read, and names another base or none at all
  std::vector<Request> needed;
  std::vector<const Evidence*> evidence;
};

/// For a repository whose weights are established. A lineage is established when the one base that
/// it names, in its tags or its card, is the base's id, or an id that the Hub redirects to it; or
/// when it is under the base's finetunes only because the Hub did not take MLX's old block for a
/// quantization (`old_mlx`). A name that is not plainly the base's leaves it open.
Lineage trace_lineage(const SourceConfig& hub, const EvidenceSet& evidence, const KnownBase& base,
                      const hub::Repository& row, bool old_mlx,
                      const QuantizationFamilies& families);

}  // namespace assay
