#include "auditors/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "auditors/name_hints.h"
#include "auditors/quantization_format.h"
#include "auditors/weight_files.h"

namespace assay {
namespace {

using hub::Repository;
using hub::State;
using Kind = QuantizationFormat::Kind;
using Status = Examined::Status;

class Examination {
 public:
  Examination(const SourceConfig& hub, const EvidenceSet& evidence, const Repository& base,
              std::string_view family)
      : hub_(hub), evidence_(evidence), base_(base), family_(family) {}

  Examined run(const Repository& row) {
    if (row.disabled || row.is_private)
      return end(Status::other, row.disabled ? "disabled" : "private");
    if (row.sha.empty()) return without_commit(row);
    out_.commit = row.sha;
    return family_ == "gguf" ? gguf(row) : tensors(row);
  }

 private:
  Examined end(Status status, std::string why) {
    out_.status = status;
    out_.why = std::move(why);
    return std::move(out_);
  }
  Examined failed(State state, std::string why) {
    return end(state == State::unreachable ? Status::unreachable : Status::doubtful,
               std::move(why));
  }
  Examined pending(std::vector<Request> needed) {
    out_.needed = std::move(needed);
    return std::move(out_);
  }

  // Rows of some listings state no commit: ask for the repository itself.
  Examined without_commit(const Repository& row) {
    const Request request = hub::info_request(hub_, row.id);
    Repository info;
    const hub::Reading reading = hub::read_info(evidence_, request, info);
    if (reading.state == State::missing) return pending({request});
    out_.evidence.push_back(reading.evidence);
    if (!reading.ok()) return failed(reading.state, reading.why);
    return run(info);
  }

  Examined gguf(const Repository& row) {
    const std::optional<WeightFiles> weights = files(row);
    if (!weights) return std::move(out_);
    std::vector<WeightSet> quantized;
    bool nameless = false;
    for (const WeightSet& set : weights->gguf) {
      nameless = nameless || set.quant_type.empty();
      if (is_quantized_type(set.quant_type)) quantized.push_back(set);
    }
    if (quantized.empty()) {
      if (nameless) return end(Status::doubtful, "the names of its GGUF files state no type");
      if (weights->gguf_doubtful) {
        return end(Status::doubtful, "by their names its GGUF files are draft heads");
      }
      if (weights->gguf.empty() && !weights->gguf_sidecars && hints_here(row)) {
        return end(Status::doubtful, "it speaks of GGUF, but its file tree shows none");
      }
      return end(Status::other, weights->gguf.empty() ? "it holds no GGUF weights"
                                                      : "its GGUF files are not quantized");
    }
    std::set<std::string> types;
    for (const WeightSet& set : quantized) types.insert(set.quant_type);
    std::string detail = "GGUF files";
    for (const std::string& type : types) detail += " " + type;
    return weigh(row, quantized, std::move(detail));
  }

  Examined tensors(const Repository& row) {
    std::optional<QuantizationFormat> format;
    if (!read_format(row, format)) return std::move(out_);
    if (!format) return without_config(row);
    switch (format->kind) {
      case Kind::unclear:
        return end(Status::doubtful, format->detail);
      case Kind::unquantized:
        if (format->stated) return end(Status::other, format->detail);
        return silent_config(row, format->detail);
      case Kind::unknown:
        return end(format->may_be_any || hints_here(row) ? Status::doubtful : Status::other,
                   format->detail);
      case Kind::known:
        break;
    }
    if (format->family != family_) return end(Status::other, format->detail);
    if (format->needs_mlx_mark && hint_strength(row, "mlx") == 0) {
      return end(
          Status::doubtful,
          "its config.json has MLX's old quantization block, and nothing else marks it as MLX");
    }
    const std::optional<WeightFiles> weights = files(row);
    if (!weights) return std::move(out_);
    if (weights->adapter) return end(Status::other, "an adapter without weights of its own");
    if (weights->tensors.empty()) {
      return end(Status::doubtful, family_ == "exl2" || family_ == "exl3"
                                       ? "its main branch holds no weights; other branches may"
                                       : "it holds no weight files");
    }
    return weigh(row, weights->tensors, format->detail);
  }

  // False when something must be read first or failed; then out_ is the answer.
  bool read_format(const Repository& row, std::optional<QuantizationFormat>& format) {
    const Request request = hub::file_request(hub_, row.id, row.sha, "config.json");
    const hub::JsonFile config = hub::read_file(evidence_, request);
    if (!readable(row, request, config, "config.json")) return false;
    if (config.absent) return true;
    format = classify(config.value, nullptr);
    // Some ModelOpt exports say it only in a file of their own.
    constexpr std::string_view kOwnFile = "hf_quant_config.json";
    const bool likely = row.has_files
                            ? lists(row, kOwnFile)
                            : hint_strength(row, "nvfp4") > 0 || hint_strength(row, "fp8") > 0;
    const bool modelopt = format->kind == Kind::unquantized && !format->stated && likely;
    if (!modelopt) return true;
    const Request second = hub::file_request(hub_, row.id, row.sha, "hf_quant_config.json");
    const hub::JsonFile own = hub::read_file(evidence_, second);
    if (!readable(row, second, own, kOwnFile)) return false;
    if (own.absent) return true;
    format = classify(config.value, own.value);
    if (format->kind == Kind::unquantized && !format->stated) {
      out_.status = Status::doubtful;
      out_.why = fmt::format("its {} says nothing that is known", kOwnFile);
      return false;
    }
    return true;
  }

  static bool lists(const Repository& row, std::string_view path) {
    return std::any_of(row.files.begin(), row.files.end(),
                       [&](const hub::File& file) { return file.path == path; });
  }

  bool readable(const Repository& row, const Request& request, const hub::JsonFile& file,
                std::string_view name) {
    if (file.reading.state == State::missing) {
      pending_request(request);
      return false;
    }
    out_.evidence.push_back(file.reading.evidence);
    if (file.reading.ok()) return true;
    if (file.absent) {
      if (!lists(row, name)) return true;
      out_.status = Status::doubtful;
      out_.why = fmt::format("the Hub lists its {} and says that there is none", name);
    } else if (file.gated) {
      out_.gated = row.gated;
      out_.status = Status::doubtful;
      out_.why = fmt::format("it is gated, so its {} cannot be read", name);
    } else {
      out_.status =
          file.reading.state == State::unreachable ? Status::unreachable : Status::doubtful;
      out_.why = fmt::format("its {} could not be read: {}", name, file.reading.why);
    }
    return false;
  }
  void pending_request(const Request& request) { out_.needed.push_back(request); }

  // A config.json that says nothing of quantization, in a repository that is said to be quantized
  // or speaks of the family. Weights of full size settle it, as GGUF files do; smaller ones are
  // quantized in a way that the file does not tell (old GPTQ, for one).
  Examined silent_config(const Repository& row, const std::string& detail) {
    const bool says_so = row.relation == "quantized" || hints_here(row);
    if (!says_so || only_gguf(row)) return end(Status::other, detail);
    const std::optional<WeightFiles> weights = files(row);
    if (!weights) return std::move(out_);
    if (weights->adapter) return end(Status::other, "an adapter without weights of its own");
    if (weights->tensors.empty() && !weights->gguf.empty()) return end(Status::other, detail);
    for (const WeightSet& set : weights->tensors) {
      if (set.complete && set.sizes_known && base_.size_reference &&
          is_full_size(set.bytes, *base_.size_reference)) {
        return end(Status::other, detail + ", and its weights have the size of BF16");
      }
    }
    return end(Status::doubtful, detail);
  }

  // A repository without config.json: GGUF files explain that; other weights leave a doubt.
  Examined without_config(const Repository& row) {
    if (only_gguf(row)) return end(Status::other, "it holds GGUF files only");
    const std::optional<WeightFiles> weights = files(row);
    if (!weights) return std::move(out_);
    if (weights->adapter) return end(Status::other, "an adapter without weights of its own");
    if (weights->tensors.empty() && (!weights->gguf.empty() || !hints_here(row))) {
      return end(Status::other, "it has neither a config.json nor such weights");
    }
    return end(Status::doubtful, "it has no config.json that would say its format");
  }

  // The weight files at the commit, from the row itself where it states sizes, else from the tree.
  // Null when something must be read first or failed; then out_ is the answer.
  std::optional<WeightFiles> files(const Repository& row) {
    const bool sized =
        row.has_files && std::all_of(row.files.begin(), row.files.end(),
                                     [](const hub::File& file) { return file.size.has_value(); });
    if (sized && !row.files.empty()) return weight_files(row.files);
    const hub::FileTree tree = hub::read_tree(evidence_, hub::tree_request(hub_, row.id, row.sha));
    if (tree.state == State::missing) {
      out_.needed = tree.needed;
      return std::nullopt;
    }
    out_.evidence.insert(out_.evidence.end(), tree.pages.begin(), tree.pages.end());
    if (tree.state == State::ok) return weight_files(tree.files);
    out_.status = tree.state == State::unreachable ? Status::unreachable : Status::doubtful;
    out_.why = fmt::format("its file tree could not be read: {}", tree.why);
    return std::nullopt;
  }

  // The family is established; are the weights there, and can they be this model's?
  Examined weigh(const Repository& row, const std::vector<WeightSet>& sets, std::string detail) {
    if (const auto word = changed_weights_word(row, base_)) {
      return end(Status::doubtful,
                 fmt::format("its name or tags say that the weights were changed ({})", *word));
    }
    if (const auto word = other_size_word(row, base_)) {
      return end(Status::doubtful, fmt::format("its name states another size ({})", *word));
    }
    if (row.gated) return end(Status::doubtful, "it is gated, so its weights cannot be read");
    std::string problem;
    for (const WeightSet& set : sets) {
      if (!set.complete) {
        if (problem.empty()) problem = fmt::format("shards of {} are missing", set.name);
      } else if (!set.sizes_known) {
        if (problem.empty()) problem = fmt::format("the size of {} is not stated", set.name);
      } else if (base_.size_reference && !plausible_size(set.bytes, *base_.size_reference)) {
        if (problem.empty()) {
          problem = fmt::format("{} has {} bytes, which does not fit {} parameters", set.name,
                                set.bytes, *base_.size_reference);
        }
      } else {
        out_.files += set.files.size();
        out_.bytes += set.bytes;
      }
    }
    if (out_.files == 0) return end(Status::doubtful, problem);
    out_.status = Status::witness;
    out_.detail = std::move(detail);
    return std::move(out_);
  }

  bool hints_here(const Repository& row) const { return hint_strength(row, family_) > 0; }

  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const Repository& base_;
  const std::string_view family_;
  Examined out_;
};

}  // namespace

bool only_gguf(const Repository& row) {
  const WeightFiles weights = weight_files(row.files);
  return row.has_files && weights.tensors.empty() && !weights.gguf.empty();
}

Examined examine(const SourceConfig& hub, const EvidenceSet& evidence, const Repository& base,
                 const Repository& row, std::string_view family) {
  return Examination(hub, evidence, base, family).run(row);
}

}  // namespace assay
