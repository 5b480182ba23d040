#include "auditors/quantizations/listed_weights.h"

#include <algorithm>
#include <array>
#include <set>

#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
using Outlook = Listed::Outlook;

struct Width {
  std::string_view type;
  int bytes;
};
constexpr std::array<Width, 16> kWidths{{{"F64", 8},
                                         {"I64", 8},
                                         {"U64", 8},
                                         {"F32", 4},
                                         {"I32", 4},
                                         {"U32", 4},
                                         {"BF16", 2},
                                         {"F16", 2},
                                         {"I16", 2},
                                         {"U16", 2},
                                         {"F8_E4M3", 1},
                                         {"F8_E5M2", 1},
                                         {"F8_E8M0", 1},
                                         {"I8", 1},
                                         {"U8", 1},
                                         {"BOOL", 1}}};

int width_of(std::string_view type) {
  const auto* found = std::find_if(kWidths.begin(), kWidths.end(),
                                   [&](const Width& width) { return width.type == type; });
  return found == kWidths.end() ? 0 : found->bytes;
}

// Weights in a file whose name does not tell that they are the model's.
bool opaque_weights(std::string_view path) {
  constexpr std::array<std::string_view, 7> kEndings{".safetensors", ".bin", ".pt", ".pth",
                                                     ".ckpt",        ".npz", ".h5"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

bool states_format(const hub::File& file) {
  const std::vector<FormatFile>& own = format_files();
  return std::any_of(own.begin(), own.end(),
                     [&](const FormatFile& format) { return format.name == file.path; });
}

Listed excluded(std::string holds) { return {Outlook::excluded, std::move(holds)}; }

Listed by_hint(const RowFacts& facts, std::string_view family) {
  return {facts.hint(family) > 0 ? Outlook::likely : Outlook::open, {}};
}

Listed gguf(const Repository& row, const RowFacts& facts) {
  const WeightFiles& names = facts.names;
  if (!row.has_files) return by_hint(facts, "gguf");
  if (names.gguf.empty() && names.gguf_drafts.empty()) {
    if (names.gguf_sidecars) return excluded("model parts");
    if (names.adapter) return excluded("adapter");
    // One that speaks of GGUF and shows no weights may keep them on other branches.
    if (names.none())
      return facts.hint("gguf") > 0 ? by_hint(facts, "gguf") : excluded("no weights");
    return excluded(facts.format.label.empty() ? "other weights" : facts.format.label);
  }
  const bool quantized =
      std::any_of(names.gguf.begin(), names.gguf.end(),
                  [](const WeightSet& set) { return is_quantized_type(set.quant_type); });
  if (quantized) return {Outlook::stated, {}};
  const bool unnamed = std::any_of(names.gguf.begin(), names.gguf.end(),
                                   [](const WeightSet& set) { return set.quant_type.empty(); });
  if (!unnamed && names.gguf_drafts.empty()) return excluded("unquantized gguf");
  return by_hint(facts, "gguf");
}

std::vector<std::string> model_folders(const std::vector<hub::File>& files,
                                       const WeightFiles& names) {
  std::set<std::string, std::less<>> folders;
  for (const WeightSet& set : names.tensors) {
    if (!set.folder().empty()) folders.emplace(set.folder());
  }
  std::vector<std::string> own;
  for (const std::string& folder : folders) {
    const bool described = std::any_of(files.begin(), files.end(), [&](const hub::File& file) {
      return file.path == folder + "config.json";
    });
    if (described) own.push_back(folder);
  }
  return own;
}

}  // namespace

RowFacts::RowFacts(const Repository& row, const QuantizationFamilies& all)
    : names(weight_files(row.files)),
      opaque(std::any_of(row.files.begin(), row.files.end(),
                         [](const hub::File& file) { return opaque_weights(file.path); })),
      format_file(std::any_of(row.files.begin(), row.files.end(), states_format)),
      format(classify_listed(row.quantization, all)),
      folders(model_folders(row.files, names)),
      families(all),
      hints(hint_strengths(row, all)) {}

int RowFacts::hint(std::string_view family) const {
  const std::size_t index = family_index(families, family);
  return index == hints.size() ? 0 : hints[index];
}

bool tensors_fit(const Repository& row, const QuantizationFamilies& families,
                 std::string_view family) {
  const std::size_t index = family_index(families, family);
  const std::int64_t all = tensor_bytes(row);
  if (index == families.size() || families[index].tensor_types.empty() || all == 0) return false;
  std::int64_t packed = 0;
  for (const std::string& type : families[index].tensor_types) {
    if (const auto found = row.tensors.find(type); found != row.tensors.end()) {
      packed += found->second * width_of(type);
    }
  }
  return packed >= all / 4;
}

std::int64_t tensor_bytes(const Repository& row) {
  std::int64_t bytes = 0;
  for (const auto& [type, elements] : row.tensors) {
    const int width = width_of(type);
    // More than a petabyte is not a repository, and would overflow.
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    if (width == 0 || elements > kMost) return 0;
    bytes += elements * width;
  }
  return bytes;
}

bool tensors_plain(const Repository& row, const Repository& base) {
  if (row.tensors.empty() || !base.size_reference) return false;
  std::int64_t elements = 0;
  for (const auto& [type, count] : row.tensors) {
    if (type != "BF16" && type != "F16" && type != "F32") return false;
    elements += count;
  }
  return is_full_size(2 * elements, *base.size_reference);
}

Listed listed_weights(const Repository& row, const RowFacts& facts, const Repository& base,
                      std::string_view family) {
  if (row.disabled || row.is_private) return excluded("disabled");
  if (family == "gguf") return gguf(row, facts);
  const WeightFiles& names = facts.names;
  if (row.has_files && names.tensors.empty()) {
    if (names.adapter) return excluded("adapter");
    if (!facts.opaque && !(names.gguf.empty() && names.gguf_drafts.empty()))
      return excluded("gguf");
    if (!facts.opaque && names.gguf_sidecars) return excluded("model parts");
    if (!facts.opaque && facts.hint(family) == 0) return excluded("no weights");
    return by_hint(facts, family);
  }
  const bool whole = row.has_files && facts.folders.empty();
  const QuantizationFormat& format = facts.format;
  if (format.kind == QuantizationFormat::Kind::known ||
      format.kind == QuantizationFormat::Kind::unknown) {
    if (format.family == family) return {Outlook::stated, {}};
    if (format.may_be(family)) return {Outlook::likely, {}};
    // A method that has no name here may be what its author calls by the family's.
    const bool settled = format.kind == QuantizationFormat::Kind::known || facts.hint(family) == 0;
    if (settled && whole) return excluded(format.label);
  }
  const bool silent = row.quantization.is_null() && facts.hint(family) == 0 && !facts.format_file;
  if (whole && silent && tensors_plain(row, base)) return excluded("not quantized");
  return by_hint(facts, family);
}

}  // namespace assay
