#pragma once

#include <cstdint>

#include "validator/vocabulary.h"

namespace assay {

// Whether files can be the weights of a model with a known number of parameters, by their bytes.

/// Bits per parameter of the model, over all files that belong together.
struct SizeBounds {
  double least = 0;
  double most = 16;
};

/// Bounds for weights of a family. `bits` per weight, 0 where they are not stated: then what the
/// family's writers make (`family.size`). They are narrow where nothing else tells what is in the
/// files, and leave the size of 16-bit weights out in any case; `typed`: the types of the tensors
/// have shown the family, so that only a size which no such weights have is out of bounds.
SizeBounds size_bounds(const QuantizationFamily& family, double bits, std::int64_t parameters,
                       bool typed);
/// For weights of which some are of one and some of another family.
SizeBounds joined(const SizeBounds& one, const SizeBounds& other);

/// Whether tables of the vocabulary may be a large part of a model of this size.
bool is_small_model(std::int64_t parameters);

bool plausible_size(std::int64_t bytes, std::int64_t parameters, const SizeBounds& bounds);

/// Whether this many bytes are at least 0.9 times the model's size in BF16, so that nothing is
/// packed.
bool is_full_size(std::int64_t bytes, std::int64_t parameters);

/// Whether they are about the model's size in BF16, of a model that is large enough for that to
/// tell 16-bit weights from quantized ones beside tables of the vocabulary.
bool is_size_of_16_bits(std::int64_t bytes, std::int64_t parameters);

}  // namespace assay
