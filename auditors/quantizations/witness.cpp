#include "auditors/quantizations/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "auditors/quantizations/listed_weights.h"
#include "auditors/quantizations/repository_reader.h"
#include "auditors/quantizations/weighing.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"
#include "auditors/repository/quantization_format.h"
#include "auditors/repository/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
// Quantizers who use branches or folders use about ten of them.
constexpr std::size_t kMaxBranches = 16;
constexpr std::size_t kMaxFolders = 8;

class Examination {
 public:
  Examination(const SourceConfig& hub, const EvidenceSet& evidence, const Repository& base,
              std::string_view family, const QuantizationFamilies& families)
      : hub_(hub),
        evidence_(evidence),
        families_(families),
        reader_(hub, evidence, families),
        base_(base),
        family_(family) {}

  Examined run(const Repository& row) {
    const Listed listed = listed_weights(row, RowFacts(row, families_), base_, family_);
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

  bool speaks(const Repository& row) const { return hint_strength(row, families_, family_) > 0; }

  // ---- GGUF -------------------------------------------------------------------------------------

  Examined gguf(const Repository& row) {
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    WeightFiles weights = weight_files(*files);
    // A draft head is far smaller than the model whose name it carries.
    for (WeightSet& set : weights.gguf_drafts) {
      if (!has_full_count(set)) continue;
      weights.gguf.push_back(std::move(set));
      set = {};
    }
    std::erase_if(weights.gguf_drafts, [](const WeightSet& set) { return set.files.empty(); });
    std::vector<WeightSet> quantized;
    for (const WeightSet& set : weights.gguf) {
      if (set.quant_type.empty()) reader_.out.unnamed.push_back(set.name);
      if (is_quantized_type(set.quant_type)) quantized.push_back(set);
    }
    if (quantized.empty()) return no_gguf(row, weights);
    std::optional<std::string> changed;
    std::erase_if(quantized, [&](const WeightSet& set) {
      const auto word = changed_weights_word(set.name, base_);
      if (word) changed = word;
      return word.has_value();
    });
    if (quantized.empty()) {
      return doubtful(
          fmt::format("the names of its files say that the weights were changed ({})", *changed));
    }
    reader_.out.detail = "its GGUF files are named";
    return weigh(row, quantized, 0);
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
    const RowFacts facts(row, families_);
    const QuantizationFormat& listed = facts.format;
    if (row.has_files && facts.names.none() && !facts.opaque) return branches(row);
    const std::optional<QuantizationFormat> format = reader_.format(row, {}, hinted(row));
    if (!format) return answer();
    if (listed.kind == QuantizationFormat::Kind::known && format->family != listed.family &&
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
    if (format.family != family_) {
      if (format.may_be(family_)) return doubtful(format.detail);
      return next_folder(row, folder, format.label);
    }
    if (format.needs_mlx_mark && hint_strength(row, families_, "mlx") == 0) {
      return doubtful(
          "its config.json has MLX's old quantization block, and nothing else marks it as MLX");
    }
    reader_.out.detail = format.names_file
                             ? format.detail
                             : fmt::format("{}config.json states {}", folder, format.detail);
    reader_.out.bits = format.bits;
    return weigh_files(row, format, folder);
  }

  Examined weigh_files(const Repository& row, const QuantizationFormat& format,
                       const std::string& folder) {
    reader_.out.old_mlx = format.old_mlx;
    if (folder.empty() && row.has_files && tensors_fit(row, families_, family_)) {
      weigh_counted(reader_.out, row, base_, format.bits);
      return answer();
    }
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    WeightFiles weights = weight_files(*files);
    if (weights.adapter) return other("adapter");
    if (!folder.empty()) {
      std::erase_if(weights.tensors,
                    [&](const WeightSet& set) { return !set.folder().starts_with(folder); });
    }
    if (!weights.tensors.empty()) return weigh(row, weights.tensors, format.bits);
    if (!weights.gguf.empty()) return other("gguf");
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

  // A config.json that says nothing of quantization, in a repository that is said to be quantized
  // or speaks of the family. Weights of full size settle it, as GGUF files do; smaller ones are
  // quantized in a way that the file does not tell.
  Examined silent_config(const Repository& row, const QuantizationFormat& format,
                         const std::string& folder) {
    const bool says_so = row.relation == "quantized" || speaks(row);
    if (!says_so || tensors_plain(row, base_)) return next_folder(row, folder, format.label);
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    const WeightFiles weights = weight_files(*files);
    if (weights.adapter) return other("adapter");
    if (weights.tensors.empty() && !weights.gguf.empty()) return other("gguf");
    if (weights.none() && !RowFacts(row, families_).opaque) return branches(row);
    const bool full =
        std::any_of(weights.tensors.begin(), weights.tensors.end(), [&](const WeightSet& set) {
          return set.complete && set.sizes_known && base_.size_reference &&
                 is_full_size(set.bytes, *base_.size_reference);
        });
    if (full) return next_folder(row, folder, format.label);
    return doubtful(format.detail);
  }

  // A repository without config.json: GGUF files explain that; other weights leave a doubt.
  Examined without_config(const Repository& row) {
    const std::optional<std::vector<hub::File>> files = reader_.files(row);
    if (!files) return answer();
    const WeightFiles weights = weight_files(*files);
    if (weights.adapter) return other("adapter");
    if (weights.tensors.empty() && (!weights.gguf.empty() || !weights.gguf_drafts.empty())) {
      return other("gguf");
    }
    if (weights.none()) return branches(row);
    return doubtful("it has no config.json to tell its format");
  }

  // What the folder examined last says is not the family: others may, where they have a config.json
  // and weights of their own.
  Examined next_folder(const Repository& row, const std::string& after, const std::string& holds) {
    const std::vector<std::string> folders = RowFacts(row, families_).folders;
    const auto next =
        after.empty() ? folders.begin() : std::upper_bound(folders.begin(), folders.end(), after);
    if (next == folders.end()) return other(holds);
    if (next - folders.begin() >= static_cast<std::ptrdiff_t>(kMaxFolders)) {
      return doubtful("it has too many folders with a config.json to read them all");
    }
    const std::optional<QuantizationFormat> format = reader_.format(row, *next, {});
    if (!format) return answer();
    if (format->family == family_) return by_format(row, *format, *next);
    return next_folder(row, *next, holds);
  }

  // ---- branches ---------------------------------------------------------------------------------

  // The main branch holds no weights; ExLlama's custom is one branch per bit width.
  Examined branches(const Repository& row) {
    if (!reader_.out.branch.empty() || !speaks(row)) return other("no weights");
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
    return other("no weights");
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

  Examined weigh(const Repository& row, const std::vector<WeightSet>& sets, double bits) {
    assay::weigh(reader_.out, row, base_, sets, bits);
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
