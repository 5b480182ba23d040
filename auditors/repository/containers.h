#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auditors/hub/answers.h"

namespace assay {

// Other containers of weights: what engines such as OpenVINO or CTranslate2 load. None is a
// quantization family, whatever is packed in them; each is known by its files.

/// The container that a file belongs to ("openvino"), by the files beside it; empty for none.
std::string_view container_of(const hub::File& file, const std::vector<hub::File>& files);

/// The container of a repository all of whose weights are in others than the families' files; empty
/// where there are no weights, or some that may be a family's.
std::string only_container(const std::vector<hub::File>& files);

/// Whether a file may be weights by its ending.
bool may_be_weights(std::string_view path);

}  // namespace assay
