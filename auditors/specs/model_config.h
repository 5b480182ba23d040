#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace assay::specs {

/// A whole number that config.json states, and the field that states it.
struct Stated {
  std::int64_t value = 0;
  std::string field;  ///< "text_config.num_hidden_layers"
};

/// One figure of a model. At most one of `stated` and `broken` is set; neither: nothing is said.
struct Figure {
  std::optional<Stated> stated;
  /// Other numbers that may be meant by the same word, such as the head size of another layer type.
  std::vector<Stated> others;
  std::string broken;  ///< `num_hidden_layers is "28"`: there, but no whole number above zero
};

/// A field of config.json; null `value` when it is absent or null.
struct ConfigField {
  const nlohmann::json* value = nullptr;
  std::string path;

  explicit operator bool() const { return value != nullptr; }
};

/// What config.json says of the language model: the fields of its section (text_config,
/// llm_config, language_config, thinker_config.text_config) win over those of the top level;
/// sections of images and sound are never read.
class ModelConfig {
 public:
  /// `root` is copied; it may be anything.
  explicit ModelConfig(nlohmann::json root);

  /// Why this is not the configuration of a model; empty when it is.
  const std::string& trouble() const { return trouble_; }
  const std::string& model_type() const { return model_type_; }
  /// It also has a part for images, video or sound.
  bool multimodal() const { return multimodal_; }

  /// The first of `names` that is stated. A name may be a path ("attn_config.kv_n_heads").
  ConfigField find(std::initializer_list<std::string_view> names) const;
  /// Its value as a whole number of at least `least`, or as a list in which every layer has the
  /// same one.
  Figure figure(std::initializer_list<std::string_view> names, std::int64_t least = 1) const;
  /// Whether a field is there and true.
  bool is_true(std::string_view name) const;
  /// Whether a field is there and null or false: what it is about is denied, not left open.
  bool denies(std::string_view name) const;
  /// A field that says something (not null, false, 0 or empty) and whose name holds `part`; empty
  /// when there is none.
  std::string field_with(std::string_view part) const;
  bool speaks_of(std::string_view part) const { return !field_with(part).empty(); }

  Figure layers() const;
  Figure hidden_size() const;
  Figure heads() const;
  Figure kv_heads() const;
  Figure head_dim() const;
  Figure vocab_size() const;
  Figure context_window() const;
  /// Where a switch turns them off, or each kind of input has its own, that is taken into account.
  Figure experts() const;
  Figure experts_active() const;
  /// Experts that every token passes, beside the chosen ones; 0 when none are stated.
  std::int64_t shared_experts() const;
  /// Layers that predict further tokens and stand beside the model's own.
  std::int64_t prediction_layers() const;

 private:
  const nlohmann::json* section() const;
  bool experts_off() const;
  Figure per_input(std::initializer_list<std::string_view> names) const;

  nlohmann::json root_;
  std::string section_;  // path of the language section; empty when there is none
  std::string model_type_;
  std::string trouble_;
  bool multimodal_ = false;
};

}  // namespace assay::specs
