#include "auditors/repository/tensor_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "auditors/repository/name_hints.h"
#include "auditors/repository/plausible_size.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;

// More elements than this are not a repository, and would overflow.
constexpr std::int64_t kMostElements = 1'000'000'000'000'000;

enum class Use {
  plain,   // weights as they were trained, and what is never quantized
  packed,  // quantized weights
  scales,  // beside them
  buffer,  // beside any weights
};
struct TensorType {
  std::string_view name;
  int bits;
  Use use;
};
// safetensors' types.
constexpr std::array<TensorType, 21> kTensorTypes{
    {{"F64", 64, Use::buffer},        {"I64", 64, Use::buffer},
     {"U64", 64, Use::buffer},        {"F32", 32, Use::plain},
     {"I32", 32, Use::packed},        {"U32", 32, Use::packed},
     {"BF16", 16, Use::plain},        {"F16", 16, Use::plain},
     {"I16", 16, Use::packed},        {"U16", 16, Use::packed},
     {"F8_E4M3", 8, Use::packed},     {"F8_E5M2", 8, Use::packed},
     {"F8_E4M3FNUZ", 8, Use::packed}, {"F8_E5M2FNUZ", 8, Use::packed},
     {"F8_E8M0", 8, Use::scales},     {"I8", 8, Use::packed},
     {"U8", 8, Use::packed},          {"BOOL", 8, Use::buffer},
     {"F4", 4, Use::packed},          {"F6_E2M3", 6, Use::packed},
     {"F6_E3M2", 6, Use::packed}}};

const TensorType* find_type(std::string_view name) {
  const auto* found = std::find_if(kTensorTypes.begin(), kTensorTypes.end(),
                                   [&](const TensorType& type) { return type.name == name; });
  return found == kTensorTypes.end() ? nullptr : found;
}

// Bits of the counted elements by their use; nothing where a type or a number cannot be.
struct Counted {
  double packed = 0;
  double scales = 0;
  double all = 0;
};
std::optional<Counted> counted(const Repository& row) {
  if (row.tensors.empty()) return std::nullopt;
  Counted sum;
  for (const auto& [name, elements] : row.tensors) {
    const TensorType* type = find_type(name);
    if (type == nullptr || elements > kMostElements) return std::nullopt;
    const double bits = static_cast<double>(elements) * type->bits;
    if (type->use == Use::packed) sum.packed += bits;
    if (type->use == Use::scales) sum.scales += bits;
    sum.all += bits;
  }
  return sum;
}

double bits_of_types(const Repository& row, const std::vector<std::string>& types) {
  double bits = 0;
  for (const auto& [name, elements] : row.tensors) {
    if (std::find(types.begin(), types.end(), name) == types.end()) continue;
    const TensorType* type = find_type(name);
    if (type != nullptr) bits += static_cast<double>(elements) * type->bits;
  }
  return bits;
}

// A few whole numbers are buffers, whatever their type.
bool packs_nothing(const Counted& sum) { return sum.packed < sum.all / 100 && sum.scales == 0; }

// bitsandbytes may pack into elements of 16 bits (quant_storage); of some families nobody knows.
bool may_look_plain(const QuantizationFamilies& families, std::string_view id) {
  const std::size_t index = family_index(families, id);
  return index == families.size() || families[index].tensor_types.empty() || id == "bnb";
}

bool has_sizes(const Repository& row) {
  return row.has_files && std::all_of(row.files.begin(), row.files.end(),
                                      [](const hub::File& file) { return file.size.has_value(); });
}

// An answer that lost a type on its way has a total that its counts do not add up to.
bool adds_up(const Repository& row) {
  return row.parameters && counted_elements(row) == row.parameters;
}

}  // namespace

std::optional<std::int64_t> counted_elements(const Repository& row) {
  if (row.tensors.empty()) return std::nullopt;
  std::int64_t sum = 0;
  for (const auto& [name, elements] : row.tensors) {
    if (elements > kMostElements) return std::nullopt;
    sum += elements;
  }
  return sum;
}

std::optional<std::int64_t> counted_bits(const Repository& row) {
  const std::optional<Counted> sum = counted(row);
  return sum ? std::optional(static_cast<std::int64_t>(sum->all)) : std::nullopt;
}

bool counts_every_weight(const Repository& row, const Repository& base) {
  const std::optional<std::int64_t> elements = counted_elements(row);
  if (!elements || !base.size_reference) return false;
  const double share = static_cast<double>(*elements) / static_cast<double>(*base.size_reference);
  return share >= 0.7 && share <= (is_small_model(*base.size_reference) ? 1.8 : 1.35);
}

bool counts_bytes(const Repository& row, std::int64_t bytes) {
  const std::optional<std::int64_t> bits = counted_bits(row);
  if (!bits) return false;
  const double apart = std::abs(static_cast<double>(*bits) / 8 - static_cast<double>(bytes));
  return apart <= 0.1 * static_cast<double>(bytes);
}

bool files_confirm_counts(const Repository& row) {
  const std::optional<std::int64_t> bits = counted_bits(row);
  if (!bits) return false;
  const double bytes = static_cast<double>(*bits) / 8;
  const std::vector<WeightSet> sets = weight_files(row.files, row.id).tensors;
  return std::any_of(sets.begin(), sets.end(), [&](const WeightSet& set) {
    return set.complete && set.sizes_known &&
           std::abs(static_cast<double>(set.bytes) - bytes) <= 0.01 * bytes;
  });
}

TensorTypes tensor_types_for(const Repository& row, const Repository& base,
                             const QuantizationFamilies& families,
                             const std::vector<std::string_view>& held, bool among_others) {
  const std::optional<Counted> sum = counted(row);
  if (!sum || sum->all <= 0) return TensorTypes::unknown;
  if (packs_nothing(*sum)) {
    if (!adds_up(row)) return TensorTypes::unknown;
    if (tensors_plain(row, base)) return TensorTypes::plain;
    // With no number of parameters to hold them against, the files tell whose tensors were counted.
    if (!base.size_reference && has_sizes(row)) {
      return files_confirm_counts(row) ? TensorTypes::plain : TensorTypes::unknown;
    }
    const bool may = std::all_of(held.begin(), held.end(),
                                 [&](std::string_view id) { return may_look_plain(families, id); });
    return may ? TensorTypes::unknown : TensorTypes::opposing;
  }
  std::vector<std::string> types;
  for (const std::string_view id : held) {
    const std::size_t index = family_index(families, id);
    if (index == families.size() || families[index].tensor_types.empty())
      return TensorTypes::unknown;
    const std::vector<std::string>& own = families[index].tensor_types;
    if (bits_of_types(row, own) <= 0) return TensorTypes::opposing;
    for (const std::string& type : own) {
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
  }
  const double own = bits_of_types(row, types);
  const bool most = own >= sum->packed / 2 && own >= sum->all / 50;
  return most || among_others ? TensorTypes::fitting : TensorTypes::opposing;
}

std::string tensor_types_text(const Repository& row) {
  std::vector<std::string_view> types;
  for (const auto& [type, elements] : row.tensors) types.push_back(type);
  return fmt::format("{}", fmt::join(types, " and "));
}

std::optional<std::int64_t> counted_bytes(const Repository& row,
                                          const QuantizationFamilies& families,
                                          std::string_view family) {
  const std::size_t index = family_index(families, family);
  const bool whole =
      index != families.size() && families[index].numbers && families[index].numbers->bits == 8;
  if (!whole || !counted(row)) return std::nullopt;
  double bits = 0;
  for (const auto& [name, elements] : row.tensors) {
    const TensorType* type = find_type(name);
    if (type->use == Use::packed && type->bits != 8) return std::nullopt;
    bits += static_cast<double>(elements) * type->bits;
  }
  return static_cast<std::int64_t>(bits / 8);
}

bool tensors_fit(const Repository& row, const QuantizationFamilies& families,
                 std::string_view family) {
  const std::size_t index = family_index(families, family);
  const std::optional<Counted> sum = counted(row);
  return sum && sum->all > 0 && index != families.size() &&
         bits_of_types(row, families[index].tensor_types) >= sum->all / 4;
}

bool tensors_plain(const Repository& row, const Repository& base) {
  const std::optional<std::int64_t> elements = counted_elements(row);
  if (!elements || !base.size_reference || *elements > kMostElements / 8) return false;
  const bool plain = std::all_of(row.tensors.begin(), row.tensors.end(), [](const auto& item) {
    const TensorType* type = find_type(item.first);
    return type != nullptr &&
           (type->use == Use::plain || type->use == Use::buffer || item.second == 0);
  });
  return plain && is_full_size(2 * *elements, *base.size_reference);
}

}  // namespace assay
