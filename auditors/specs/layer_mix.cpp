#include "auditors/specs/layer_mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace assay::specs {
namespace {

using nlohmann::json;

// Words for a layer in lists such as layer_types, and letters in patterns such as "MEM*".
constexpr std::array<std::pair<std::string_view, LayerKind>, 22> kWords{{
    {"full_attention", LayerKind::full},
    {"attention", LayerKind::full},
    {"full", LayerKind::full},
    {"hybrid", LayerKind::full},  // Zamba: attention beside the state space model
    {"*", LayerKind::full},
    {"sliding_attention", LayerKind::sliding},
    {"local_attention", LayerKind::sliding},
    {"chunked_attention", LayerKind::chunked},
    {"deepseek_sparse_attention", LayerKind::sparse},
    {"compressed_sparse_attention", LayerKind::compressed},
    {"heavily_compressed_attention", LayerKind::compressed},
    {"linear_attention", LayerKind::linear},
    {"lightning_attention", LayerKind::linear},
    {"mamba", LayerKind::mamba},
    {"mamba2", LayerKind::mamba},
    {"M", LayerKind::mamba},
    {"moe", LayerKind::feed_forward},
    {"mlp", LayerKind::feed_forward},
    {"feed_forward", LayerKind::feed_forward},
    {"E", LayerKind::feed_forward},
    {"-", LayerKind::feed_forward},
    {"no_op", LayerKind::skipped},
}};

LayerKind kind_of(std::string_view word) {
  const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                   [&](const auto& row) { return row.first == word; });
  return found == kWords.end() ? LayerKind::other : found->second;
}

std::string_view layer_word(LayerKind kind) {
  switch (kind) {
    case LayerKind::full:
      return "full attention";
    case LayerKind::sliding:
      return "sliding attention";
    case LayerKind::chunked:
      return "chunked attention";
    case LayerKind::sparse:
      return "sparse attention";
    case LayerKind::compressed:
      return "compressed attention";
    case LayerKind::linear:
      return "linear attention";
    case LayerKind::mamba:
      return "mamba";
    case LayerKind::skipped:
      return "no attention";
    case LayerKind::feed_forward:
      return "feed-forward only";
    case LayerKind::other:
      return "of another kind";
  }
  return "";
}

// Layers of a list, each by a function of its item.
template <class KindOf>
void count_items(const ConfigField& field, LayerMix& mix, KindOf kind) {
  if (!field || !field.value->is_array()) return;
  mix.field = field.path;
  for (const json& item : *field.value) ++mix.layers[kind(item)];
}

LayerKind kind_of_item(const json& item) {
  return item.is_string() ? kind_of(item.get_ref<const std::string&>()) : LayerKind::other;
}

// nemotron-nas: each block says what was removed from it.
LayerKind kind_of_block(const json& block) {
  const auto attention = block.is_object() ? block.find("attention") : block.end();
  if (!block.is_object() || attention == block.end() || !attention->is_object()) {
    return LayerKind::other;
  }
  const auto says = [&](const char* key) {
    const auto found = attention->find(key);
    return found != attention->end() && *found == true;
  };
  return says("no_op") || says("replace_with_linear") ? LayerKind::skipped : LayerKind::full;
}

void read_lists(const ModelConfig& config, LayerMix& mix) {
  if (const ConfigField ratios = config.find({"compress_ratios"}); ratios) {
    count_items(ratios, mix, [](const json& ratio) {
      return ratio.is_number() && ratio != 0 ? LayerKind::compressed : LayerKind::sliding;
    });
  } else if (const ConfigField blocks = config.find({"block_configs"}); blocks) {
    count_items(blocks, mix, kind_of_block);
  } else if (const ConfigField words = config.find({"layer_types", "layers_block_type"}); words) {
    count_items(words, mix, kind_of_item);
  } else if (const ConfigField types = config.find({"attn_type_list"}); types) {
    count_items(types, mix,  // MiniMax
                [](const json& type) { return type == 1 ? LayerKind::full : LayerKind::linear; });
  } else if (const ConfigField flags = config.find({"hybrid_layer_pattern"}); flags) {
    count_items(flags, mix,  // MiMo
                [](const json& flag) { return flag == 0 ? LayerKind::full : LayerKind::sliding; });
  } else if (const ConfigField letters = config.find({"hybrid_override_pattern"});
             letters && letters.value->is_string()) {
    mix.field = letters.path;
    for (const char& letter : letters.value->get_ref<const std::string&>()) {
      ++mix.layers[kind_of(std::string_view(&letter, 1))];
    }
  }
}

std::int64_t size_of(const ConfigField& list) {
  return list && list.value->is_array() ? static_cast<std::int64_t>(list.value->size()) : 0;
}

// One layer in so many, or the numbers of some layers; the others are of another kind.
void read_intervals(const ModelConfig& config, LayerMix& mix) {
  const Figure layers = config.layers();
  const std::int64_t all = layers.stated ? layers.stated->value : 0;
  const auto split = [&](const std::string& field, std::int64_t full, LayerKind rest) {
    if (full <= 0 || full >= all) return;
    mix.field = field;
    mix.layers = {{LayerKind::full, full}, {rest, all - full}};
  };
  if (const ConfigField kda = config.find({"linear_attn_config.kda_layers"}); size_of(kda) > 0) {
    const ConfigField full = config.find({"linear_attn_config.full_attn_layers"});
    mix.field = kda.path;
    mix.layers = {{LayerKind::full, size_of(full)}, {LayerKind::linear, size_of(kda)}};
    return;
  }
  const Figure interval = config.figure({"full_attention_interval"}, 2);
  if (interval.stated && config.speaks_of("linear_")) {
    split(interval.stated->field, all / interval.stated->value, LayerKind::linear);
    return;
  }
  if (!config.speaks_of("mamba")) return;
  const Figure period = config.figure({"attn_layer_period"}, 2);
  if (const ConfigField indices = config.find({"attn_layer_indices"}); size_of(indices) > 0) {
    split(indices.path, size_of(indices), LayerKind::mamba);
  } else if (period.stated) {
    split(period.stated->field, all / period.stated->value, LayerKind::mamba);
  }
}

// Older configurations state a window without saying which layers have it.
void read_window(const ModelConfig& config, LayerMix& mix) {
  const Figure window = config.figure({"sliding_window"});
  const Figure layers = config.layers();
  if (!window.stated || !layers.stated || config.denies("use_sliding_window")) return;
  const Figure pattern = config.figure({"sliding_window_pattern", "_sliding_window_pattern"}, 2);
  mix.field = window.stated->field;
  if (pattern.stated) {
    const std::int64_t full = layers.stated->value / pattern.stated->value;
    mix.field = pattern.stated->field;
    mix.layers = {{LayerKind::full, full}, {LayerKind::sliding, layers.stated->value - full}};
  } else {
    mix.layers = {{LayerKind::sliding, layers.stated->value}};
    mix.share_unknown = true;
  }
}

}  // namespace

std::int64_t LayerMix::count(LayerKind kind) const {
  const auto found = layers.find(kind);
  return found == layers.end() ? 0 : found->second;
}

std::string LayerMix::text() const {
  if (share_unknown) return fmt::format("{} states a window", field);
  std::string text = field + ":";
  for (const auto& [kind, count] : layers) {
    text += fmt::format("{} {} {}", text.back() == ':' ? "" : ",", count, layer_word(kind));
  }
  return text;
}

LayerMix read_layer_mix(const ModelConfig& config) {
  LayerMix mix;
  read_lists(config, mix);
  if (mix.layers.empty()) read_intervals(config, mix);
  if (mix.layers.empty()) read_window(config, mix);
  return mix;
}

}  // namespace assay::specs
