// The drawing of the network.
#include <utility>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

class Drawing {
 public:
  explicit Drawing(const Facts& facts) : facts_(facts) {}

  // One line of a box: name, value and verdict; its details are in the specs section.
  Values line(std::string_view name, std::string_view label, std::string_view unit = {}) const {
    return {{"line_name", name},
            {"value", facts_.value(label, unit)},
            {"marked", facts_.mark_link(label, "#l-" + std::string(label))}};
  }

  // What the catalog says, or else what the audit found.
  std::string text(std::string_view label) const {
    if (const Claim* claim = facts_.subject().claim(label)) return claim->value;
    for (const LabelView* view : facts_.views(label)) {
      if (view->period == nullptr) continue;
      const nlohmann::json& observed = view->period->finding.observed;
      if (observed.is_string()) return observed.get<std::string>();
    }
    return {};
  }

  // Absent figures of a mixture of experts are worth a line only where there are experts.
  bool known(std::string_view label) const { return facts_.known(label); }

 private:
  const Facts& facts_;
};

Values box(std::string_view title, Values lines) {
  return {{"box_title", title}, {"line", std::move(lines)}};
}

// What mixes the tokens of a layer, how it knows their order, and how far it reaches.
Values mixer(const Drawing& drawing, const std::string& kind) {
  const bool attends = kind != "ssm";
  Values lines = Values::array();
  if (attends || drawing.known("attention_variant")) {
    lines.push_back(drawing.line("Kind", "attention_variant"));
  }
  for (const auto& [name, label] :
       {std::pair{"Key-value heads", "kv_heads"}, std::pair{"Head dimension", "head_dim"},
        std::pair{"Position encoding", "position_encoding"}}) {
    if (attends || drawing.known(label)) lines.push_back(drawing.line(name, label));
  }
  lines.push_back(drawing.line("Context window", "context_window", "tokens"));
  return box(!attends                     ? "State-space mixer"
             : kind.starts_with("hybrid") ? "Attention or another mixer, depending on the layer"
                                          : "Attention",
             std::move(lines));
}

bool has_experts(const Drawing& drawing, const std::string& kind) {
  return kind.find("moe") != std::string::npos || drawing.known("experts");
}

Values mlp(const Drawing& drawing, const std::string& kind) {
  const bool experts = has_experts(drawing, kind);
  Values lines = Values::array();
  if (experts) {
    lines.push_back(drawing.line("Experts per layer", "experts"));
    lines.push_back(drawing.line("Active per token", "experts_active"));
  }
  lines.push_back(drawing.line("Activation function", "activation"));
  lines.push_back(drawing.line("Parameters active per token, whole network", "params_active"));
  const bool hybrid = kind.starts_with("hybrid");
  const std::string_view title = experts && hybrid ? "Mixture of experts, in some layers"
                                 : experts         ? "Mixture of experts"
                                 : kind == "dense" ? "Dense MLP: every parameter for every token"
                                                   : "MLP";
  return box(title, std::move(lines));
}

// Of the whole network, not of one layer.
Values network(const Drawing& drawing) {
  Values lines = Values::array();
  lines.push_back(drawing.line("Network type", "architecture"));
  lines.push_back(drawing.line("Parameters", "params_total"));
  return lines;
}

}  // namespace

Values architecture_section(const Facts& facts) {
  const Drawing drawing(facts);
  const std::string kind = drawing.text("architecture");
  const std::string type = drawing.text("type");
  Values layer = Values::array();
  layer.push_back(mixer(drawing, kind));
  if (kind != "ssm" || has_experts(drawing, kind)) layer.push_back(mlp(drawing, kind));

  Values embedding = Values::array();
  embedding.push_back(drawing.line("Tokenizer", "tokenizer"));
  embedding.push_back(drawing.line("Vocabulary", "vocab_size", "token ids"));
  embedding.push_back(drawing.line("Width", "hidden_size"));
  const bool embeds = type == "embedding";
  Values output = Values::array();
  output.push_back(drawing.line("Width", "hidden_size"));
  if (!embeds) output.push_back(drawing.line("Vocabulary", "vocab_size", "token ids"));
  return {{"begin", type == "vision-language" ? "Tokens and images in" : "Tokens in"},
          {"end", embeds ? "Vector out" : "Tokens out"},
          {"embedding", once(box("Embedding", std::move(embedding)))},
          {"times", once(drawing.line("Layers", "layers_count"))},
          {"network", network(drawing)},
          {"layer", std::move(layer)},
          {"output", once(box(embeds ? "Pooling" : "Output projection", std::move(output)))}};
}

}  // namespace assay::api
