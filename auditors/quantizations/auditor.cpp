#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "auditors/auditor.h"
#include "auditors/hub/answers.h"
#include "auditors/quantizations/listings.h"
#include "auditors/quantizations/search.h"
#include "auditors/repository/base_repository.h"
#include "auditors/repository/name_hints.h"

// Which quantization families have published weights. A family is `supported` by one witness: a
// repository whose format is established by its config or files, whose weights are complete and
// readable, and whose base resolves exactly to the entry's. An absence is earned: everything that
// the Hub lists as derived from the base was read, and the same answers show what is known to be
// there.

namespace assay {
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "quantizations_available.";

// " (120 gguf, 50 mlx, 1 vptq)", most first.
std::string counted(const std::map<std::string, std::size_t>& holds) {
  std::vector<std::pair<std::size_t, std::string>> sorted;
  for (const auto& [what, number] : holds) sorted.emplace_back(number, what);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::string text;
  for (const auto& [number, what] : sorted) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, what);
  }
  return text.empty() ? text : fmt::format(" ({})", text);
}

std::string times(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

// Reads the evidence of one entry once, for the plan and for the judgement alike: what is missing
// goes to `needed`, what can be said to `findings`.
class Assessment {
 public:
  Assessment(const Subject& subject, const SourceConfig& hub, const EvidenceSet& evidence,
             const QuantizationFamilies& families)
      : subject_(subject), hub_(hub), evidence_(evidence), families_(families) {
    for (const Claim& claim : subject.claims) {
      if (std::string_view(claim.label).starts_with(kPrefix)) claims_.push_back(&claim);
    }
    assess();
  }

  std::vector<Request> needed;
  std::vector<Finding> findings;

 private:
  void assess() {
    if (subject_.repository.empty()) {
      return all_claims(
          Verdict::verifier_unable,
          "quantizations_source names no repository on the Hub, so nothing can be looked up", {});
    }
    base_ = read_base(hub_, evidence_, subject_);
    if (base_.state == ReadState::missing) {
      needed = base_.needed;
      return all_claims(Verdict::source_unreachable, "the base repository was not requested", {});
    }
    if (!base_.ok()) {
      return all_claims(base_.state == ReadState::unreachable ? Verdict::source_unreachable
                                                              : Verdict::verifier_unable,
                        base_.why, {base_.evidence});
    }
    listings_.emplace(hub_, evidence_, base_, subject_.repository, families_);
    if (listings_->quantized().state == ReadState::missing) {
      needed = listings_->missing();
      return all_claims(Verdict::source_unreachable, "the listing of quantizations was not read",
                        {});
    }
    search();
  }

  void search() {
    QuantizationSearch search(hub_, evidence_, *listings_);
    for (const Claim* claim : claims_) {
      if (family_index(families_, claim->value) == families_.size()) {
        add(*claim, Verdict::verifier_unable, "this is not a family assay can look for", {});
      } else {
        judge(*claim, search.find(claim->value), search.promise(claim->value));
      }
    }
    for (const QuantizationFamily& one : families_) {
      const std::string& family = one.id;
      const bool claimed = std::any_of(claims_.begin(), claims_.end(),
                                       [&](const Claim* claim) { return claim->value == family; });
      if (claimed) continue;
      const SearchResult result = search.glance(family);
      if (result.status == SearchResult::Status::witness)
        add_unlisted(family, result, search.promise(family));
    }
    needed = std::move(search.needed);
  }

  void judge(const Claim& claim, const SearchResult& result, const Promise& promise) {
    std::vector<const Evidence*> seen{base_.evidence};
    seen.insert(seen.end(), result.evidence.begin(), result.evidence.end());
    switch (result.status) {
      case SearchResult::Status::pending:
        return add(claim, Verdict::source_unreachable, "not everything needed was read", {});
      case SearchResult::Status::witness: {
        Finding finding = witnessed(claim.value, result, promise);
        finding.claimed = claimed_json(claim);
        finding.verdict = Verdict::supported;
        finding.reason += base_.renamed;
        findings.push_back(std::move(finding));
        return;
      }
      case SearchResult::Status::absent:
        if (const std::string original = original_of(base_.repository); !original.empty()) {
          return add(claim, Verdict::verifier_unable,
                     fmt::format("{} is itself a quantization of {}, so what is made from it says "
                                 "nothing of the model",
                                 base_.repository.id, original),
                     seen);
        }
        return add(claim, Verdict::contradicted, absence_text(claim.value, result), seen);
      case SearchResult::Status::doubtful:
        return add(claim, Verdict::verifier_unable, result.why, seen);
      case SearchResult::Status::unreachable:
        return add(claim, Verdict::source_unreachable, result.why, seen);
    }
  }

  void add_unlisted(std::string_view family, const SearchResult& result, const Promise& promise) {
    Finding finding = witnessed(family, result, promise);
    finding.verdict = Verdict::unlisted;
    finding.reason += "; the entry does not list it";
    findings.push_back(std::move(finding));
  }

  std::string absence_text(std::string_view family, const SearchResult& result) const {
    const std::string& base = base_.repository.id;
    const std::size_t rows = listings_->quantized().rows.size();
    const std::string holds = counted(result.holds);
    std::string text;
    if (rows == 0) {
      text = fmt::format("the Hub lists nothing as quantized from {}", base);
    } else if (rows == 1) {
      text = fmt::format(
          "the one repository that the Hub lists as quantized from {} holds no {} "
          "weights{}",
          base, family, holds);
    } else {
      text = fmt::format(
          "none of the {} repositories that the Hub lists as quantized from {} holds "
          "{} weights{}",
          rows, base, family, holds);
    }
    std::string former;
    if (listings_->former() != nullptr) {
      former = fmt::format(", or what is listed under its former id ({})",
                           listings_->former()->rows.size());
    }
    return fmt::format(
        "{}; the base itself has none either, nor do its finetunes ({}) or what a search by its "
        "name finds ({}){}{}",
        text, listings_->finetunes()->rows.size(), listings_->named()->rows.size(), former,
        base_.renamed);
  }

  Finding witnessed(std::string_view family, const SearchResult& result,
                    const Promise& promise) const {
    Finding finding;
    finding.label = std::string(kPrefix) + std::string(family);
    finding.observed = family;
    finding.reason = witness_text(family, result, promise);
    finding.observations = witness_observations(result, promise);
    return finding;
  }

  std::string witness_text(std::string_view family, const SearchResult& result,
                           const Promise& promise) const {
    const Examined& seen = result.examined;
    const bool own = result.repository == &base_.repository;
    std::string text = fmt::format(
        "{}{} at commit {}{} holds {} weights: {}; {}; {} in 30 days",
        own ? "the base repository " : "", result.repository->id, seen.commit.substr(0, 12),
        seen.branch.empty() ? "" : fmt::format(" of its branch {}", seen.branch), family,
        seen.detail, seen.weights,
        times(static_cast<std::size_t>(result.repository->downloads), "download", "downloads"));
    if (!seen.unnamed.empty()) {
      text += fmt::format("; {} ({}) not counted, since the name gives no type",
                          times(seen.unnamed.size(), "file", "files"), seen.unnamed.front());
    }
    if (!result.lineage.empty()) text += "; " + result.lineage;
    return text + crowd_text(family, promise);
  }

  // "; 14 of the 214 repositories listed as quantized from lab/Model state awq, 3 more speak of it"
  std::string crowd_text(std::string_view family, const Promise& promise) const {
    const std::size_t rows = listings_->quantized().rows.size();
    const std::size_t first = promise.stated > 0 ? promise.stated : promise.spoken;
    if (first == 0) return {};
    const std::string_view verb = promise.stated > 0 ? (first == 1 ? "states" : "state")
                                                     : (first == 1 ? "speaks of" : "speak of");
    std::string text =
        fmt::format("; {} of {} listed as quantized from {} {} {}", first,
                    times(rows, "repository", "repositories"), base_.repository.id, verb, family);
    if (promise.stated > 0 && promise.spoken > 0) {
      text +=
          fmt::format(", {} more speak{} of it", promise.spoken, promise.spoken == 1 ? "s" : "");
    }
    return text;
  }

  // Format and files at the commit, and the page (or the base's own answer) that states the
  // lineage.
  std::vector<Observation> witness_observations(const SearchResult& result,
                                                const Promise& promise) const {
    const Examined& seen = result.examined;
    json value = {{"repository", result.repository->id},
                  {"commit", seen.commit},
                  {"format", seen.detail},
                  {"files", seen.files},
                  {"bytes", seen.bytes},
                  {"downloads", result.repository->downloads},
                  {"repositories", {{"stating", promise.stated}, {"speaking", promise.spoken}}}};
    if (!seen.branch.empty()) value["branch"] = seen.branch;
    if (!seen.types.empty()) value["types"] = seen.types;
    std::set<double> widths(promise.bits.begin(), promise.bits.end());
    if (seen.bits > 0) widths.insert(seen.bits);
    for (const double bits : widths) {
      const auto whole = static_cast<int>(bits);
      value["bits"].push_back(whole == bits ? json(whole) : json(bits));
    }
    std::vector<const Evidence*> all = seen.evidence;
    const Evidence* page = listings_->page_of(*result.repository);
    all.push_back(page == nullptr ? base_.evidence : page);
    all.insert(all.end(), result.evidence.begin(), result.evidence.end());
    std::vector<Observation> observations;
    for (const Evidence* evidence : all) observations.push_back(observe(*evidence, value));
    return observations;
  }

  void add(const Claim& claim, Verdict verdict, std::string reason,
           const std::vector<const Evidence*>& evidence) {
    Finding finding;
    finding.label = claim.label;
    finding.claimed = claimed_json(claim);
    finding.verdict = verdict;
    finding.reason = std::move(reason);
    constexpr std::size_t kObservations = 24;
    for (const Evidence* item : evidence) {
      if (finding.observations.size() < kObservations) {
        finding.observations.push_back(observe(*item, nullptr));
      }
    }
    findings.push_back(std::move(finding));
  }

  void all_claims(Verdict verdict, const std::string& reason,
                  const std::vector<const Evidence*>& evidence) {
    for (const Claim* claim : claims_) add(*claim, verdict, reason, evidence);
  }

  const Subject& subject_;
  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  const QuantizationFamilies& families_;
  std::vector<const Claim*> claims_;
  BaseRepository base_;
  std::optional<ModelListings> listings_;
};

bool covers(std::string_view label) { return label.starts_with(kPrefix); }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled || subject.repository.empty()) return {};
  Assessment assessment(subject, *hub, evidence, config.vocabulary->quantizations);
  std::set<std::string> urls;
  std::erase_if(assessment.needed,
                [&](const Request& request) { return !urls.insert(request.url).second; });
  return std::move(assessment.needed);
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr) return {};
  return Assessment(subject, *hub, evidence, config.vocabulary->quantizations).findings;
}

}  // namespace

extern const Auditor kQuantizationsAuditor;
const Auditor kQuantizationsAuditor{
    .id = "quantizations",
    .summary =
        "which quantization families have published weights of exactly this model on the Hub",
    .needs = "huggingface",
    .covers = covers,
    .plan = plan,
    .judge = judge,
    .due = std::chrono::hours(7 * 24),
};

}  // namespace assay
