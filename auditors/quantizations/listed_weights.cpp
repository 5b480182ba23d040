#include "auditors/quantizations/listed_weights.h"

#include <algorithm>
#include <array>
#include <set>

#include "auditors/repository/containers.h"
#include "auditors/repository/gguf_names.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
using Outlook = Listed::Outlook;

// Weights in a file whose name does not tell that they are the model's.
bool opaque_weights(const hub::File& file, const std::vector<hub::File>& files) {
  return may_be_weights(file.path) && !file.path.ends_with(".gguf") &&
         container_of(file, files).empty();
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

// A config.json may be left over from other weights: whether the types of the tensors speak against
// what it states, and leave room for the family.
bool may_lie_under(const Repository& row, const Repository& base, const RowFacts& facts,
                   std::string_view family) {
  const QuantizationFormat& stated = facts.format;
  if (stated.kind != QuantizationFormat::Kind::known) return false;
  const auto types = [&](const std::vector<std::string_view>& held, bool among_others) {
    return tensor_types_for(row, base, facts.families, held, among_others);
  };
  return types(stated.held(), !stated.open.empty()) == TensorTypes::opposing &&
         types({family}, true) != TensorTypes::opposing;
}

}  // namespace

RowFacts::RowFacts(const Repository& row, const QuantizationFamilies& all, std::string_view base)
    : names(weight_files(row.files, base)),
      opaque(std::any_of(row.files.begin(), row.files.end(),
                         [&](const hub::File& file) { return opaque_weights(file, row.files); })),
      container(only_container(row.files)),
      format_file(std::any_of(row.files.begin(), row.files.end(), states_format)),
      format(classify_listed(row.quantization, all)),
      folders(model_folders(row.files, names)),
      families(all),
      hints(hint_strengths(row, all, base)) {}

int RowFacts::hint(std::string_view family) const {
  const std::size_t index = family_index(families, family);
  return index == hints.size() ? 0 : hints[index];
}

Listed listed_weights(const Repository& row, const RowFacts& facts, const Repository& base,
                      std::string_view family) {
  if (row.disabled || row.is_private) return excluded("disabled");
  if (row.has_files && !facts.container.empty()) return excluded(facts.container);
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
    if (settled && whole && !may_lie_under(row, base, facts, family)) return excluded(format.label);
  }
  const bool silent = row.quantization.is_null() && facts.hint(family) == 0 && !facts.format_file;
  if (whole && silent && tensors_plain(row, base)) return excluded("not quantized");
  return by_hint(facts, family);
}

}  // namespace assay
