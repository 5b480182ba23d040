#include "auditors/specs/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "validator/text/json_text.h"

namespace assay::specs {
namespace {

using nlohmann::json;

// No size of a model comes near this; its parameters are not read from config.json.
constexpr std::int64_t kMost = 1'000'000'000;

// Parts beside the language model. The names of sections, and what older configurations have.
constexpr std::array<std::string_view, 9> kOtherSenses{
    "vision_config",  "audio_config", "visual",         "vision_tower", "mm_vision_tower",
    "vision_encoder", "sound_config", "thinker_config", "speech_config"};

const json* at_path(const json& object, std::string_view path) {
  const json* value = &object;
  while (true) {
    if (!value->is_object()) return nullptr;
    const std::size_t dot = path.find('.');
    const auto found = value->find(path.substr(0, dot));
    if (found == value->end() || found->is_null()) return nullptr;
    value = &*found;
    if (dot == std::string_view::npos) return value;
    path.remove_prefix(dot + 1);
  }
}

std::optional<std::int64_t> whole_number(const json& value, std::int64_t least) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMost}) {
    return std::nullopt;
  }
  const auto number = value.get<std::int64_t>();
  return number < least || number > kMost ? std::nullopt : std::optional(number);
}

std::string shown(const json& value) {
  constexpr std::size_t kShown = 40;
  std::string text = ascii_json(value);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

bool says_something(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_null() && !value.empty();
}

}  // namespace

ModelConfig::ModelConfig(json root) : root_(std::move(root)) {
  constexpr std::array<std::string_view, 4> kSections{
      "text_config", "llm_config", "language_config", "thinker_config.text_config"};
  for (const std::string_view name : kSections) {
    const json* found = at_path(root_, name);
    if (found == nullptr) continue;
    if (!found->is_object()) {
      trouble_ = fmt::format("{} is not an object", name);
      return;
    }
    section_ = name;
    break;
  }
  // The canary: every configuration of a model says what the model is.
  const ConfigField type = find({"model_type"});
  if (type && type.value->is_string()) model_type_ = type.value->get<std::string>();
  if (model_type_.empty() && !find({"architectures"})) {
    trouble_ = "it names neither model_type nor architectures";
  }
  multimodal_ = std::any_of(kOtherSenses.begin(), kOtherSenses.end(),
                            [&](std::string_view name) { return at_path(root_, name) != nullptr; });
}

const json* ModelConfig::section() const {
  return section_.empty() ? nullptr : at_path(root_, section_);
}

ConfigField ModelConfig::find(std::initializer_list<std::string_view> names) const {
  if (const json* language = section(); language != nullptr) {
    for (const std::string_view name : names) {
      if (const json* value = at_path(*language, name); value != nullptr) {
        return {value, fmt::format("{}.{}", section_, name)};
      }
    }
  }
  for (const std::string_view name : names) {
    if (const json* value = at_path(root_, name); value != nullptr) {
      return {value, std::string(name)};
    }
  }
  return {};
}

Figure ModelConfig::figure(std::initializer_list<std::string_view> names,
                           std::int64_t least) const {
  Figure figure;
  const ConfigField field = find(names);
  if (!field) return figure;
  const json* value = field.value;
  if (value->is_array() && !value->empty()) {
    const bool uniform = std::all_of(value->begin(), value->end(),
                                     [&](const json& item) { return item == value->front(); });
    if (!uniform) {
      figure.broken = fmt::format("{} differs from layer to layer", field.path);
      return figure;
    }
    value = &value->front();
  }
  if (const auto number = whole_number(*value, least)) {
    figure.stated = Stated{*number, field.path};
  } else {
    figure.broken =
        fmt::format("{} is {}, which is not a plausible whole number", field.path, shown(*value));
  }
  return figure;
}

bool ModelConfig::is_true(std::string_view name) const {
  const ConfigField field = find({name});
  return field && field.value->is_boolean() && field.value->get<bool>();
}

bool ModelConfig::denies(std::string_view name) const {
  for (const json* object : {section(), &root_}) {
    if (object == nullptr || !object->is_object()) continue;
    const auto found = object->find(name);
    if (found != object->end()) return found->is_null() || *found == false;
  }
  return false;
}

std::string ModelConfig::field_with(std::string_view part) const {
  for (const json* object : {section(), &root_}) {
    if (object == nullptr || !object->is_object()) continue;
    for (const auto& [name, value] : object->items()) {
      const bool other =
          std::find(kOtherSenses.begin(), kOtherSenses.end(), name) != kOtherSenses.end();
      if (!other && name.find(part) != std::string::npos && says_something(value)) return name;
    }
  }
  return {};
}

namespace {
// Adds what other fields state, as far as they state another number.
void add_others(const ModelConfig& config, Figure& figure,
                std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Figure other = config.figure({name});
    if (other.stated && (!figure.stated || other.stated->value != figure.stated->value)) {
      figure.others.push_back(*other.stated);
    }
  }
}
}  // namespace

Figure ModelConfig::layers() const {
  Figure layers = figure({"num_hidden_layers", "n_layer", "num_layers", "n_layers"});
  if (layers.stated || !layers.broken.empty()) return layers;
  // Some hybrids state only the kind of each layer.
  if (const ConfigField kinds = find({"layers_block_type", "hybrid_override_pattern"})) {
    const std::size_t count = kinds.value->is_string()
                                  ? kinds.value->get_ref<const std::string&>().size()
                              : kinds.value->is_array() ? kinds.value->size()
                                                        : 0;
    if (count > 0) layers.stated = Stated{static_cast<std::int64_t>(count), kinds.path};
  }
  return layers;
}

Figure ModelConfig::hidden_size() const { return figure({"hidden_size", "n_embd", "d_model"}); }

Figure ModelConfig::heads() const {
  return figure({"num_attention_heads", "n_head", "n_heads", "num_heads"});
}

Figure ModelConfig::kv_heads() const {
  // Falcon and ChatGLM keep their numbers of groups in fields that count only under a condition.
  const bool new_falcon = is_true("new_decoder_architecture");
  if (const ConfigField one = find({"multi_query"}); one && !new_falcon) {
    const bool multi_query = one.value->is_boolean() && one.value->get<bool>();
    if (multi_query) {
      return {.stated = Stated{1, one.path + ": true, KV heads"}, .others = {}, .broken = {}};
    }
  }
  if (is_true("multi_query_attention")) return figure({"multi_query_group_num"});
  Figure kv =
      figure({"num_key_value_heads", "num_kv_heads", "n_head_kv", "attn_config.kv_n_heads"});
  add_others(*this, kv, {"num_global_key_value_heads", "swa_num_key_value_heads"});
  return kv;
}

Figure ModelConfig::head_dim() const {
  Figure dim = figure({"head_dim", "attention_head_dim", "kv_channels"});
  add_others(*this, dim,
             {"global_head_dim", "swa_head_dim", "v_head_dim", "qk_head_dim", "qk_nope_head_dim",
              "qk_rope_head_dim"});
  return dim;
}

Figure ModelConfig::vocab_size() const { return figure({"vocab_size", "padded_vocab_size"}); }

Figure ModelConfig::context_window() const {
  Figure context = figure({"max_position_embeddings", "n_positions", "max_sequence_length",
                           "max_seq_len", "seq_length", "n_ctx", "model_max_length"});
  add_others(*this, context, {"model_max_length", "max_sequence_length", "seq_length"});
  return context;
}

// A model of which variants without experts exist keeps their numbers and turns them off (Gemma 4).
bool ModelConfig::experts_off() const {
  for (const std::string_view name :
       {"enable_moe_block", "enable_moe", "use_moe", "use_moe_block", "moe_enabled", "is_moe"}) {
    const ConfigField field = find({name});
    if (field && *field.value == false) return true;
  }
  return false;
}

// A short list is one number for each kind of input (ERNIE 4.5 VL: text and images): each of them
// may be meant, or all together.
Figure ModelConfig::per_input(std::initializer_list<std::string_view> names) const {
  Figure figure = this->figure(names, 0);
  constexpr std::size_t kMostInputs = 3;
  const ConfigField field = find(names);
  if (!field || !field.value->is_array() || field.value->size() < 2 ||
      field.value->size() > kMostInputs) {
    return figure;
  }
  std::int64_t sum = 0;
  for (const json& item : *field.value) {
    const auto number = whole_number(item, 0);
    if (!number) return figure;
    sum += *number;
  }
  if (figure.stated) figure.others.push_back({sum, field.path + ", all together,"});
  return figure;
}

Figure ModelConfig::experts() const {
  if (experts_off()) return {};
  return per_input({"num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts",
                    "ffn_config.moe_num_experts"});
}

Figure ModelConfig::experts_active() const {
  if (experts_off()) return {};
  return per_input({"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_topk",
                    "moe_k", "moe_top_k", "top_k_experts", "num_selected_experts",
                    "ffn_config.moe_top_k"});
}

std::int64_t ModelConfig::shared_experts() const {
  if (const Figure shared = figure({"n_shared_experts", "num_shared_experts", "num_shared_expert",
                                    "moe_num_shared_experts"});
      shared.stated) {
    return shared.stated->value;
  }
  // Their size is stated, not their number; Llama 4 states neither.
  const bool one = figure({"shared_expert_intermediate_size", "shared_intermediate_size",
                           "moe_shared_expert_intermediate_size", "share_expert_dim"})
                       .stated.has_value();
  return one || model_type_.starts_with("llama4") ? 1 : 0;
}

std::int64_t ModelConfig::prediction_layers() const {
  const Figure layers = figure(
      {"num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules", "mtp_num_layers"});
  return layers.stated ? layers.stated->value : 0;
}

}  // namespace assay::specs
