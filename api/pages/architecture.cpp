// The drawing of the network.
#include "api/pages/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

class Drawing {
 public:
  explicit Drawing(const Facts& facts) : facts_(facts) {}

  // One line of a box: what it is, the value, and the verdict, whose details stand in specs.
  Values line(std::string_view name, std::string_view label, std::string_view unit = {}) const {
    return {{"line_name", name},
            {"value", facts_.value(label, unit)},
            {"marked", facts_.mark_link(label, "#l-" + std::string(label))}};
  }

  std::string text(std::string_view label) const {
    const Claim* claim = facts_.subject().claim(label);
    return claim == nullptr ? std::string{} : claim->value;
  }

  // Absent figures of a mixture of experts are worth a line only where there are experts.
  bool known(std::string_view label) const { return facts_.known(label); }

 private:
  const Facts& facts_;
};

Values box(std::string_view title, Values lines) {
  return {{"box_title", title}, {"line", std::move(lines)}};
}

Values mlp(const Drawing& drawing) {
  const std::string kind = drawing.text("architecture");
  const bool experts = kind.find("moe") != std::string::npos || drawing.known("experts");
  Values lines = Values::array();
  if (experts) {
    lines.push_back(drawing.line("Experts per layer", "experts"));
    lines.push_back(drawing.line("used for one token", "experts_active"));
  }
  lines.push_back(drawing.line("Activation function", "activation"));
  lines.push_back(drawing.line("Parameters", "params_total"));
  lines.push_back(drawing.line("active for one token", "params_active"));
  const std::string_view title = experts           ? "Mixture of experts"
                                 : kind == "dense" ? "Dense MLP: every parameter for every token"
                                                   : "MLP";
  return box(title, std::move(lines));
}

}  // namespace

Values architecture_section(const Facts& facts) {
  const Drawing drawing(facts);
  Values layer = Values::array();
  Values attention = Values::array();
  attention.push_back(drawing.line("Kind", "attention_variant"));
  attention.push_back(drawing.line("Key-value heads", "kv_heads"));
  attention.push_back(drawing.line("Head dimension", "head_dim"));
  layer.push_back(box("Attention", std::move(attention)));
  Values positions = Values::array();
  positions.push_back(drawing.line("Encoding", "position_encoding"));
  positions.push_back(drawing.line("Context window", "context_window", "tokens"));
  layer.push_back(box("Positions", std::move(positions)));
  layer.push_back(mlp(drawing));

  Values embedding = Values::array();
  embedding.push_back(drawing.line("Tokenizer", "tokenizer"));
  embedding.push_back(drawing.line("Vocabulary", "vocab_size", "token ids"));
  embedding.push_back(drawing.line("Width", "hidden_size"));
  Values output = Values::array();
  output.push_back(drawing.line("Width", "hidden_size"));
  output.push_back(drawing.line("Vocabulary", "vocab_size", "token ids"));
  return {{"embedding", once(box("Embedding", std::move(embedding)))},
          {"times", once(drawing.line("Layers", "layers_count"))},
          {"network", once(drawing.line("Kind of network", "architecture"))},
          {"layer", std::move(layer)},
          {"output", once(box("Output projection", std::move(output)))}};
}

}  // namespace assay::api
