#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"
#include "validator/vocabulary.h"

namespace assay {

// What the Hub counted in the safetensors files of a repository: elements per type. Of packed
// weights it counts the words that are stored or, since September 2025, the weights that they stand
// for, and does not say which: so counts tell types, and numbers of weights only where each weight
// has an element of its own.

/// What the counts say about weights of given families.
/// `among_others`: beside them there may be packed weights of which nothing is known.
enum class TensorTypes {
  unknown,   ///< nothing was counted, or a type that is not known
  plain,     ///< floating point of 16 or 32 bits only, as many as the base has: not quantized
  fitting,   ///< each family's type is there, and most of what is packed has these types, or
             ///< may have others
  opposing,  ///< what is packed has other types, or nothing is packed
};
TensorTypes tensor_types_for(const hub::Repository& row, const hub::Repository& base,
                             const QuantizationFamilies& families,
                             const std::vector<std::string_view>& held, bool among_others = false);

/// "BF16 and U8"
std::string tensor_types_text(const hub::Repository& row);

/// Bytes of the tensors that the Hub counted, where each weight has an element of its own whichever
/// way they were counted; null for types that pack several into one, or that are not known.
std::optional<std::int64_t> counted_bytes(const hub::Repository& row,
                                          const QuantizationFamilies& families,
                                          std::string_view family);

/// Whether a good part of what the Hub counted has the type in which the family packs its weights.
bool tensors_fit(const hub::Repository& row, const QuantizationFamilies& families,
                 std::string_view family);

/// Whether all tensors that the Hub counted are plain floating point, and as many as the base's
/// parameters, so that nothing is quantized.
bool tensors_plain(const hub::Repository& row, const hub::Repository& base);

/// Elements of all types together, and their bits; null when none were counted or they are absurdly
/// many, or of a type that is not known.
std::optional<std::int64_t> counted_elements(const hub::Repository& row);
std::optional<std::int64_t> counted_bits(const hub::Repository& row);

/// Whether as many elements were counted as the base has parameters, within what embedding tables
/// that are stored twice and parts that are left out make of it.
bool counts_every_weight(const hub::Repository& row, const hub::Repository& base);
/// Whether this many bytes are those of the elements that were counted.
bool counts_bytes(const hub::Repository& row, std::int64_t bytes);

/// Whether one complete set of its files, whose sizes it states, has the bytes of what was counted.
bool files_confirm_counts(const hub::Repository& row);

}  // namespace assay
