#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "auditors/finding.h"
#include "auditors/specs/layer_mix.h"
#include "auditors/specs/model_config.h"

namespace assay::specs {

/// What the Hub states of a base repository, as far as it was read.
struct ModelFacts {
  ModelConfig config;
  LayerMix mix;
  std::optional<std::int64_t> total;               ///< number of parameters that the Hub tells
  std::string total_source = "safetensors.total";  ///< what says so
  std::string total_doubt{};  ///< why nothing that the Hub tells of it counts; empty else
  /// Its weights are quantized, so that `total` may count packed words or scales too.
  bool packed = false;
  /// The shapes in the configuration account for every parameter of `total`; see explains().
  bool explained = false;

  /// Whether the sizes of the model are stated, so that what config.json leaves out counts as left
  /// out. A stripped or reshaped file is silent about everything.
  bool sized() const;
};

/// The facts of one configuration and of the count beside it.
ModelFacts model_facts(nlohmann::json config, std::optional<std::int64_t> total, bool packed);

/// What the facts say of one claim. Where they leave more than one reading, it is verifier_unable.
struct Ruling {
  Verdict verdict = Verdict::verifier_unable;
  nlohmann::json observed;  ///< null when nothing was
  std::string reason;       ///< names the file and the field: "config.json hidden_size = 3072"
};

/// A ruling that the facts leave open, and why.
inline Ruling unable(std::string why) {
  return {Verdict::verifier_unable, nullptr, std::move(why)};
}

/// `claimed` is a whole number above zero. Labels: layers_count, hidden_size, head_dim, kv_heads,
/// vocab_size, context_window, experts, experts_active, kv_bytes_per_token_fp16.
Ruling rule_figure(const ModelFacts& facts, std::string_view label, std::int64_t claimed);
/// Labels: params_total, params_active.
Ruling rule_parameters(const ModelFacts& facts, std::string_view label, std::int64_t claimed);
/// Labels: attention_variant, position_encoding, architecture, by the words of
/// schema/vocabularies/terms.json.
Ruling rule_word(const ModelFacts& facts, std::string_view label, const std::string& claimed);

/// The value of a label that an entry lacks, where the facts state exactly one; observed and
/// reason are set.
std::optional<Ruling> stated_value(const ModelFacts& facts, std::string_view label);

// The parts of these, by subject.
Ruling rule_context_window(const ModelFacts& facts, std::int64_t claimed);
Ruling rule_attention(const ModelFacts& facts, const std::string& claimed);
Ruling rule_position(const ModelFacts& facts, const std::string& claimed);
Ruling rule_architecture(const ModelFacts& facts, const std::string& claimed);
/// The word for the kind of attention, where there is one for it.
std::optional<Ruling> stated_attention(const ModelFacts& facts);
std::optional<Ruling> stated_position(const ModelFacts& facts);
/// The window, where nothing extends the positions that are stated.
std::optional<Ruling> stated_window(const ModelFacts& facts);

}  // namespace assay::specs
