// The rows of labels: key facts, specs, and whatever no other section shows.
#include <array>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"
#include "schema/embedded.h"

namespace assay::api {
namespace {

struct Field {
  std::string_view key;
  std::string_view unit;
  bool always;  ///< shown as "not disclosed" when the entry lacks it
};

constexpr std::array kSpecs{
    Field{"type", "", true},
    Field{"architecture", "", true},
    Field{"params_total", "parameters", true},
    Field{"params_active", "parameters per token", true},
    Field{"experts", "", false},
    Field{"experts_active", "", false},
    Field{"layers_count", "", true},
    Field{"hidden_size", "", true},
    Field{"attention_variant", "", true},
    Field{"kv_heads", "", true},
    Field{"head_dim", "", true},
    Field{"position_encoding", "", true},
    Field{"context_window", "tokens", true},
    Field{"kv_bytes_per_token_fp16", "bytes", false},
    Field{"tokenizer", "", true},
    Field{"vocab_size", "token ids", true},
    Field{"pretraining_tokens", "tokens", true},
    Field{"training_hardware", "", true},
    Field{"post_training", "", false},
    Field{"runtimes_supporting", "", false},
    Field{"speed.tokens_per_sec_output", "tokens per second", false},
    Field{"speed.ttft_ms", "ms", false},
    Field{"data_released", "", true},
    Field{"training_code_released", "", true},
    Field{"training_logs_released", "", true},
};

constexpr std::array kKeyFacts{
    Field{"developer", "", true},     Field{"developer_country", "", false},
    Field{"family", "", true},        Field{"openness", "", true},
    Field{"license", "", true},       Field{"osi_approved", "", true},
    Field{"released_date", "", true}, Field{"weights_released_date", "", false},
    Field{"paper_date", "", false},
};

Values row(Facts& facts, const std::string& label, std::string_view name, std::string_view unit) {
  return {{"name", name}, {"value", facts.value(label, unit)}, {"marks", facts.marks(label)}};
}

// A list is one row as long as the same is known about all its items.
void add_list(Facts& facts, const Field& field, Values& rows) {
  const std::vector<std::string> labels = facts.labels(std::string(field.key) + ".");
  if (labels.empty()) return;
  const LabelView* first = facts.views(labels.front()).front();
  std::string text;
  bool alike = true;
  for (const std::string& label : labels) {
    const LabelView* view = facts.views(label).front();
    alike = alike && view->verdict == Verdict::unaudited && view->reason == first->reason &&
            facts.claimed(label);
    text += (text.empty() ? "" : ", ") + shown(view->claimed);
  }
  if (!alike) {
    for (const std::string& label : labels) {
      rows.push_back(row(facts, label, field_title(field.key), field.unit));
    }
    return;
  }
  Values merged = row(facts, labels.front(), field_title(field.key), field.unit);
  for (const std::string& label : labels) facts.marks(label);
  text = shortened(text, 1000);
  merged["value"]["value"] = text;
  merged["marks"][0]["mark"]["label"] = field.key;
  merged["marks"][0]["mark"]["claim"][0]["claimed"] = std::move(text);
  rows.push_back(std::move(merged));
}

// " at Groq, via Artificial Analysis, 2026-01-31": a speed belongs to a provider and a day.
std::string measured_where(const Facts& facts, std::string_view key) {
  const Claim* claim = facts.subject().claim(key);
  if (claim == nullptr || !key.starts_with("speed.")) return {};
  std::string where;
  if (!claim->vendor.empty()) where += " at " + shortened(claim->vendor, 100);
  if (claim->via_artificial_analysis) where += ", via Artificial Analysis";
  if (!claim->as_of.empty()) where += ", " + shortened(claim->as_of, 40);
  return where;
}

template <std::size_t N>
Values rows_of(Facts& facts, const std::array<Field, N>& fields) {
  Values rows = Values::array();
  for (const Field& field : fields) {
    if (facts.known(field.key) || field.always) {
      Values added = row(facts, std::string(field.key), field_title(field.key),
                         std::string(field.unit) + measured_where(facts, field.key));
      added["anchored"] = once({{"id", "l-" + std::string(field.key)}});
      rows.push_back(std::move(added));
    }
    add_list(facts, field, rows);
  }
  return rows;
}

std::map<std::string, std::string, std::less<>> read_titles() {
  std::map<std::string, std::string, std::less<>> titles;
  const Values schema = Values::parse(embedded_schema_file("catalog.schema.json"));
  for (const auto& [key, property] :
       schema.at("definitions").at("entry").at("properties").items()) {
    titles.emplace(key, property.at("title").get<std::string>());
    if (!property.contains("properties")) continue;
    for (const auto& [inner, part] : property.at("properties").items()) {
      titles.emplace(key + "." + inner, part.at("title").get<std::string>());
    }
  }
  return titles;
}

}  // namespace

std::string field_title(std::string_view key) {
  static const auto titles = read_titles();
  const auto found = titles.find(key);
  return found == titles.end() ? words(key) : found->second;
}

Values key_facts(Facts& facts) { return rows_of(facts, kKeyFacts); }

Values spec_rows(Facts& facts) { return rows_of(facts, kSpecs); }

Values other_rows(Facts& facts) {
  Values rows = Values::array();
  for (const std::string& label : facts.rest()) {
    rows.push_back(row(facts, label, shortened(label, 100), ""));
  }
  return rows;
}

}  // namespace assay::api
