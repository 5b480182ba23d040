#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A quantization family; its id names the format on disk.
struct QuantizationFamily {
  std::string id;
  std::string label = {};
  std::string description = {};
  std::vector<std::string> runtimes = {};

  // By what repositories on the Hub show it. A star stands for anything, at one end of a word.

  /// Words of names and tags that speak of it ("awq"), also two in a row ("auto round").
  std::vector<std::string> name_hints = {};
  std::vector<std::string> files = {};          ///< that only its writer makes
  bool branches = false;                        ///< its writers keep a branch per width
  std::vector<std::string> quant_methods = {};  ///< values of `quant_method` that name it
  /// Values that name no family, but whose weights people may call by this one.
  std::vector<std::string> near_methods = {};
  std::vector<std::string> modelopt = {};       ///< ModelOpt's values of `quant_algo` for it
  std::vector<std::string> near_modelopt = {};  ///< as near_methods
  std::vector<std::string> presets = {};        ///< compressed-tensors' names for such weights
  std::vector<std::string> expert_dtypes = {};  ///< values of `expert_dtype` for such experts
  std::vector<std::string> tensor_types = {};  ///< of its packed weights, as safetensors names them
  /// The numbers that its weights are, for a family that is nothing else.
  struct Numbers {
    std::string type;    ///< "int" or "float"
    int bits = 0;        ///< per weight
    int group_size = 0;  ///< weights that share a scale; 0 where that does not tell families apart
  };
  std::optional<Numbers> numbers = {};
  /// What its weights weigh, for a model whose number of parameters is known.
  struct Size {
    double least_bits = 1;  ///< per weight, of the narrowest that its writers make
    double most_bits = 8;   ///< of the widest
    double share = 0.85;    ///< of the model's parameters that is in such files at least
    double kept = 0.45;     ///< of the model's parameters that stays in 16 bits at most
  };
  Size size = {};
};

using QuantizationFamilies = std::vector<QuantizationFamily>;

struct License {
  std::string id;  ///< SPDX id, or the name of a licence outside SPDX
  bool spdx = false;
  bool osi_approved = false;
  std::vector<std::string> aliases;  ///< other spellings in use that mean the same
  std::vector<std::string> hub;      ///< the Hub's licence tags for it ("llama3.2")
};

struct Benchmark {
  std::string id;
  std::string label;
  double min = 0;     ///< lowest possible score
  double max = 100;   ///< highest possible score; ratings such as Elo have a wide range
  std::string since;  ///< YYYY-MM-DD before which it did not exist; empty when not recorded
};

/// Words of one field. `closed`: another value is an error.
struct Terms {
  std::string field;
  bool closed = false;
  std::string open_prefix;  ///< of a closed field: words with this prefix are allowed too
  std::vector<std::string> words;
};

/// A company that sells tokens of models.
struct Provider {
  std::string id;
  std::string name;
  std::vector<std::string> aliases;  ///< other names in use, without regard to case
  /// What each price source calls it, exactly.
  std::map<std::string, std::vector<std::string>, std::less<>> sources;
  std::vector<std::string> sites;  ///< hosts whose pages speak of it alone, subdomains included
  /// Prefixes that some sources put before its model ids and others omit.
  std::vector<std::string> model_prefixes;
};

/// The vocabularies of design section 4, read from the JSON files under schema/vocabularies/ that
/// are compiled into the binary.
struct Vocabulary {
  QuantizationFamilies quantizations;
  std::vector<License> licenses;
  /// Licence tags of the Hub that name no licence but a family of them ("gpl", "openrail").
  std::vector<std::string> license_families;
  std::vector<Benchmark> benchmarks;
  std::vector<Terms> terms;
  std::vector<Provider> providers;
  /// Indices into `licenses` and `benchmarks`; filled by load_vocabulary.
  std::map<std::string, std::size_t, std::less<>> license_names;   ///< id, name or alias
  std::map<std::string, std::size_t, std::less<>> license_keys;    ///< the same, simplified
  std::map<std::string, std::size_t, std::less<>> benchmark_keys;  ///< spelling_key of the id
  /// Indices into `providers`, by price source and its name for the provider.
  std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>>
      provider_names;

  const QuantizationFamily* quantization(std::string_view id) const;
  /// By SPDX id exactly. A name outside SPDX, an alias or a Hub tag also counts in another case
  /// and with or without words such as "license agreement".
  const License* license(std::string_view name) const;
  const Benchmark* benchmark(std::string_view id) const;
  /// The benchmark that a name means, even when spelled differently: `MMLU-Pro` is `mmlu_pro`.
  const Benchmark* benchmark_meant(std::string_view name) const;
  const Terms* terms_of(std::string_view field) const;
  /// By id, name or alias, without regard to case.
  const Provider* provider(std::string_view name) const;
  /// By what a price source calls it, exactly.
  const Provider* provider_in(std::string_view source, std::string_view name) const;
};

/// Throws std::runtime_error when the embedded files do not have their shape (a build mistake).
Vocabulary load_vocabulary();

}  // namespace assay
