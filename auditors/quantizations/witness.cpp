#include "auditors/quantizations/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "auditors/quantizations/listed_weights.h"
#include "auditors/quantizations/repository_reader.h"
#include "auditors/quantizations/weighing.h"
#include "auditors/repository/containers.h"
#include "auditors/repository/gguf_names.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"
#include "auditors/repository/plausible_size.h"
#include "auditors/repository/quantization_format.h"
#include "auditors/repository/tensor_types.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
// Quantizers who use branches or folders use about ten of them.
constexpr std::size_t kMaxBranches = 16;
constexpr std::size_t kMaxFolders = 8;
constexpr std::string_view kNotQuantized = "not quantized";
constexpr std::string_view kNoWeights = "no weights";

class Examination {
 public:
  Examination(const SourceConfig& hub, const EvidenceSet& evidence, const Repository& base,
              std::string_view family, const QuantizationFamilies& families)
      : hub_(hub),
        evidence_(evidence),
        families_(families),
        reader_(hub, evidence, families, base.id),
        base_(base),
        family_(family) {}

  Examined run(const Repository& row) {
    const Listed listed = listed_weights(row, RowFacts(row, families_, base_.id), base_, family_);
    if (listed.outlook == Listed::Outlook::excluded) return other(listed.holds);
    if (row.sha.empty()) {
      const std::optional<Repository> info = reader_.info(row.id);
      if (!info) return answer();
      if (info->disabled || info->is_private) return other("disabled");
      return at_commit(*info);
    }
    return at_commit(row);
  }

  Examined at_commit(const Repository& row) {
    reader_.out.commit = row.sha;
    return family_ == "gguf" ? gguf(row) : tensors(row);
  }

 private:
  Examined answer() { return std::move(reader_.out); }
  Examined end(Examined::Status status, std::string why) {
    reader_.out.status = status;
    reader_.out.why = std::move(why);
    return answer();
  }
  Examined other(std::string holds) {
    reader_.out.holds = std::move(holds);
    return end(Examined::Status::other, {});
  }
  Examined doubtful(std::string why) { return end(Examined::Status::doubtful, std::move(why)); }

  bool speaks(const Repository& row) const {
    return hint_strength(row, families_, family_, base_.id) > 0;
  }

  // ---- GGUF -------------------------------------------------------------------------------------

  Examined gguf(const Repository& row) {
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    WeightFiles weights = weight_files(*files, base_.id);
    // A draft head is far smaller than the model whose name it carries.
    for (WeightSet& set : weights.gguf_drafts) {
      if (!has_full_count(set)) continue;
      weights.gguf.push_back(std::move(set));
      set = {};
    }
    std::erase_if(weights.gguf_drafts, [](const WeightSet& set) { return set.files.empty(); });
    std::vector<WeightSet> quantized;
    for (const WeightSet& set : weights.gguf) {
      if (set.quant_type.empty() && !of_16_bits({set})) reader_.out.unnamed.push_back(set.name);
      if (is_quantized_type(set.quant_type)) quantized.push_back(set);
    }
    if (quantized.empty()) return no_gguf(row, weights);
    std::optional<std::string> foreign;
    std::erase_if(quantized, [&](const WeightSet& set) {
      const auto said = said_of_another(set.name);
      if (said) foreign = said;
      return said.has_value();
    });
    if (quantized.empty()) return doubtful("the names of its files " + *foreign);
    reader_.out.detail = "its GGUF files are named";
    return weigh(row, quantized, {families_, {"gguf"}});
  }

  // What the name of a file says of another model than the base; null when it says nothing of one.
  std::optional<std::string> said_of_another(std::string_view file) const {
    if (const auto word = changed_weights_word(file, base_)) {
      return fmt::format("say that the weights were changed ({})", *word);
    }
    const auto other = other_model_in(file.substr(0, file.rfind('.')), base_);
    return other ? std::optional("state " + *other) : std::nullopt;
  }

  // Whether a set has about as many weights as the base, by the bits of its type.
  bool has_full_count(const WeightSet& set) const {
    const double bits = bits_per_weight(set.quant_type);
    if (bits == 0 || !set.complete || !set.sizes_known || !base_.size_reference) return false;
    const double weights = static_cast<double>(set.bytes) * 8 / bits;
    return weights >= 0.6 * static_cast<double>(*base_.size_reference);
  }

  Examined no_gguf(const Repository& row, const WeightFiles& weights) {
    if (!reader_.out.unnamed.empty()) {
      return doubtful(fmt::format("the names of its GGUF files state no type ({})",
                                  reader_.out.unnamed.front()));
    }
    if (!weights.gguf_drafts.empty()) {
      return doubtful("its GGUF files are draft heads by their names");
    }
    if (!weights.gguf.empty()) return other("unquantized gguf");
    if (weights.none() && !weights.gguf_sidecars && !weights.adapter) return branches(row);
    return other(weights.gguf_sidecars ? "model parts"
                 : weights.adapter     ? "adapter"
                                       : "other weights");
  }

  // ---- weights with a config.json ---------------------------------------------------------------

  Examined tensors(const Repository& row) {
    const RowFacts facts(row, families_, base_.id);
    const QuantizationFormat& listed = facts.format;
    if (row.has_files && facts.names.none() && !facts.opaque) return branches(row);
    const std::optional<QuantizationFormat> format = reader_.format(row, {}, hinted(row));
    if (!format) return answer();
    if (listed.kind == QuantizationFormat::Kind::known && !format->holds(listed.family) &&
        !format->detail.empty()) {
      return doubtful(fmt::format("the Hub reads {} from its config.json, which says: {}",
                                  listed.detail, format->detail));
    }
    return by_format(row, *format, {});
  }

  std::string_view hinted(const Repository& row) const {
    return speaks(row) ? family_ : std::string_view{};
  }

  Examined by_format(const Repository& row, const QuantizationFormat& format,
                     const std::string& folder) {
    switch (format.kind) {
      case QuantizationFormat::Kind::unclear:
        if (format.detail.empty()) return without_config(row);
        return doubtful(format.detail);
      case QuantizationFormat::Kind::unquantized:
        if (format.stated) return next_folder(row, folder, format.label);
        return silent_config(row, format, folder);
      case QuantizationFormat::Kind::unknown:
        if (format.may_be(family_) || speaks(row)) return doubtful(format.detail);
        return next_folder(row, folder, format.label);
      case QuantizationFormat::Kind::known:
        break;
    }
    if (!format.holds(family_)) {
      if (format.may_be(family_)) return doubtful(format.detail);
      return holding_another(row, format, folder);
    }
    if (format.needs_mlx_mark && hint_strength(row, families_, "mlx", base_.id) == 0) {
      return doubtful(
          "its config.json has MLX's old quantization block, and nothing else marks it as MLX");
    }
    reader_.out.detail = statement_of(format, folder);
    reader_.out.bits = format.bits;
    return weigh_files(row, format, folder);
  }

  // Types and bytes of the weights must be those of the format that is stated: a config.json may be
  // left over from other weights.
  Examined weigh_files(const Repository& row, const QuantizationFormat& format,
                       const std::string& folder) {
    reader_.out.old_mlx = format.old_mlx;
    const TensorTypes types = types_for(row, format, folder);
    if (types == TensorTypes::plain) return next_folder(row, folder, kNotQuantized);
    if (types == TensorTypes::opposing) return doubtful(leftover(row, format));
    if (format.contested && types != TensorTypes::fitting) return doubtful(format.detail);
    WeightFormat weights{families_, format.held(), format.bits, types == TensorTypes::fitting};
    weights.ids.insert(weights.ids.end(), format.open.begin(), format.open.end());
    if (types == TensorTypes::fitting && row.has_files && weights.ids.size() == 1) {
      const auto bytes = counted_bytes(row, families_, family_);
      if (bytes && counts_every_weight(row, base_)) {
        weigh_counted(reader_.out, row, base_, *bytes, weights);
        return answer();
      }
    }
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    WeightFiles held = weight_files(*files, base_.id);
    if (held.adapter) return other("adapter");
    if (!folder.empty()) {
      std::erase_if(held.tensors,
                    [&](const WeightSet& set) { return !set.folder().starts_with(folder); });
    }
    if (types == TensorTypes::unknown && of_16_bits(held.tensors)) {
      return next_folder(row, folder, kNotQuantized);
    }
    if (!held.tensors.empty()) return weigh(row, held.tensors, weights);
    if (!held.gguf.empty()) return other("gguf");
    if (std::string container = only_container(*files); !container.empty())
      return other(std::move(container));
    // No listing names the files of a branch, so nothing tells a tree that was cut from a whole
    // one.
    if (!reader_.out.branch.empty()) {
      return doubtful(
          fmt::format("the config.json of its branch {} states {}, and its files show no "
                      "weights",
                      reader_.out.branch, format.detail));
    }
    return branches(row);
  }

  // What the Hub counted is of the main branch as a whole.
  TensorTypes types_for(const Repository& row, const QuantizationFormat& format,
                        const std::string& folder) const {
    if (!folder.empty()) return TensorTypes::unknown;
    return tensor_types_for(row, base_, families_, format.held(), !format.open.empty());
  }

  static std::string statement_of(const QuantizationFormat& format, const std::string& folder) {
    return format.names_file ? format.detail
                             : fmt::format("{}config.json states {}", folder, format.detail);
  }

  static std::string leftover(const Repository& row, const QuantizationFormat& format) {
    return fmt::format("{}, but its tensors are of {}", statement_of(format, {}),
                       tensor_types_text(row));
  }

  bool of_16_bits(const std::vector<WeightSet>& sets) const {
    return !sets.empty() && base_.size_reference &&
           std::all_of(sets.begin(), sets.end(), [&](const WeightSet& set) {
             return set.complete && set.pieces_counted && set.sizes_known &&
                    is_size_of_16_bits(set.bytes, *base_.size_reference);
           });
  }

  // What is stated is another family's: believed where types or bytes of the weights agree, since
  // what may lie under a config.json that is left over is anything.
  Examined holding_another(const Repository& row, const QuantizationFormat& format,
                           const std::string& folder) {
    const TensorTypes types = types_for(row, format, folder);
    if (types == TensorTypes::opposing && may_lie_under(row))
      return doubtful(leftover(row, format));
    // Without counts the bytes tell numbers of one width from those of another.
    if (types == TensorTypes::unknown && folder.empty() && are_numbers(format.family) &&
        are_numbers(family_)) {
      const std::optional<std::vector<hub::File>> files = reader_.files(row);
      if (!files) return answer();
      const WeightFormat stated{families_, format.held(), format.bits};
      if (!any_fits(weight_files(*files, base_.id).tensors, base_, stated)) {
        return doubtful(statement_of(format, {}) + ", which the size of its weights does not fit");
      }
    }
    return next_folder(
        row, folder, types == TensorTypes::plain ? kNotQuantized : std::string_view(format.label));
  }

  bool are_numbers(std::string_view family) const {
    const std::size_t index = family_index(families_, family);
    return index != families_.size() && families_[index].numbers.has_value();
  }

  // Whether the types that the Hub counted leave room for the family.
  bool may_lie_under(const Repository& row) const {
    return tensor_types_for(row, base_, families_, {family_}, true) != TensorTypes::opposing;
  }

  // A config.json that says nothing of quantization, in a repository that is said to be quantized
  // or speaks of the family. Weights of full size settle it, as GGUF files do; smaller ones are
  // quantized in a way that the file does not tell.
  Examined silent_config(const Repository& row, const QuantizationFormat& format,
                         const std::string& folder) {
    const bool says_so = row.relation == "quantized" || speaks(row);
    if (!says_so || tensors_plain(row, base_)) return next_folder(row, folder, format.label);
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    const WeightFiles weights = weight_files(*files, base_.id);
    if (weights.adapter) return other("adapter");
    if (weights.tensors.empty() && !weights.gguf.empty()) return other("gguf");
    if (std::string container = only_container(*files); !container.empty())
      return other(std::move(container));
    if (weights.none() && !RowFacts(row, families_, base_.id).opaque) return branches(row);
    const bool full = std::any_of(weights.tensors.begin(), weights.tensors.end(),
                                  [&](const WeightSet& set) { return is_full({set}); }) ||
                      (is_full(weights.tensors) && !any_names_quantization(weights.tensors));
    if (full) return next_folder(row, folder, format.label);
    return doubtful(format.detail);
  }

  // Whether these sets together are as large as the base in 16 bits.
  bool is_full(const std::vector<WeightSet>& sets) const {
    std::int64_t bytes = 0;
    for (const WeightSet& set : sets) {
      if (!set.complete || !set.pieces_counted || !set.sizes_known) return false;
      bytes += set.bytes;
    }
    return base_.size_reference && is_full_size(bytes, *base_.size_reference);
  }

  static bool any_names_quantization(const std::vector<WeightSet>& sets) {
    return std::any_of(sets.begin(), sets.end(),
                       [](const WeightSet& set) { return names_quantization(set.name); });
  }

  // A repository without config.json: GGUF files explain that; other weights leave a doubt.
  Examined without_config(const Repository& row) {
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    const WeightFiles weights = weight_files(*files, base_.id);
    if (weights.adapter) return other("adapter");
    if (weights.tensors.empty() && (!weights.gguf.empty() || !weights.gguf_drafts.empty())) {
      return other("gguf");
    }
    if (std::string container = only_container(*files); !container.empty())
      return other(std::move(container));
    if (weights.none()) return branches(row);
    return doubtful("it has no config.json to tell its format");
  }

  bool has_branches() const {
    const std::size_t index = family_index(families_, family_);
    return index != families_.size() && families_[index].branches;
  }

  // What the folder examined last says is not the family: others may, where they have a config.json
  // and weights of their own.
  Examined next_folder(const Repository& row, const std::string& after, std::string_view holds) {
    const std::vector<std::string> folders = RowFacts(row, families_, base_.id).folders;
    const auto next =
        after.empty() ? folders.begin() : std::upper_bound(folders.begin(), folders.end(), after);
    if (next == folders.end()) {
      // An original on main, and its quantizations on branches.
      return holds == kNotQuantized && has_branches() ? branches(row, holds)
                                                      : other(std::string(holds));
    }
    if (next - folders.begin() >= static_cast<std::ptrdiff_t>(kMaxFolders)) {
      return doubtful("it has too many folders with a config.json to read them all");
    }
    const std::optional<QuantizationFormat> format = reader_.format(row, *next, {});
    if (!format) return answer();
    if (format->holds(family_)) return by_format(row, *format, *next);
    return next_folder(row, *next, holds);
  }

  // ---- branches ---------------------------------------------------------------------------------

  // The main branch holds no weights of the family; ExLlama's custom is one branch per bit width.
  Examined branches(const Repository& row, std::string_view holds = kNoWeights) {
    if (!reader_.out.branch.empty() || !speaks(row)) return other(std::string(holds));
    const std::optional<std::vector<hub::Branch>> branches = reader_.branches(row);
    if (!branches) return answer();
    std::optional<Examined> open;
    std::size_t read = 0;
    for (const hub::Branch& branch : *branches) {
      if (branch.commit == row.sha) continue;
      if (++read > kMaxBranches) return doubtful("it has too many branches to read them all");
      Examined one = on_branch(row, branch);
      if (one.status == Examined::Status::pending) return one;
      if (one.status == Examined::Status::witness) {
        one.evidence.insert(one.evidence.begin(), reader_.out.evidence.begin(),
                            reader_.out.evidence.end());
        return one;
      }
      if (one.status != Examined::Status::other && !open) open = std::move(one);
    }
    if (open) return *open;
    return other(std::string(holds));
  }

  Examined on_branch(const Repository& row, const hub::Branch& branch) const {
    // What the listing says of files and format is true of the main branch only.
    Repository there;
    there.id = row.id;
    there.sha = branch.commit;
    there.tags = row.tags;
    there.library = row.library;
    there.relation = row.relation;
    there.bases = row.bases;
    there.gated = row.gated;
    Examination examination(hub_, evidence_, base_, family_, families_);
    examination.reader_.out.branch = branch.name;
    return examination.at_commit(there);
  }

  Examined weigh(const Repository& row, const std::vector<WeightSet>& sets,
                 const WeightFormat& format) {
    assay::weigh(reader_.out, row, base_, sets, format);
    return answer();
  }

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const QuantizationFamilies& families_;
  RepositoryReader reader_;
  const Repository& base_;
  const std::string_view family_;
};

}  // namespace

Examined examine(const SourceConfig& hub, const EvidenceSet& evidence, const hub::Repository& base,
                 const Repository& row, std::string_view family,
                 const QuantizationFamilies& families) {
  return Examination(hub, evidence, base, family, families).run(row);
}

}  // namespace assay
