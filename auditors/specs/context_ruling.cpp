#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "auditors/specs/rulings.h"

// The context window. max_position_embeddings is how many positions the model is made for; what its
// vendor advertises may be less (room for the answer) or more (YaRN, described on the card only),
// so that not every difference is a mistake.

namespace assay::specs {
namespace {

// A window that the card extends by YaRN is up to four times as large, and rounded.
constexpr double kExtension = 4.1;
// Some vendors advertise the positions without those kept for the answer.
constexpr double kReserve = 0.75;
// More positions than this without a scaling are often a bound of the code, not a window.
constexpr std::int64_t kManyPositions = 262'144;

// 128000 for 131072, 1000000 for 1048576: thousands or millions that count in powers of two.
bool rounded(std::int64_t claimed, std::int64_t positions) {
  constexpr std::int64_t kKilo = 1024;
  constexpr std::int64_t kMega = kKilo * kKilo;
  const bool kilo = claimed % 1000 == 0 && claimed / 1000 == positions / kKilo;
  const bool mega =
      positions >= kMega && claimed % 1'000'000 == 0 && claimed / 1'000'000 == positions / kMega;
  return kilo || mega;
}

struct Scaling {
  bool stated = false;
  bool yarn = false;
  std::string field;
  double factor = 0;    ///< 0 when not stated
  double original = 0;  ///< positions before the extension; 0 when not stated
};

double positive(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return 0;
  const auto number = found->get<double>();
  return std::isfinite(number) && number > 0 ? number : 0;
}

// The block itself, or the one of a kind of layer in it that extends the window (transformers 5 has
// one for each in rope_parameters).
const nlohmann::json& scaling_block(const nlohmann::json& block) {
  if (block.contains("factor")) return block;
  for (const nlohmann::json& part : block) {
    if (part.is_object() && positive(part, "factor") > 1) return part;
  }
  return block;
}

Scaling read_scaling(const ModelConfig& config) {
  constexpr const char* kOriginal = "original_max_position_embeddings";
  Scaling scaling;
  for (const std::string_view name : {"rope_scaling", "rope_parameters"}) {
    const ConfigField field = config.find({name});
    if (!field || !field.value->is_object() || scaling.stated) continue;
    const nlohmann::json& block = scaling_block(*field.value);
    scaling.field = field.path;
    scaling.factor = positive(block, "factor");
    scaling.original = positive(block, kOriginal);
    scaling.stated = scaling.factor > 1;
    for (const char* key : {"rope_type", "type"}) {
      const auto type = block.find(key);
      if (type == block.end() || !type->is_string()) continue;
      scaling.yarn = scaling.yarn || type->get<std::string>().find("yarn") != std::string::npos;
    }
  }
  if (const Figure beside = config.figure({kOriginal}); scaling.original == 0 && beside.stated) {
    scaling.original = static_cast<double>(beside.stated->value);
  }
  return scaling;
}

// The window that a scaling makes, where it is larger than the positions that are stated. These are
// the original ones, or with YaRN those and room for the answer (Qwen3: 40960 positions, 4 times
// 32768). Other scalings that start from fewer positions have the window among the positions
// already (Llama 3.2: 32 times 8192, but 131072). 0 where it is not larger.
double extended_window(const Scaling& scaling, double positions) {
  if (!scaling.stated || scaling.original <= 0) return 0;
  if (scaling.original < 0.99 * positions && !scaling.yarn) return 0;
  const double window = scaling.original * std::min(scaling.factor, 1e6);
  return window > 1.01 * positions ? window : 0;
}

// Not fixed to the positions: no encoding of them at all, or one that reaches beyond.
bool unbounded(const ModelFacts& facts) {
  return facts.config.is_true("alibi") || facts.config.is_true("attn_config.alibi") ||
         facts.mix.has(LayerKind::mamba) || facts.mix.has(LayerKind::linear) ||
         facts.config.is_true("mla_use_nope");
}

Ruling larger(const ModelFacts& facts, const Stated& positions, const std::string& difference,
              std::int64_t claimed) {
  const Scaling scaling = read_scaling(facts.config);
  const auto limit = static_cast<double>(positions.value);
  const auto wanted = static_cast<double>(claimed);
  // Where the scaling starts from fewer positions, what is stated is the extended window already.
  const double extended = extended_window(scaling, limit);
  const bool included =
      scaling.stated && scaling.original > 0 && scaling.original < 0.99 * limit && extended == 0;
  if (extended > 0 &&
      (std::abs(extended - wanted) < 1 || rounded(claimed, static_cast<std::int64_t>(extended)))) {
    return {Verdict::supported, claimed,
            fmt::format("config.json {} = {}, and {} extends {:.0f} positions {} times",
                        positions.field, positions.value, scaling.field, scaling.original,
                        scaling.factor)};
  }
  if (unbounded(facts)) return unable(difference + ": it is not limited to its positions");
  if (included) {
    return {Verdict::contradicted, positions.value,
            fmt::format("{} ({} is part of it)", difference, scaling.field)};
  }
  if (wanted <= std::max(limit * std::max(kExtension, 1.03 * scaling.factor), 1.03 * extended)) {
    return unable(difference + ": a larger window may be described on the card");
  }
  if (extended > 0) {
    return {Verdict::contradicted, static_cast<std::int64_t>(extended),
            fmt::format("{} ({} extends {:.0f} positions {} times)", difference, scaling.field,
                        scaling.original, scaling.factor)};
  }
  return {Verdict::contradicted, positions.value, difference};
}

Ruling smaller(const ModelFacts& facts, const Stated& positions, const std::string& difference,
               std::int64_t claimed) {
  const Scaling scaling = read_scaling(facts.config);
  const auto limit = static_cast<double>(positions.value);
  if (static_cast<double>(claimed) >= kReserve * limit) {
    return unable(difference + ": a vendor may advertise less than all positions");
  }
  if (positions.value > kManyPositions && !scaling.stated) {
    return unable(difference + ": this many positions without scaling may be a limit of the code");
  }
  if (facts.mix.share_unknown) {
    return unable(fmt::format("{}: {}, but not in which layers", difference, facts.mix.text()));
  }
  return {Verdict::contradicted, positions.value, difference};
}

}  // namespace

std::optional<Ruling> stated_window(const ModelFacts& facts) {
  const Figure figure = facts.config.context_window();
  if (!figure.stated || !figure.broken.empty() || !figure.others.empty()) return std::nullopt;
  const Stated& positions = *figure.stated;
  const auto limit = static_cast<double>(positions.value);
  if (extended_window(read_scaling(facts.config), limit) > 0) return std::nullopt;
  return Ruling{Verdict::supported, positions.value,
                fmt::format("config.json {} = {}", positions.field, positions.value)};
}

Ruling rule_context_window(const ModelFacts& facts, std::int64_t claimed) {
  const Figure figure = facts.config.context_window();
  if (!figure.broken.empty()) return unable("config.json " + figure.broken);
  if (!figure.stated) return unable("config.json does not state it");
  const Stated& positions = *figure.stated;
  const std::string said = fmt::format("config.json {} = {}", positions.field, positions.value);
  if (positions.value == claimed) return {Verdict::supported, claimed, said};
  for (const Stated& other : figure.others) {
    if (other.value == claimed) {
      return {Verdict::supported, claimed,
              fmt::format("config.json {} = {}", other.field, other.value)};
    }
  }
  if (rounded(claimed, positions.value)) {
    return {Verdict::supported, positions.value, fmt::format("{}, rounded to {}", said, claimed)};
  }
  const std::string difference = fmt::format("{}, claimed {}", said, claimed);
  return claimed > positions.value ? larger(facts, positions, difference, claimed)
                                   : smaller(facts, positions, difference, claimed);
}

}  // namespace assay::specs
