#include <fmt/format.h>

#include <cmath>

#include "auditors/specs/parameter_count.h"
#include "auditors/specs/rulings.h"

// Numbers of parameters. safetensors.total counts the elements of the repository's tensors, which
// is not always what a vendor counts: parts for images, layers that predict further tokens and a
// table of the vocabulary that is stored twice are in it.

namespace assay::specs {
namespace {

constexpr double kRounding = 0.01;  // 8.03e9 is 8e9 to most people
// Parts for images and sound are a small share of a language model.
constexpr double kOtherSensesShare = 0.10;
// One layer that predicts further tokens, against a layer of the model: it brings its own
// projections, and often its own table of the vocabulary.
constexpr double kPredictionLayer = 1.6;

double value(const Figure& figure) {
  return figure.stated ? static_cast<double>(figure.stated->value) : 0;
}

bool near(double claimed, double counted) {
  return std::abs(claimed - counted) <= kRounding * counted;
}

// Why `claimed` can be right though `total` is another number; empty when it cannot.
std::string other_count(const ModelFacts& facts, double claimed) {
  const ModelConfig& config = facts.config;
  const auto total = static_cast<double>(*facts.total);
  if (const double more = static_cast<double>(config.prediction_layers()); more > 0) {
    const double share = kPredictionLayer * more / (value(config.layers()) + more);
    if (claimed < total && claimed >= total * (1 - share - kRounding)) {
      return fmt::format("it also counts the multi-token prediction layers ({:.0f})", more);
    }
  }
  if (config.multimodal() && claimed < total && claimed >= total * (1 - kOtherSensesShare)) {
    return "it also counts the image or audio parts";
  }
  const double table = value(config.vocab_size()) * value(config.hidden_size());
  if (config.is_true("tie_word_embeddings") &&
      (near(claimed, total - table) || near(claimed, total + table))) {
    return "its embedding table is used twice, and may be counted once or twice";
  }
  if (facts.packed && claimed < total && claimed >= total * (1 - kOtherSensesShare)) {
    return "the weights are quantized, and it may also count their scales";
  }
  return {};
}

// Why `total` is not a number of parameters at all; empty when it is.
std::string distrust(const ModelFacts& facts) {
  const auto total = static_cast<double>(*facts.total);
  const std::optional<double> least = least_parameters(facts.config, facts.packed ? 3 : 2);
  if (!least) {
    return facts.packed ? "the weights are quantized, so it may count packed words" : "";
  }
  if (total >= 0.97 * *least) return {};
  return fmt::format("the feed-forward layers in config.json alone have {:.0f}{}", *least,
                     facts.packed ? ", so it counts packed words" : "");
}

Ruling against_total(const ModelFacts& facts, std::int64_t claimed, const std::string& meaning) {
  const auto total = static_cast<double>(*facts.total);
  const auto wanted = static_cast<double>(claimed);
  const std::string said = fmt::format("{}{} = {}", meaning, facts.total_source, *facts.total);
  if (const std::string why = distrust(facts); !why.empty()) return unable(said + ": " + why);
  if (claimed == *facts.total) return {Verdict::supported, *facts.total, said};
  const double apart = 100 * std::abs(wanted - total) / total;
  if (near(wanted, total)) {
    return {Verdict::supported, *facts.total,
            fmt::format("{}, claimed {}: {:.2f} % apart, within the 1 % allowed for rounding", said,
                        claimed, apart)};
  }
  if (const std::string why = other_count(facts, wanted); !why.empty()) {
    return unable(fmt::format("{}, claimed {}: {}", said, claimed, why));
  }
  return {Verdict::contradicted, *facts.total,
          fmt::format("{}, claimed {}: {:.1f} % apart, more than the 1 % allowed for rounding",
                      said, claimed, apart)};
}

Ruling rule_active(const ModelFacts& facts, std::int64_t claimed) {
  const Figure experts = facts.config.experts();
  const bool sparse = experts.stated && experts.stated->value > 1;
  if (sparse) {
    const auto total = static_cast<double>(*facts.total);
    if (static_cast<double>(claimed) > total * (1 + kRounding) && distrust(facts).empty()) {
      return {Verdict::contradicted, nullptr,
              fmt::format("{} = {}, claimed {} of them active", facts.total_source, *facts.total,
                          claimed)};
    }
    return {
        Verdict::unsupported, nullptr,
        fmt::format("the Hub states how many parameters there are ({}), not how many are active",
                    *facts.total)};
  }
  // Some dense models keep parameters out of each step (gemma 3n), or have experts by another name.
  const bool odd = !facts.sized() || !experts.broken.empty() || facts.config.speaks_of("expert") ||
                   facts.config.speaks_of("moe") ||
                   facts.config.speaks_of("hidden_size_per_layer_input");
  if (odd) return unable("config.json leaves open whether all parameters are active");
  Ruling ruling = against_total(facts, claimed, "a dense model uses all its parameters, ");
  if (ruling.verdict == Verdict::contradicted && !facts.explained) {
    return unable(ruling.reason + "; that it is dense is not certain");
  }
  return ruling;
}

}  // namespace

Ruling rule_parameters(const ModelFacts& facts, std::string_view label, std::int64_t claimed) {
  if (!facts.total_doubt.empty()) return unable(facts.total_doubt);
  if (!facts.total) return unable("the Hub states no safetensors.total");
  return label == "params_active" ? rule_active(facts, claimed) : against_total(facts, claimed, "");
}

bool ModelFacts::sized() const {
  return config.layers().stated && config.hidden_size().stated &&
         (config.heads().stated || config.vocab_size().stated ||
          config.find({"intermediate_size"}));
}

ModelFacts model_facts(nlohmann::json config, std::optional<std::int64_t> total, bool packed) {
  ModelFacts facts{.config = ModelConfig(std::move(config)),
                   .mix = {},
                   .total = total,
                   .packed = packed,
                   .explained = false};
  facts.mix = read_layer_mix(facts.config);
  facts.explained = total && !packed && explains(facts.config, *total);
  return facts;
}

}  // namespace assay::specs
