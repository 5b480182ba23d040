#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "auditors/specs/rulings.h"

// How positions are encoded. Rotary encoding (RoPE) is scaled in ways that have names; a scaling
// may be stated once, or for each type of layer, in rope_scaling or in rope_parameters.

namespace assay::specs {
namespace {

using nlohmann::json;
using Verdict::contradicted;
using Verdict::supported;
using Verdict::verifier_unable;

struct Position {
  std::set<std::string> types;  ///< rope types that are stated: "default", "yarn"
  std::string field;            ///< that states them
  bool rotary = false;          ///< some field of rotary encoding is there
  bool interleaved = false;
  std::string otherwise;  ///< "alibi", "nope" or another encoding that is stated
  std::string otherwise_field;
};

// One object of a scaling: {"rope_type": "yarn", …}, in older files "type".
void read_scaling(const json& object, Position& out) {
  out.rotary = true;
  std::string type = "default";
  for (const char* key : {"rope_type", "type"}) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) continue;
    type = found->get<std::string>();
    break;
  }
  if (type == "su") type = "longrope";
  if (type == "mrope") type = "default";  // sections for images; text is as without
  out.types.insert(type);
  const auto interleaved = object.find("mrope_interleaved");
  if (interleaved != object.end() && *interleaved == true) out.interleaved = true;
}

Position read_position(const ModelConfig& config) {
  Position out;
  if (const ConfigField field = config.find({"rope_scaling", "rope_parameters"});
      field && field.value->is_object() && !field.value->empty()) {
    out.field = field.path;
    const bool per_layer = std::all_of(field.value->begin(), field.value->end(),
                                       [](const json& value) { return value.is_object(); });
    if (per_layer) {
      for (const json& one : *field.value) read_scaling(one, out);
    } else {
      read_scaling(*field.value, out);
    }
  }
  if (const ConfigField theta = config.find({"rope_theta", "rotary_emb_base", "rotary_pct",
                                             "rope_ratio", "rope_pct", "attn_config.rope_theta"})) {
    out.rotary = true;
    if (out.field.empty()) out.field = theta.path;
  }
  out.interleaved = out.interleaved || config.is_true("rope_interleave");
  for (const char* name : {"alibi", "attn_config.alibi"}) {
    const ConfigField alibi = config.find({name});
    if (alibi && *alibi.value == true) {
      out.otherwise = "alibi";
      out.otherwise_field = alibi.path;
    }
  }
  if (const ConfigField kind = config.find({"position_embedding_type"});
      kind && kind.value->is_string() && *kind.value != "rope" && *kind.value != "rotary") {
    out.otherwise = kind.value->get<std::string>();
    out.otherwise_field = kind.path;
  }
  if (config.is_true("mla_use_nope")) {
    out.otherwise = "nope";
    out.otherwise_field = config.find({"mla_use_nope"}).path;
  }
  return out;
}

std::string word_of(const std::string& type) { return type == "default" ? "rope" : "rope-" + type; }

std::string types_text(const Position& seen) {
  std::string text = fmt::format("config.json {}:", seen.field);
  for (const std::string& type : seen.types) text += " " + type;
  return text;
}

Ruling rule_rope(const ModelFacts& facts, const Position& seen) {
  if (!seen.rotary) return unable("config.json states no rotary encoding field");
  // Hybrids with state space models keep the fields and may not use them.
  if (facts.mix.has(LayerKind::mamba)) {
    return unable(fmt::format("config.json states {}, which a hybrid may not use", seen.field));
  }
  if (seen.types.empty()) return {supported, "rope", "config.json states " + seen.field};
  return {supported, word_of(*seen.types.begin()), types_text(seen)};
}

Ruling rule_scaled(const ModelFacts& facts, const Position& seen, const std::string& claimed) {
  const std::string type = claimed.substr(std::string_view("rope-").size());
  if (seen.types.count(type) > 0) return {supported, claimed, types_text(seen)};
  const bool scaled =
      !seen.types.empty() && !(seen.types.size() == 1 && *seen.types.begin() == "default");
  if (scaled) {
    return {contradicted, word_of(*seen.types.rbegin()),
            fmt::format("{}, claimed {}", types_text(seen), claimed)};
  }
  // YaRN and its like are often an option that only the card describes; the scaling of Llama 3 is
  // part of the weights.
  const bool denied = facts.config.denies("rope_scaling") || !seen.types.empty();
  if (type == "llama3" && seen.rotary && denied) {
    return {contradicted, "rope",
            fmt::format("config.json {}, claimed {}",
                        seen.types.empty() ? "rope_scaling is null" : seen.field + ": default",
                        claimed)};
  }
  return unable("config.json states no scaling; one may be described on the card");
}

}  // namespace

Ruling rule_position(const ModelFacts& facts, const std::string& claimed) {
  const Position seen = read_position(facts.config);
  const bool rope = claimed == "rope" || claimed.starts_with("rope-");
  if (!seen.otherwise.empty()) {
    const std::string said =
        fmt::format("config.json {}: {}", seen.otherwise_field, seen.otherwise);
    if (claimed == seen.otherwise) return {supported, claimed, said};
    if (rope && (seen.otherwise == "alibi" || seen.otherwise == "nope")) {
      return {contradicted, seen.otherwise, fmt::format("{}, claimed {}", said, claimed)};
    }
    return unable(said);
  }
  if (claimed == "rope") return rule_rope(facts, seen);
  if (claimed == "rope-interleaved") {
    if (seen.interleaved) return {supported, claimed, "config.json: interleaved rotary encoding"};
    return unable("config.json does not say whether the encoding is interleaved");
  }
  if (rope) return rule_scaled(facts, seen, claimed);
  if (claimed == "alibi" && seen.rotary && facts.config.denies("alibi")) {
    return {contradicted, "rope",
            fmt::format("config.json alibi is false, {} is stated; claimed "
                        "alibi",
                        seen.field)};
  }
  return unable(fmt::format("whether it is {} cannot be told from config.json", claimed));
}

std::optional<Ruling> stated_position(const ModelFacts& facts) {
  const Position seen = read_position(facts.config);
  const bool clear = seen.rotary && seen.otherwise.empty() && !seen.interleaved &&
                     !facts.mix.has(LayerKind::mamba) && seen.types.size() <= 1;
  if (!clear) return std::nullopt;
  const std::string word = seen.types.empty() ? "rope" : word_of(*seen.types.begin());
  if (word != "rope" && word != "rope-yarn" && word != "rope-llama3") return std::nullopt;
  return rule_position(facts, word);
}

}  // namespace assay::specs
