#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "auditors/specs/model_config.h"

namespace assay::specs {

/// What a layer does to relate the words of a text.
enum class LayerKind {
  full,          ///< attends to everything before
  sliding,       ///< attends to a window
  chunked,       ///< attends to a chunk
  sparse,        ///< attends to what an index chooses (DSA)
  compressed,    ///< attends to compressed blocks (CSA, HCA)
  linear,        ///< linear attention: gated DeltaNet, KDA, lightning
  mamba,         ///< a state space model
  skipped,       ///< nothing at all
  feed_forward,  ///< a layer of its own without any
  other,         ///< something that is not known here
};

/// How many layers of each kind config.json states.
struct LayerMix {
  std::map<LayerKind, std::int64_t> layers;  ///< empty: config.json does not say
  std::string field;                         ///< that says it
  /// Only that there are layers with a window is stated, not how many.
  bool share_unknown = false;

  std::int64_t count(LayerKind kind) const;
  bool has(LayerKind kind) const { return count(kind) > 0; }
  /// "layer_types: 10 full attention, 30 linear attention"
  std::string text() const;
};

LayerMix read_layer_mix(const ModelConfig& config);

}  // namespace assay::specs
