#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "auditors/auditor.h"
#include "auditors/hub/answers.h"
#include "auditors/repository/base_repository.h"
#include "auditors/specs/config_file.h"
#include "auditors/specs/rulings.h"
#include "validator/text/json_text.h"

// Figures and kinds of a model: safetensors.total of the base repository and the config.json at its
// commit. What the facts leave open is verifier_unable; what the Hub states and the entry lacks is
// unlisted.

namespace assay {
namespace {

using nlohmann::json;
using specs::ConfigFile;
using specs::ModelFacts;
using specs::Ruling;

enum class Read { parameters, figure, word };

struct Label {
  std::string_view name;
  Read read;
};

constexpr std::array<Label, 14> kLabels{{
    {"params_total", Read::parameters},
    {"params_active", Read::parameters},
    {"layers_count", Read::figure},
    {"hidden_size", Read::figure},
    {"head_dim", Read::figure},
    {"kv_heads", Read::figure},
    {"vocab_size", Read::figure},
    {"context_window", Read::figure},
    {"experts", Read::figure},
    {"experts_active", Read::figure},
    {"kv_bytes_per_token_fp16", Read::figure},
    {"attention_variant", Read::word},
    {"position_encoding", Read::word},
    {"architecture", Read::word},
}};

const Label* find_label(std::string_view name) {
  const auto* found = std::find_if(kLabels.begin(), kLabels.end(),
                                   [&](const Label& label) { return label.name == name; });
  return found == kLabels.end() ? nullptr : &*found;
}

// The claimed number; 0 is "not disclosed" and claims nothing.
std::optional<std::int64_t> claimed_number(const Claim& claim) {
  const json value = claimed_json(claim);
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return value.get<std::int64_t>();
  constexpr double kExact = 9e15;  // 7.0e9 is a whole number too
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (number >= 0 && number < kExact && std::floor(number) == number) {
      return static_cast<std::int64_t>(number);
    }
  }
  return std::nullopt;
}

// An entry may say that a value is not known.
bool says_nothing(const Claim& claim) {
  return claim.value == "unknown" || claimed_number(claim) == 0;
}

class Assessment {
 public:
  Assessment(const Subject& subject, const SourceConfig& hub, const EvidenceSet& evidence)
      : subject_(subject) {
    if (subject_.repository.empty()) {
      base_.state = ReadState::unable;
      base_.why =
          "quantizations_source names no repository on the Hub, so nothing can be looked up";
    } else {
      base_ = read_base(hub, evidence, subject_);
    }
    if (base_.ok()) file_ = specs::read_config_file(hub, evidence, base_);
    if (file_.ok()) read_facts();
  }

  std::vector<Request> needed() { return base_.ok() ? file_.needed : base_.needed; }

  std::vector<Finding> findings() const {
    std::vector<Finding> all;
    for (const Claim& claim : subject_.claims) {
      const Label* label = find_label(claim.label);
      if (label != nullptr) all.push_back(judge(claim, *label));
    }
    for (const Label& label : kLabels) {
      if (subject_.claim(label.name) != nullptr) continue;
      if (std::optional<Finding> found = unlisted(label)) all.push_back(std::move(*found));
    }
    return all;
  }

 private:
  void read_facts() {
    facts_ = specs::model_facts(file_.value, base_.parameters, base_.repository.packed);
    name_count(*facts_);
    if (const std::string& trouble = facts_->config.trouble(); !trouble.empty()) {
      file_.state = ReadState::unable;
      file_.why = fmt::format("config.json of {} does not describe a model: {}",
                              base_.repository.id, trouble);
      facts_.reset();
    }
  }

  void name_count(ModelFacts& facts) const {
    facts.total_source = base_.parameters_source;
    facts.total_doubt = base_.parameters_doubt;
  }

  // ---- one claim
  // ---------------------------------------------------------------------------------

  Finding judge(const Claim& claim, const Label& label) const {
    if (!base_.ok()) return unread(claim, base_.state, base_.why, {base_.evidence});
    if (says_nothing(claim)) {
      if (std::optional<Finding> found = unlisted(label)) return std::move(*found);
    }
    if (label.read == Read::parameters && !base_.repository.parameters) return no_total(claim);
    if (!facts_) return without_config(claim, label);
    return finding(claim, label.read == Read::parameters, rule(claim, label));
  }

  Ruling rule(const Claim& claim, const Label& label) const {
    if (says_nothing(claim)) {
      return {Verdict::verifier_unable, nullptr,
              "the entry states no value, and the Hub states no single one"};
    }
    if (label.read == Read::word) return specs::rule_word(*facts_, label.name, claim.value);
    const std::optional<std::int64_t> number = claimed_number(claim);
    if (!number) {
      return {Verdict::verifier_unable, nullptr,
              fmt::format("the claim {} is not a whole number", claim.value)};
    }
    return label.read == Read::figure ? specs::rule_figure(*facts_, label.name, *number)
                                      : specs::rule_parameters(*facts_, label.name, *number);
  }

  // Without weights in safetensors files the Hub counts nothing; with them it should.
  Finding no_total(const Claim& claim) const {
    const std::vector<hub::File>& files = base_.repository.files;
    const bool has_weights = !base_.repository.has_files ||
                             std::any_of(files.begin(), files.end(), [](const hub::File& file) {
                               return file.path.ends_with(".safetensors");
                             });
    Ruling ruling{has_weights ? Verdict::verifier_unable : Verdict::unsupported, nullptr,
                  has_weights
                      ? "the Hub states no safetensors.total, though there may be such files"
                      : "the Hub states no count: the repository has no safetensors files"};
    return finding(claim, true, std::move(ruling));
  }

  // The count alone supports a claim where there is no configuration to be had; against it, only
  // that can tell what is counted. One that could not be read might have said that the count is
  // none.
  Finding without_config(const Claim& claim, const Label& label) const {
    const std::optional<std::int64_t> number = claimed_number(claim);
    const bool plain = label.name == "params_total" && number && !base_.repository.packed &&
                       (file_.absent || file_.gated);
    if (plain) {
      ModelFacts facts = specs::model_facts({}, base_.parameters, false);
      name_count(facts);
      Ruling ruling = specs::rule_parameters(facts, label.name, *number);
      if (ruling.verdict == Verdict::supported) return finding(claim, true, std::move(ruling));
    }
    if (!file_.absent) return unread(claim, file_.state, file_.why, file_.evidence);
    Finding found = unread(claim, file_.state, file_.why, file_.evidence);
    const bool silent = label.read != Read::parameters && file_.instead.empty();
    found.verdict = silent ? Verdict::unsupported : Verdict::verifier_unable;
    return found;
  }

  // ---- findings
  // ---------------------------------------------------------------------------------

  std::optional<Finding> unlisted(const Label& label) const {
    if (!facts_) return std::nullopt;
    std::optional<Ruling> ruling = specs::stated_value(*facts_, label.name);
    if (!ruling) return std::nullopt;
    Finding found;
    found.label = label.name;
    found.observed = ruling->observed;
    found.verdict = Verdict::unlisted;
    const std::string value = ruling->observed.is_string() ? ruling->observed.get<std::string>()
                                                           : compact_json(ruling->observed);
    const bool info = label.read == Read::parameters;
    found.reason = fmt::format("{}: {}; {}: {}; the entry does not state it", label.name, value,
                               info ? at_base() : file_.place, ruling->reason);
    attach_evidence(found, info);
    return found;
  }

  Finding finding(const Claim& claim, bool by_info, Ruling ruling) const {
    Finding found;
    found.label = claim.label;
    found.claimed = claimed_json(claim);
    found.observed = std::move(ruling.observed);
    found.verdict = ruling.verdict;
    found.reason =
        fmt::format("{}: {}{}", by_info ? at_base() : file_.place, ruling.reason, base_.renamed);
    attach_evidence(found, by_info);
    return found;
  }

  Finding unread(const Claim& claim, ReadState state, const std::string& why,
                 const std::vector<const Evidence*>& evidence) const {
    Finding found;
    found.label = claim.label;
    found.claimed = claimed_json(claim);
    found.verdict =
        state == ReadState::unable ? Verdict::verifier_unable : Verdict::source_unreachable;
    found.reason = why.empty() ? "not everything needed was read" : why;
    for (const Evidence* item : evidence) {
      if (item != nullptr) found.observations.push_back(observe(*item, nullptr));
    }
    return found;
  }

  std::string at_base() const {
    return fmt::format("{} at commit {}", base_.repository.id, base_.repository.sha.substr(0, 12));
  }

  // The count is in the base's own description; whether it can be one follows from config.json.
  // Where that is a copy, the others show that it is one.
  void attach_evidence(Finding& found, bool by_info) const {
    if (by_info) found.observations.push_back(observe(*base_.evidence, found.observed));
    if (!facts_) return;
    for (const Evidence* item : file_.evidence) {
      if (by_info && item == base_.evidence) continue;
      const bool first = !by_info && item == file_.evidence.front();
      found.observations.push_back(observe(*item, first ? found.observed : json()));
    }
  }

  const Subject& subject_;
  BaseRepository base_;
  ConfigFile file_;
  std::optional<ModelFacts> facts_;
};

bool covers(std::string_view label) { return find_label(label) != nullptr; }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled || subject.repository.empty()) return {};
  return Assessment(subject, *hub, evidence).needed();
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr) return {};
  return Assessment(subject, *hub, evidence).findings();
}

}  // namespace

extern const Auditor kSpecsAuditor;
const Auditor kSpecsAuditor{
    .id = "specs",
    .summary =
        "parameters, layers, heads, vocabulary, context window, experts, attention, position "
        "encoding and architecture, as stated by the base repository on the Hub in config.json and "
        "in the parameter count of its safetensors files",
    .needs = "huggingface",
    .covers = covers,
    .plan = plan,
    .judge = judge,
};

}  // namespace assay
