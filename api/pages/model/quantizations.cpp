// Quantization families: what they are, what loads them, and which repository proves that they
// exist.
#include <fmt/format.h>

#include <optional>

#include "api/pages/model/sections.h"
#include "api/pages/wording.h"
#include "validator/text/percent.h"

namespace assay::api {
namespace {

constexpr std::string_view kPrefix = "quantizations_available.";

bool shows_it(Verdict verdict) {
  return verdict == Verdict::supported || verdict == Verdict::unlisted;
}

std::string member_text(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  return found == value.end() || found->is_null() ? std::string{} : shown(*found);
}

// "https://hub.example" of the URL that was read.
std::string origin_of(std::string_view url) {
  if (!is_web_url(url)) return {};
  return std::string(url.substr(0, url.find_first_of("/?#", url.find("://") + 3)));
}

// The size of all weight files; a single type is only a part of it.
std::string gigabytes(const nlohmann::json& value) {
  const auto bytes = value.find("bytes");
  if (bytes == value.end() || !bytes->is_number_integer()) return {};
  const auto tenths = (bytes->get<std::int64_t>() + 50'000'000) / 100'000'000;
  const auto types = value.find("types");
  const bool several = types != value.end() && types->is_array() && types->size() > 1;
  return fmt::format("{}.{} GB{}", tenths / 10, tenths % 10,
                     several ? " for all types together" : "");
}

// "Q4_K_M, Q8_0", or the bits per weight where the format has no types of its own.
std::string types_of(const nlohmann::json& value) {
  std::string text;
  for (const char* key : {"types", "bits"}) {
    const auto list = value.find(key);
    if (list == value.end() || !list->is_array()) continue;
    const bool bits = std::string_view(key) == "bits";
    for (const nlohmann::json& each : *list) {
      text += fmt::format("{}{}{}", text.empty() ? "" : ", ", shown(each), bits ? " bits" : "");
    }
    if (!text.empty()) break;
  }
  return shortened(text, 300);
}

// The repository that proves a family, as the auditor saw it.
Values witness(const Finding& finding) {
  Values list = Values::array();
  for (const Observation& seen : finding.observations) {
    if (!seen.value.is_object()) continue;
    const std::string repository = member_text(seen.value, "repository");
    if (repository.empty()) continue;
    const std::string commit = member_text(seen.value, "commit");
    const bool linkable = hub_repository("https://huggingface.co/" + repository) == repository;
    std::string url = linkable ? origin_of(seen.url) : std::string{};
    if (!url.empty()) {
      url += "/" + repository + (commit.empty() ? "" : "/tree/" + percent_encoded(commit));
    }
    Values item = {{"repository", repository},  {"linked", link_if(url)},
                   {"unlinked", url.empty()},   {"commit", commit.substr(0, 12)},
                   {"format", Values::array()}, {"types", Values::array()},
                   {"size", Values::array()}};
    if (const std::string format = member_text(seen.value, "format"); !format.empty()) {
      item["format"].push_back({{"text", format}});
    }
    if (const std::string types = types_of(seen.value); !types.empty()) {
      item["types"].push_back({{"text", types}});
    }
    if (const std::string size = gigabytes(seen.value); !size.empty()) {
      item["size"].push_back({{"text", size}});
    }
    list.push_back(std::move(item));
    break;
  }
  return list;
}

// What last showed the family while its sources fail: the newest verdict that is not about a fault.
std::optional<db::Period> last_known(const Facts& facts, const std::string& label) {
  constexpr std::size_t kPeriodsRead = 20;
  for (db::Period& period :
       facts.view().site.store.history(facts.subject().slug, label, kPeriodsRead)) {
    const Verdict verdict = period.finding.verdict;
    if (period.finding.label != label || tells_of_a_fault(verdict) ||
        verdict == Verdict::unaudited) {
      continue;
    }
    return shows_it(verdict) ? std::optional(std::move(period)) : std::nullopt;
  }
  return std::nullopt;
}

Values family_row(Facts& facts, const std::string& label) {
  const std::string id = label.substr(kPrefix.size());
  const QuantizationFamily* family = facts.view().site.vocabulary.quantization(id);
  const LabelView& view = *facts.views(label).front();
  const bool claimed = facts.claimed(label);
  Values row = {{"family", family == nullptr ? shortened(id, 60) : family->label},
                {"description", family == nullptr ? "This family is not in assay’s vocabulary."
                                                  : family->description},
                {"runtime", Values::array()},
                {"no_runtime", family == nullptr || family->runtimes.empty()},
                {"beyond", !claimed},
                {"absent", claimed && view.verdict == Verdict::contradicted},
                {"witness", Values::array()},
                {"confirmed", Values::array()},
                {"marks", facts.marks(label)}};
  if (family != nullptr) {
    for (const std::string& runtime : family->runtimes) {
      row["runtime"].push_back({{"runtime_name", runtime}});
    }
  }
  if (view.period != nullptr && tells_of_a_fault(view.verdict)) {
    if (const std::optional<db::Period> known = last_known(facts, label)) {
      row["witness"] = witness(known->finding);
      row["confirmed"] = time_if(known->confirmed_at);
    }
  } else if (view.period != nullptr) {
    row["witness"] = witness(view.period->finding);
    if (shows_it(view.verdict)) row["confirmed"] = time_if(view.period->confirmed_at);
  }
  row["no_witness"] = row["witness"].empty();
  row["unconfirmed"] = row["confirmed"].empty();
  return row;
}

}  // namespace

Values quantizations_section(Facts& facts) {
  Values rows = Values::array();
  for (const std::string& label : facts.labels(kPrefix)) rows.push_back(family_row(facts, label));
  const std::string base = scalar_text(&facts.entry(), "quantizations_source");
  Values base_rows = Values::array();
  if (!base.empty()) {
    base_rows.push_back({{"name", shortened(base, 120)},
                         {"linked", link_if(is_web_url(base) ? base : std::string{})},
                         {"unlinked", !is_web_url(base)},
                         {"marks", facts.marks("quantizations_source")}});
  }
  if (rows.empty() && base_rows.empty()) return nullptr;
  return {{"none", rows.empty()}, {"family_row", std::move(rows)}, {"base", std::move(base_rows)}};
}

}  // namespace assay::api
