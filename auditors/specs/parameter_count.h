#pragma once

#include <cstdint>
#include <optional>

#include "auditors/specs/model_config.h"

namespace assay::specs {

// What the shapes in config.json say of the number of parameters. Estimates, to tell whether a
// count of elements can be a count of parameters, and whether the fields that are stated are all
// there is.

/// Parameters of the feed-forward layers and of the vocabulary when each feed-forward network has
/// so many `matrices` (2, or 3 when it is gated): the model has more than these. Nothing where the
/// shapes are not stated or not of a known form.
std::optional<double> least_parameters(const ModelConfig& config, int matrices);

/// Whether a dense transformer of the stated shapes, each layer with full attention, has within
/// 0.5 % of `total` parameters: then there are no experts, no layers of other kinds and no head
/// sizes but those.
bool explains(const ModelConfig& config, std::int64_t total);

}  // namespace assay::specs
