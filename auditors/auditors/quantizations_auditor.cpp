#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "auditors/base_repository.h"
#include "auditors/hub.h"
#include "auditors/name_hints.h"
#include "auditors/registry.h"
#include "auditors/weight_files.h"
#include "auditors/witness.h"

// Which quantization families have published weights. A family is `supported` by one witness: a
// repository whose format is established by its config or files, whose weights are complete and
// readable, and whose base resolves exactly to the entry's. An absence is earned: everything that
// the Hub lists as derived from the base was read, and the same answers show what is known to be
// there.

namespace assay {
namespace {

using hub::Repository;
using hub::State;
using nlohmann::json;
using Status = Examined::Status;

constexpr std::string_view kPrefix = "quantizations_available.";

// Past this many repositories an absence stays open.
constexpr std::size_t kMaxExamined = 150;
constexpr int kPageSize = 1000;
constexpr int kSmallPageSize = 200;  // where the Hub cannot deliver large pages

bool derived_from(const Repository& row, std::string_view base) {
  return row.relation == "quantized" && row.bases.size() == 1 && row.bases.front() == base;
}

// "a; b; c; and 7 more"
std::string few(const std::vector<std::string>& list) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, list.size()); ++i) {
    text += (i == 0 ? "" : "; ") + list[i];
  }
  if (list.size() > kShown) text += fmt::format("; and {} more", list.size() - kShown);
  return text;
}

// Reads the evidence of one entry once, for the plan and for the judgement alike: what is missing
// goes to `needed`, what can be said to `findings`.
class Assessment {
 public:
  Assessment(const Subject& subject, const SourceConfig& hub, const EvidenceSet& evidence)
      : subject_(subject), hub_(hub), evidence_(evidence) {
    for (const Claim& claim : subject.claims) {
      if (std::string_view(claim.label).starts_with(kPrefix)) claims_.push_back(&claim);
    }
    if (subject_.repository.empty()) {
      all_claims(Verdict::verifier_unable,
                 "quantizations_source names no repository on the Hub, so nothing can be looked up",
                 {});
      return;
    }
    if (!read_base() || !read_quantized()) return;
    for (const Claim* claim : claims_) judge_claim(*claim);
    for (const std::string_view family : kFamilies) {
      const bool claimed = std::any_of(claims_.begin(), claims_.end(),
                                       [&](const Claim* claim) { return claim->value == family; });
      if (!claimed) look_for_unlisted(family);
    }
  }

  std::vector<Request> needed;
  std::vector<Finding> findings;

 private:
  struct Search {
    const Repository* witness = nullptr;
    Examined examined;  // of the witness
    bool pending = false;
    bool capped = false;
    bool gated = false;  // what is doubtful is so only because access must be granted
    std::size_t read = 0;
    std::vector<std::string> doubtful;      // "ORG/NAME: why"
    std::vector<std::string> unreachable;   // likewise
    std::vector<const Evidence*> evidence;  // of the doubtful and unreachable ones
  };

  // ---- the base and its children
  // -----------------------------------------------------------------

  bool read_base() {
    BaseRepository read = assay::read_base(hub_, evidence_, subject_);
    if (read.state == State::missing) {
      needed = std::move(read.needed);
      return all_claims(Verdict::source_unreachable, "the base repository was not asked for", {});
    }
    if (!read.ok()) {
      return all_claims(
          read.state == State::unreachable ? Verdict::source_unreachable : Verdict::verifier_unable,
          read.why, {read.evidence});
    }
    base_ = std::move(read.repository);
    base_evidence_ = read.evidence;
    renamed_ = std::move(read.renamed);
    return true;
  }

  bool read_quantized() {
    quantized_ = read_children(hub::Relation::quantized);
    if (quantized_.state != State::missing) return true;
    needed = quantized_.needed;
    return all_claims(Verdict::source_unreachable, "the listing of quantizations was not read", {});
  }

  // Large pages first; small ones where the Hub gives up on large ones.
  template <class RequestOf>
  hub::Listing read_pages(RequestOf request_of) const {
    const Request request = request_of(kPageSize);
    const Evidence* first = evidence_.find(request.url);
    const bool heavy =
        first != nullptr && (first->status == 504 || first->outcome == Outcome::too_large);
    return hub::read_list(evidence_, heavy ? request_of(kSmallPageSize) : request);
  }
  hub::Listing read_children(hub::Relation relation) const {
    return read_pages(
        [&](int limit) { return hub::children_request(hub_, relation, base_.id, limit); });
  }
  hub::Listing read_named() const {
    return read_pages(
        [&](int limit) { return hub::search_request(hub_, name_of(base_.id), limit); });
  }

  // ---- looking for a witness
  // ---------------------------------------------------------------------

  // Examines rows in order until one is a witness: one after the other while a witness is likely,
  // all at once when everything has to be read anyway.
  void look(const std::vector<const Repository*>& rows, std::string_view family, bool all_at_once,
            Search& search) {
    for (const Repository* row : rows) {
      if (search.read >= kMaxExamined) {
        search.capped = true;
        return;
      }
      ++search.read;
      Examined examined = examine(hub_, evidence_, base_, *row, family);
      switch (examined.status) {
        case Status::pending:
          needed.insert(needed.end(), examined.needed.begin(), examined.needed.end());
          search.pending = true;
          if (!all_at_once) return;
          break;
        case Status::witness:
          search.witness = row;
          search.examined = std::move(examined);
          return;
        case Status::other:
          break;
        case Status::doubtful:
          search.gated = examined.gated;
          note(search.doubtful, *row, examined.why, examined, search);
          break;
        case Status::unreachable:
          note(search.unreachable, *row, examined.why, examined, search);
          break;
      }
    }
  }

  static void note(std::vector<std::string>& list, const Repository& row, const std::string& why,
                   const Examined& examined, Search& search) {
    list.push_back(fmt::format("{}: {}", row.id, why));
    search.evidence.insert(search.evidence.end(), examined.evidence.begin(),
                           examined.evidence.end());
  }

  // Quantizations of exactly this base; with `hinted` those that speak of the family, else the
  // others. Likely witnesses first; the order does not depend on the listing's.
  std::vector<const Repository*> candidates(std::string_view family, bool hinted) const {
    std::vector<std::pair<std::tuple<bool, int, std::int64_t, std::string_view>, const Repository*>>
        ranked;
    for (const Repository& row : quantized_.rows) {
      if (!derived_from(row, base_.id)) continue;
      const int strength = hint_strength(row, family);
      if ((strength > 0) != hinted) continue;
      const bool odd = changed_weights_word(row, base_) || other_size_word(row, base_) ||
                       row.gated || row.disabled;
      ranked.emplace_back(std::tuple(odd, -strength, -row.downloads, std::string_view(row.id)),
                          &row);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<const Repository*> rows;
    for (const auto& [rank, row] : ranked) rows.push_back(row);
    return rows;
  }

  // Repositories that speak of the family and may belong to the base, though the Hub does not state
  // that they are quantized from exactly it.
  std::vector<const Repository*> outsiders(const hub::Listing& finetunes, const hub::Listing& named,
                                           std::string_view family) const {
    std::set<std::string_view> seen{base_.id};
    for (const Repository& row : quantized_.rows) {
      if (derived_from(row, base_.id)) seen.insert(row.id);
    }
    std::vector<const Repository*> rows;
    for (const hub::Listing* listing : {&std::as_const(quantized_), &finetunes, &named}) {
      for (const Repository& row : listing->rows) {
        // Tags of children keep a base's former id and the author's spelling.
        const bool ours = row.bases.empty() || is_based_on_ours(row);
        const bool speaks = hint_strength(row, family) > 0 ||
                            (family != "gguf" && hints_at_quantization(row) && !only_gguf(row));
        const bool other_model = row.relation == "adapter" || changed_weights_word(row, base_) ||
                                 other_size_word(row, base_);
        if (ours && !other_model && speaks && seen.insert(row.id).second) {
          rows.push_back(&row);
        }
      }
    }
    return rows;
  }

  bool is_based_on_ours(const Repository& row) const {
    return std::any_of(row.bases.begin(), row.bases.end(), [&](const std::string& id) {
      return same_id(id, base_.id) || same_id(id, subject_.repository);
    });
  }

  // The base repository can be its own witness: native FP8 or MXFP4, GGUF files beside the others.
  void look_at_base(std::string_view family, Search& search) {
    Search own;
    look({&base_}, family, false, own);
    search.pending = search.pending || own.pending;
    if (own.witness != nullptr) {
      search.witness = own.witness;
      search.examined = std::move(own.examined);
    }
    // A gated original is the normal case and stores its weights unquantized; only one that looks
    // quantized itself is in doubt. A config.json that cannot be read is a fault like any other.
    const bool in_doubt = !own.gated || base_.packed || hint_strength(base_, family) > 0;
    if (in_doubt) {
      search.doubtful.insert(search.doubtful.end(), own.doubtful.begin(), own.doubtful.end());
    }
    search.unreachable.insert(search.unreachable.end(), own.unreachable.begin(),
                              own.unreachable.end());
    search.evidence.insert(search.evidence.end(), own.evidence.begin(), own.evidence.end());
  }

  // ---- verdicts
  // ----------------------------------------------------------------------------------

  void judge_claim(const Claim& claim) {
    const std::string_view family = claim.value;
    if (std::find(kFamilies.begin(), kFamilies.end(), family) == kFamilies.end()) {
      add(claim, Verdict::verifier_unable, "this is no family that can be looked for", {});
      return;
    }
    Search search;
    const std::vector<const Repository*> hinted = candidates(family, true);
    const bool base_first = base_.packed || hint_strength(base_, family) > 0;
    if (base_first) look_at_base(family, search);
    if (search.witness == nullptr && !search.pending) look(hinted, family, false, search);
    if (search.witness == nullptr && !search.pending) {
      earn_absence(claim, family, base_first, search);
      if (search.witness == nullptr && !search.pending) return;
    }
    if (search.witness != nullptr) {
      support(claim, search, hinted.size());
    } else {
      add(claim, Verdict::source_unreachable, "not everything that is needed was read", {});
    }
  }

  void earn_absence(const Claim& claim, std::string_view family, bool base_seen, Search& search) {
    if (!complete(claim, quantized_, "the listing of quantizations")) return;
    if (!base_seen) look_at_base(family, search);
    std::vector<const Repository*> others = candidates(family, false);
    if (family != "gguf") {
      std::erase_if(others, [](const Repository* row) { return only_gguf(*row); });
    }
    if (search.witness == nullptr) look(others, family, true, search);
    if (search.witness != nullptr || search.pending) return;

    if (!finetunes_) finetunes_ = read_children(hub::Relation::finetune);
    if (!named_) named_ = read_named();
    const hub::Listing& finetunes = *finetunes_;
    const hub::Listing& named = *named_;
    for (const hub::Listing* listing : {&finetunes, &named}) {
      if (listing->state != State::missing) continue;
      needed.insert(needed.end(), listing->needed.begin(), listing->needed.end());
      search.pending = true;
    }
    if (search.pending || !complete(claim, finetunes, "the listing of finetunes") ||
        !complete(claim, named, "the search by name")) {
      return;
    }
    look_outside(outsiders(finetunes, named, family), family, search);
    if (!search.pending) conclude(claim, family, search, finetunes, named);
  }

  // What would be a witness in the listing is only a candidate here: its lineage is not
  // established.
  void look_outside(const std::vector<const Repository*>& rows, std::string_view family,
                    Search& search) {
    for (const Repository* row : rows) {
      Search one;
      one.read = search.read;
      look({row}, family, true, one);
      search.read = one.read;
      search.pending = search.pending || one.pending;
      search.capped = search.capped || one.capped;
      if (one.witness != nullptr) {
        note(search.doubtful, *row,
             fmt::format(
                 "it holds {} weights, but the Hub does not state that they are quantized from {}",
                 family, base_.id),
             one.examined, search);
      }
      search.doubtful.insert(search.doubtful.end(), one.doubtful.begin(), one.doubtful.end());
      search.unreachable.insert(search.unreachable.end(), one.unreachable.begin(),
                                one.unreachable.end());
      search.evidence.insert(search.evidence.end(), one.evidence.begin(), one.evidence.end());
    }
  }

  // Adds a finding and returns false when the listing was not read to its end.
  bool complete(const Claim& claim, const hub::Listing& listing, std::string_view what) {
    if (listing.state == State::ok) return true;
    std::vector<const Evidence*> seen{base_evidence_};
    seen.insert(seen.end(), listing.pages.begin(), listing.pages.end());
    if (listing.failed != nullptr) seen.push_back(listing.failed);
    add(claim,
        listing.state == State::unreachable ? Verdict::source_unreachable
                                            : Verdict::verifier_unable,
        fmt::format("{} could not be read to its end: {}", what, listing.why), seen);
    return false;
  }

  void conclude(const Claim& claim, std::string_view family, const Search& search,
                const hub::Listing& finetunes, const hub::Listing& named) {
    std::vector<const Evidence*> seen{base_evidence_};
    for (const hub::Listing* listing : {&std::as_const(quantized_), &finetunes, &named}) {
      seen.insert(seen.end(), listing->pages.begin(), listing->pages.end());
    }
    seen.insert(seen.end(), search.evidence.begin(), search.evidence.end());
    if (!search.unreachable.empty()) {
      add(claim, Verdict::source_unreachable,
          fmt::format("no {} weights were found, but not every repository could be read: {}",
                      family, few(search.unreachable)),
          seen);
    } else if (!search.doubtful.empty()) {
      add(claim, Verdict::verifier_unable,
          fmt::format("no repository proves {} weights; to look at: {}", family,
                      few(search.doubtful)),
          seen);
    } else if (search.capped) {
      add(claim, Verdict::verifier_unable,
          fmt::format("more than {} repositories would have to be read", kMaxExamined), seen);
    } else if (const std::string doubt = doubt_of_silence(finetunes, named); !doubt.empty()) {
      add(claim, Verdict::verifier_unable, doubt, seen);
    } else {
      add(claim, Verdict::contradicted,
          fmt::format("every repository that the Hub lists as quantized from {} was read ({}), its "
                      "finetunes ({}) and a search by name ({}) too; none holds {} weights{}",
                      base_.id, quantized_.rows.size(), finetunes.rows.size(), named.rows.size(),
                      family, renamed_),
          seen);
    }
  }

  // The canaries: silence counts only when the same answers show what is known to be there.
  std::string doubt_of_silence(const hub::Listing& finetunes, const hub::Listing& named) const {
    // One missing row may be the one that holds the family.
    const auto too_short = [](const hub::Listing& listing, std::optional<std::int64_t> stated) {
      return stated && static_cast<std::int64_t>(listing.rows.size()) < *stated;
    };
    if (too_short(quantized_, base_.quantized_children)) {
      return fmt::format("the Hub counts {} quantizations of {}, its listing gave {}",
                         *base_.quantized_children, base_.id, quantized_.rows.size());
    }
    if (too_short(finetunes, base_.finetuned_children)) {
      return fmt::format("the Hub counts {} finetunes of {}, its listing gave {}",
                         *base_.finetuned_children, base_.id, finetunes.rows.size());
    }
    if (quantized_.rows.empty() && !base_.quantized_children) {
      return "the listing is empty, and the Hub states no count to compare it with";
    }
    // What the listings hold is what was asked for, and says so.
    const auto strange = [&](const hub::Listing& listing, std::string_view relation) {
      return std::find_if(listing.rows.begin(), listing.rows.end(), [&](const Repository& row) {
        return row.relation != relation || !is_based_on_ours(row);
      });
    };
    for (const auto& [listing, relation] :
         {std::pair(&quantized_, "quantized"), std::pair(&finetunes, "finetune")}) {
      const auto row = strange(*listing, relation);
      if (row == listing->rows.end()) continue;
      return fmt::format("the listing of what is {} from {} holds {}, which does not say so",
                         relation == std::string_view("finetune") ? "finetuned" : relation,
                         base_.id, row->id);
    }
    const bool finds_itself =
        std::any_of(named.rows.begin(), named.rows.end(),
                    [&](const Repository& row) { return row.id == base_.id; });
    if (!finds_itself) {
      return fmt::format("the search by name does not even find {}, so its silence proves nothing",
                         base_.id);
    }
    return {};
  }

  void look_for_unlisted(std::string_view family) {
    // A few tries are enough: nobody claimed it.
    constexpr std::size_t kTries = 3;
    std::vector<const Repository*> hinted = candidates(family, true);
    hinted.resize(std::min(kTries, hinted.size()));
    Search search;
    if (base_.packed || hint_strength(base_, family) > 0) look_at_base(family, search);
    if (search.witness == nullptr && !search.pending) look(hinted, family, false, search);
    if (search.witness == nullptr) return;
    Finding finding;
    finding.label = std::string(kPrefix) + std::string(family);
    finding.observed = family;
    finding.verdict = Verdict::unlisted;
    finding.reason = witness_text(search) + "; the entry does not list it";
    finding.observations = witness_observations(search);
    findings.push_back(std::move(finding));
  }

  void support(const Claim& claim, const Search& search, std::size_t hinted) {
    Finding finding;
    finding.label = claim.label;
    finding.claimed = claimed_json(claim);
    finding.observed = claim.value;
    finding.verdict = Verdict::supported;
    finding.reason = witness_text(search) + renamed_;
    if (hinted > 1) {
      finding.reason += fmt::format("; {} listed repositories speak of {}", hinted, claim.value);
    }
    finding.observations = witness_observations(search);
    findings.push_back(std::move(finding));
  }

  std::string witness_text(const Search& search) const {
    const Examined& seen = search.examined;
    std::string size;
    if (seen.bytes > 0) size = fmt::format(", {:.1f} GB", static_cast<double>(seen.bytes) / 1e9);
    return fmt::format("{} at commit {}: {}; {} weight file{}, complete{}", search.witness->id,
                       seen.commit.substr(0, 12), seen.detail, seen.files,
                       seen.files == 1 ? "" : "s", size);
  }

  // Format and files at the commit, and the page (or the base's own answer) that states the
  // lineage.
  std::vector<Observation> witness_observations(const Search& search) const {
    const json value = {{"repository", search.witness->id},
                        {"commit", search.examined.commit},
                        {"format", search.examined.detail},
                        {"files", search.examined.files},
                        {"bytes", search.examined.bytes}};
    std::vector<Observation> all;
    for (const Evidence* evidence : search.examined.evidence) {
      all.push_back(hub::observe(*evidence, value));
    }
    if (search.witness == &base_) {
      all.push_back(hub::observe(*base_evidence_, value));
    } else {
      all.push_back(hub::observe(*quantized_.page_of(*search.witness), value));
    }
    return all;
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
        finding.observations.push_back(hub::observe(*item, nullptr));
      }
    }
    findings.push_back(std::move(finding));
  }

  // Always false, so that a reader can return it.
  bool all_claims(Verdict verdict, const std::string& reason,
                  const std::vector<const Evidence*>& evidence) {
    for (const Claim* claim : claims_) add(*claim, verdict, reason, evidence);
    return false;
  }

  const Subject& subject_;
  const SourceConfig& hub_;
  const EvidenceSet& evidence_;
  std::vector<const Claim*> claims_;
  Repository base_;
  const Evidence* base_evidence_ = nullptr;
  hub::Listing quantized_;
  std::optional<hub::Listing> finetunes_;  // read once, when the first absence has to be earned
  std::optional<hub::Listing> named_;
  std::string renamed_;
};

bool covers(std::string_view label) { return label.starts_with(kPrefix); }

std::vector<Request> plan(const Subject& subject, const Config& config,
                          const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr || !hub->enabled || subject.repository.empty()) return {};
  Assessment assessment(subject, *hub, evidence);
  std::set<std::string> urls;
  std::erase_if(assessment.needed,
                [&](const Request& request) { return !urls.insert(request.url).second; });
  return std::move(assessment.needed);
}

std::vector<Finding> judge(const Subject& subject, const Config& config,
                           const EvidenceSet& evidence) {
  const SourceConfig* hub = config.source("huggingface");
  if (hub == nullptr) return {};
  return Assessment(subject, *hub, evidence).findings;
}

}  // namespace

extern const Auditor kQuantizationsAuditor;
const Auditor kQuantizationsAuditor{
    .id = "quantizations",
    .summary =
        "which quantization families have published weights of exactly this model on the Hub",
    .covers = covers,
    .plan = plan,
    .judge = judge,
    .due = std::chrono::hours(7 * 24),
};

}  // namespace assay
