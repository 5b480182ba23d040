#include "auditors/specs/parameter_count.h"

#include <algorithm>
#include <cmath>

#include "auditors/specs/layer_mix.h"

namespace assay::specs {
namespace {

using nlohmann::json;

double number(const Figure& figure) {
  return figure.stated ? static_cast<double>(figure.stated->value) : 0;
}

// Layers with experts, of a model that has some.
double expert_layers(const ModelConfig& config) {
  if (const ConfigField kinds = config.find({"mlp_layer_types"});
      kinds && kinds.value->is_array()) {
    return static_cast<double>(std::count(kinds.value->begin(), kinds.value->end(), "sparse"));
  }
  if (const ConfigField flags = config.find({"moe_layer_freq"}); flags && flags.value->is_array()) {
    return static_cast<double>(std::count(flags.value->begin(), flags.value->end(), 1));
  }
  const LayerMix mix = read_layer_mix(config);
  if (mix.has(LayerKind::feed_forward)) {
    return static_cast<double>(mix.count(LayerKind::feed_forward));
  }
  const double layers =
      number(config.layers()) - number(config.figure({"first_k_dense_replace"}, 0));
  const Figure step = config.figure({"moe_layer_freq", "decoder_sparse_step",
                                     "interleave_moe_layer_step", "expert_layer_period"});
  const ConfigField dense = config.find({"mlp_only_layers"});
  const double without = dense && dense.value->is_array() ? double(dense.value->size()) : 0;
  return std::max(0.0, layers - without) / std::max(1.0, number(step));
}

}  // namespace

std::optional<double> least_parameters(const ModelConfig& config, int matrices) {
  const double experts = number(config.experts());
  const double hidden = number(config.hidden_size());
  const double vocabulary = number(config.vocab_size()) * hidden;
  double feed_forward = 0;
  if (experts > 1) {
    const Figure latent = config.figure({"moe_latent_size", "routed_expert_hidden_size"});
    const double width = number(config.figure(
        {"moe_intermediate_size", "intermediate_size", "ffn_config.ffn_hidden_size"}));
    feed_forward =
        expert_layers(config) * experts * (latent.stated ? number(latent) : hidden) * width;
  } else {
    const LayerMix mix = read_layer_mix(config);
    const double layers = mix.has(LayerKind::feed_forward)
                              ? static_cast<double>(mix.count(LayerKind::feed_forward))
                              : number(config.layers());
    if (mix.has(LayerKind::skipped)) return std::nullopt;
    feed_forward = layers * hidden *
                   number(config.figure({"intermediate_size", "ffn_hidden_size", "n_inner"}));
  }
  if (feed_forward <= 0) return std::nullopt;
  return feed_forward * matrices + vocabulary;
}

bool explains(const ModelConfig& config, std::int64_t total) {
  const Figure heads = config.heads();
  const Figure kv = config.kv_heads();
  const Figure dim = config.head_dim();
  const double hidden = number(config.hidden_size());
  const bool plain = number(config.experts()) <= 1 && !config.find({"kv_lora_rank"}) &&
                     kv.broken.empty() && dim.broken.empty();
  if (!plain || !heads.stated || hidden <= 0 || total <= 0) return false;
  const double size = dim.stated ? number(dim) : hidden / number(heads);
  const double groups = kv.stated ? number(kv) : number(heads);
  const double attention = number(config.layers()) * hidden * size * 2 * (number(heads) + groups);
  const double vocabulary = number(config.vocab_size()) * hidden;
  for (const int matrices : {2, 3}) {
    const std::optional<double> least = least_parameters(config, matrices);
    if (!least) return false;
    for (const double more : {0.0, vocabulary}) {  // one table of the vocabulary, or two
      const double estimate = *least + attention + more;
      if (std::abs(estimate - static_cast<double>(total)) <= 0.005 * static_cast<double>(total)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace assay::specs
