#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "auditors/repository/quantization_format.h"

namespace assay {

// Blocks whose family follows from the numbers that they store: compressed-tensors and ModelOpt;
// and the words in which all blocks are read.

/// compressed-tensors: by format and config_groups.
QuantizationFormat compressed_tensors(const nlohmann::json& block);
/// ModelOpt: by quant_algo; `where` is the file that holds the block.
QuantizationFormat modelopt(const nlohmann::json& block, std::string_view where);
/// The families that a ModelOpt quant_algo (lower case) may be; empty for one that is not known.
std::vector<std::string_view> modelopt_families(std::string_view algorithm);
/// The families that are number formats: fp8, int4, int8, mxfp4, nvfp4.
const std::vector<std::string_view>& number_formats();

QuantizationFormat known_format(std::string_view family, std::string detail, double bits = 0);
/// Quantized in a way that is no family here, or that leaves open which of some it is.
QuantizationFormat unknown_format(std::string label, std::string detail,
                                  std::vector<std::string_view> open = {});
/// The file itself says that the weights are not quantized.
QuantizationFormat unquantized_format(std::string detail);

/// Null when `object` is no object or the key is absent or null.
const nlohmann::json* member(const nlohmann::json& object, std::string_view key);
/// In lower case; empty when it is no text.
std::string lower_text(const nlohmann::json& object, std::string_view key);

}  // namespace assay
