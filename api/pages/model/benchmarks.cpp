// Published scores, each with its date and its source.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"

namespace assay::api {
namespace {

// The score's place between the lowest and the highest possible one, in percent.
Values bar(std::string_view score, const Benchmark* known) {
  Values list = Values::array();
  double value = 0;
  const auto [end, error] = std::from_chars(score.data(), score.data() + score.size(), value);
  if (known == nullptr || error != std::errc{} || end != score.data() + score.size()) return list;
  if (known->max <= known->min || value < known->min || value > known->max) return list;
  const double share = 100 * (value - known->min) / (known->max - known->min);
  list.push_back({{"width", std::lround(share)}});
  return list;
}

std::string name_of_benchmark(const Benchmark* known, std::string_view id) {
  return known == nullptr ? shortened(words(id), 100) : known->label;
}

Values claimed_row(Facts& facts, const std::string& id, const Node& benchmark) {
  const Benchmark* known = facts.view().site.vocabulary.benchmark(id);
  const std::string label = "benchmarks." + id;
  const std::string source = scalar_text(&benchmark, "source");
  Values row = {{"benchmark", name_of_benchmark(known, id)},
                {"variant", Values::array()},
                {"notes", Values::array()},
                {"value", facts.value(label + ".score")},
                {"bar", bar(scalar_text(&benchmark, "score"), known)},
                {"as_of", time_if(shortened(scalar_text(&benchmark, "as_of"), 40))},
                {"linked", link_if(is_web_url(source) ? source : std::string{})},
                {"host", host_of(source)},
                {"marks", facts.marks(label + ".score")},
                {"source_marks", facts.marks(label + ".source")}};
  for (const char* key : {"variant", "notes"}) {
    const std::string text = scalar_text(&benchmark, key);
    if (!text.empty()) row[key].push_back({{"text", shortened(text, 300)}});
  }
  row["undated"] = row["as_of"].empty();
  row["unsourced"] = row["linked"].empty();
  return row;
}

}  // namespace

Values benchmarks_section(Facts& facts) {
  Values rows = Values::array();
  const Node* benchmarks = facts.entry().get("benchmarks");
  if (benchmarks != nullptr) {
    for (const Member& member : benchmarks->mapping()) {
      if (benchmarks->member(member.key.text) != &member) continue;  // a duplicate key
      rows.push_back(claimed_row(facts, std::string(member.key.text), member.value));
    }
  }
  // Scores that only the audit found.
  constexpr std::string_view kPrefix = "benchmarks.";
  for (const std::string& label : facts.labels(kPrefix)) {
    if (facts.claimed(label) || !label.ends_with(".score")) continue;
    const std::string id = label.substr(kPrefix.size(), label.rfind('.') - kPrefix.size());
    rows.push_back(
        {{"benchmark", name_of_benchmark(facts.view().site.vocabulary.benchmark(id), id)},
         {"value", facts.value(label)},
         {"undated", true},
         {"unsourced", true},
         {"marks", facts.marks(label)}});
  }
  if (rows.empty()) return nullptr;
  return {{"row", std::move(rows)}};
}

}  // namespace assay::api
