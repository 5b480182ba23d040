#include <fmt/format.h>

#include "auditors/specs/rulings.h"

// The kind of architecture: whether tokens choose experts, and whether layers are attention, state
// space models or both. What has no experts says so by its silence, which is certain only where the
// stated shapes account for all parameters.

namespace assay::specs {
namespace {

using Verdict::contradicted;
using Verdict::supported;
using Verdict::verifier_unable;

struct Shape {
  explicit Shape(const ModelFacts& facts)
      : experts(facts.config.experts()),
        sparse(experts.stated && experts.stated->value > 1),
        attention(facts.mix.has(LayerKind::full) || facts.mix.has(LayerKind::sliding)),
        mamba(facts.mix.has(LayerKind::mamba)),
        linear(facts.mix.has(LayerKind::linear)),
        explained(facts.explained) {
    hints_at_experts = !experts.broken.empty() || facts.config.speaks_of("expert") ||
                       facts.config.speaks_of("moe") || facts.config.speaks_of("router");
    dense = explained || (facts.sized() && (experts.stated || !hints_at_experts) && !sparse);
    state_space = facts.config.model_type().find("mamba") != std::string::npos &&
                  !facts.config.heads().stated && !attention;
    text = sparse ? fmt::format("config.json {} = {}", experts.stated->field, experts.stated->value)
                  : "config.json states no experts";
    if (explained) text += ", and the shapes of a dense model account for all parameters";
    if (!facts.mix.layers.empty()) text += "; " + facts.mix.text();
  }

  Figure experts;
  bool sparse;
  bool attention;
  bool mamba;
  bool linear;
  bool explained;
  bool hints_at_experts = false;
  bool dense = false;        ///< its sizes are stated, and nothing speaks of experts
  bool state_space = false;  ///< and no attention
  std::string text;

  std::string word() const {
    if (mamba && attention) return sparse ? "hybrid-mamba-transformer-moe" : "hybrid";
    return sparse ? "moe" : "dense";
  }
};

Ruling against(const Shape& seen, const std::string& claimed) {
  return {contradicted, seen.word(), fmt::format("{}, claimed {}", seen.text, claimed)};
}

Ruling left_open(const Shape& seen) { return {verifier_unable, nullptr, seen.text}; }

Ruling rule_dense(const Shape& seen) {
  if (seen.sparse) return against(seen, "dense");
  if (seen.mamba || seen.state_space || !seen.dense) return left_open(seen);
  return {supported, "dense", seen.text};
}

Ruling rule_moe(const Shape& seen) {
  if (seen.sparse && !seen.mamba) return {supported, "moe", seen.text};
  const bool none = seen.explained || (seen.experts.stated && !seen.sparse);
  return none && !seen.mamba ? against(seen, "moe") : left_open(seen);
}

Ruling rule_hybrid(const Shape& seen, const std::string& claimed) {
  const bool both = seen.attention && (seen.mamba || (seen.linear && claimed == "hybrid"));
  const bool experts = claimed == "hybrid" || seen.sparse;
  if (both && experts) return {supported, claimed, seen.text};
  return seen.explained ? against(seen, claimed) : left_open(seen);
}

Ruling rule_state_space(const Shape& seen) {
  if (seen.state_space) return {supported, "ssm", seen.text};
  return seen.explained ? against(seen, "ssm") : left_open(seen);
}

}  // namespace

Ruling rule_architecture(const ModelFacts& facts, const std::string& claimed) {
  const Shape seen(facts);
  if (claimed == "dense") return rule_dense(seen);
  if (claimed == "moe") return rule_moe(seen);
  if (claimed == "ssm") return rule_state_space(seen);
  if (claimed == "hybrid" || claimed == "hybrid-mamba-transformer-moe") {
    return rule_hybrid(seen, claimed);
  }
  return {verifier_unable, nullptr,
          fmt::format("whether it is {} cannot be told from config.json", claimed)};
}

Ruling rule_word(const ModelFacts& facts, std::string_view label, const std::string& claimed) {
  if (label == "attention_variant") return rule_attention(facts, claimed);
  if (label == "position_encoding") return rule_position(facts, claimed);
  return rule_architecture(facts, claimed);
}

}  // namespace assay::specs
