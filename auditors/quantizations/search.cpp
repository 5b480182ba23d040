#include "auditors/quantizations/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "auditors/repository/base_repository.h"
#include "auditors/repository/model_names.h"
#include "auditors/repository/name_hints.h"

namespace assay {

using hub::Listing;
using hub::Repository;
using Outlook = Listed::Outlook;
namespace {

// Past this many repositories to be read for one family an absence stays open.
constexpr std::size_t kMaxExamined = 400;
constexpr std::size_t kTries = 3;  // for a family that nobody claimed

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

// What the Hub answers for a repository that is not there, or not for everybody.
bool hides(const Evidence& answer) {
  return answer.status == 401 || answer.status == 403 || answer.status == 404 ||
         answer.status == 410;
}

}  // namespace

struct QuantizationSearch::Progress {
  std::string_view family;
  SearchResult result{};
  bool pending = false;
  bool capped = false;
  bool gone = false;   // what a stored list shows is not so any more
  bool gated = false;  // what is doubtful is so only because access must be granted
  std::size_t read = 0;
  std::vector<std::string> doubtful{};     // "ORG/NAME: why"
  std::vector<std::string> unreachable{};  // likewise

  bool found() const { return result.repository != nullptr; }
  bool open() const { return !found() && !pending; }
  bool in_doubt() const { return capped || !doubtful.empty() || !unreachable.empty(); }

  void find_in(const Repository& row, Examined examined) {
    pending = false;
    result.repository = &row;
    result.examined = std::move(examined);
    result.evidence.clear();
  }
  void note(bool fault, const Repository& row, const std::string& why,
            const std::vector<const Evidence*>& evidence) {
    (fault ? unreachable : doubtful).push_back(fmt::format("{}: {}", row.id, why));
    result.evidence.insert(result.evidence.end(), evidence.begin(), evidence.end());
  }
  // Takes over what a part of the search found out; its doubts only if they count.
  void join(Progress part, bool doubts_count = true) {
    read += part.read;
    pending = pending || part.pending;
    capped = capped || part.capped;
    gone = gone || part.gone;
    if (doubts_count) doubtful.insert(doubtful.end(), part.doubtful.begin(), part.doubtful.end());
    unreachable.insert(unreachable.end(), part.unreachable.begin(), part.unreachable.end());
    const std::vector<const Evidence*>& seen = part.result.evidence;
    result.evidence.insert(result.evidence.end(), seen.begin(), seen.end());
  }
  void end(SearchResult::Status status, std::string why) {
    result.status = status;
    result.why = std::move(why);
  }
  SearchResult take() {
    if (found()) {
      result.status = SearchResult::Status::witness;
    } else if (pending) {
      result.status = SearchResult::Status::pending;
    }
    return std::move(result);
  }
};

SearchResult QuantizationSearch::find(std::string_view family) {
  Progress progress{.family = family};
  if (base_likely(family)) look_at_base(progress);
  if (progress.open()) look(candidates(family, true), false, progress);
  if (progress.open()) earn_absence(progress);
  return progress.take();
}

SearchResult QuantizationSearch::glance(std::string_view family) {
  Progress progress{.family = family};
  progress.end(SearchResult::Status::doubtful, {});
  std::vector<const Row*> rows = candidates(family, true);
  rows.resize(std::min(kTries, rows.size()));
  if (base_likely(family)) look_at_base(progress);
  if (progress.open()) look(rows, false, progress);
  return progress.take();
}

Promise QuantizationSearch::promise(std::string_view family) const {
  Promise promise;
  for (const Row& row : listings_.children()) {
    const Outlook outlook = listed(row, family).outlook;
    if (outlook == Outlook::likely && row.facts.hint(family) > 0) ++promise.spoken;
    if (outlook != Outlook::stated) continue;
    ++promise.stated;
    if (row.facts.format.bits > 0) promise.bits.push_back(row.facts.format.bits);
  }
  std::sort(promise.bits.begin(), promise.bits.end());
  promise.bits.erase(std::unique(promise.bits.begin(), promise.bits.end()), promise.bits.end());
  return promise;
}

Listed QuantizationSearch::listed(const Row& row, std::string_view family) const {
  return listed_weights(*row.repository, row.facts, base_, family);
}

void QuantizationSearch::need(const std::vector<Request>& requests, Progress& progress) {
  needed.insert(needed.end(), requests.begin(), requests.end());
  progress.pending = true;
}

// The likely ones, or the others that the listing does not rule out. Those that promise most first;
// the order does not depend on the listing's.
std::vector<const ModelListings::Row*> QuantizationSearch::candidates(std::string_view family,
                                                                      bool likely) const {
  using Rank = std::tuple<bool, bool, int, bool, std::int64_t, std::string_view>;
  std::vector<std::pair<Rank, const Row*>> ranked;
  for (const Row& row : listings_.children()) {
    const Repository& repository = *row.repository;
    const Outlook outlook = listed(row, family).outlook;
    if (outlook == Outlook::excluded || (outlook > Outlook::open) != likely) continue;
    ranked.emplace_back(Rank(row.odd, outlook != Outlook::stated, -row.facts.hint(family),
                             !tensors_fit(repository, listings_.families(), family),
                             -repository.downloads, repository.id),
                        &row);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<const Row*> rows;
  for (const auto& [rank, row] : ranked) rows.push_back(row);
  return rows;
}

// Examines rows in order until one is a witness. While one is likely few are asked for at once: as
// many as were read in vain so far. All at once when everything has to be read anyway.
void QuantizationSearch::look(const std::vector<const Row*>& rows, bool all_at_once,
                              Progress& progress) {
  std::size_t waiting = 0;
  std::size_t vain = 0;
  for (const Row* row : rows) {
    if (progress.read >= kMaxExamined) {
      progress.capped = true;
      return;
    }
    ++progress.read;
    const Repository& repository = *row->repository;
    Examined examined =
        examine(hub_, evidence_, base_, repository, progress.family, listings_.families());
    switch (examined.status) {
      case Examined::Status::pending:
        need(examined.needed, progress);
        if (!all_at_once && ++waiting > vain) return;
        continue;
      case Examined::Status::witness:
        return progress.find_in(repository, std::move(examined));
      case Examined::Status::other:
        ++progress.result.holds[examined.holds];
        break;
      case Examined::Status::doubtful:
        progress.gated = examined.gated;
        progress.note(false, repository, examined.why, examined.evidence);
        break;
      case Examined::Status::unreachable:
        progress.note(true, repository, examined.why, examined.evidence);
        break;
    }
    ++vain;
  }
}

bool QuantizationSearch::base_likely(std::string_view family) const {
  return listed(base_row_, family).outlook > Outlook::open;
}

// The base repository can be its own witness: native FP8 or MXFP4, GGUF files beside the others.
void QuantizationSearch::look_at_base(Progress& progress) {
  Progress own{.family = progress.family};
  look({&base_row_}, false, own);
  if (own.found()) return progress.find_in(base_, std::move(own.result.examined));
  // A gated original is the normal case and stores its weights unquantized; only one that looks
  // quantized itself is in doubt. A config.json that cannot be read is a fault like any other.
  const bool counts = !own.gated || base_.packed || base_likely(progress.family);
  progress.join(std::move(own), counts);
}

void QuantizationSearch::earn_absence(Progress& progress) {
  if (!complete(listings_.quantized(), "the listing of quantizations", progress)) return;
  if (!base_likely(progress.family)) look_at_base(progress);
  if (!progress.found()) look(candidates(progress.family, false), true, progress);
  if (!progress.open()) return;
  listings_.read_others();
  if (listings_.stored()) {
    // Enough for a witness, and for a doubt that is still one; an absence is of today.
    Progress earlier = progress;
    if (!look_in_others(earlier)) {
      progress = std::move(earlier);
      return;
    }
    if (earlier.in_doubt() && !earlier.gone) {
      progress = std::move(earlier);
      return conclude(progress);
    }
    if (!earlier.gone && !earlier.in_doubt()) {
      const bool unchanged = listings_.unchanged();
      if (const std::vector<Request> missing = listings_.missing(); !missing.empty()) {
        return need(missing, progress);
      }
      if (unchanged) {
        progress = std::move(earlier);
        return conclude(progress);
      }
    }
    listings_.read_others_anew();
  }
  if (look_in_others(progress)) conclude(progress);
}

// Whether everything was read and holds no witness.
bool QuantizationSearch::look_in_others(Progress& progress) {
  if (const std::vector<Request> missing = listings_.missing(); !missing.empty()) {
    need(missing, progress);
    return false;
  }
  if (!complete(*listings_.finetunes(), "the listing of finetunes", progress) ||
      !complete(*listings_.named(), "the search by name", progress)) {
    return false;
  }
  if (const Listing* unread = listings_.unread(); unread != nullptr) {
    complete(*unread, "one of the lists to compare with", progress);
    return false;
  }
  for (const Row& row : listings_.outsiders()) {
    look_outside(row, progress);
    if (progress.found()) return false;
  }
  return !progress.pending;
}

// Ends the search and returns false when the listing was not read to the end.
bool QuantizationSearch::complete(const Listing& listing, std::string_view what,
                                  Progress& progress) const {
  if (listing.state == ReadState::ok) return true;
  progress.end(listing.state == ReadState::unreachable ? SearchResult::Status::unreachable
                                                       : SearchResult::Status::doubtful,
               fmt::format("{} could not be read to the end: {}", what, listing.why));
  progress.result.evidence = listings_.pages();
  return false;
}

// Whether one that states no base was found by a name that itself says that it is another model's,
// and its card does not say otherwise: nothing is left that makes it a quantization of the base.
// True as well while its card is not known yet.
bool QuantizationSearch::is_foreign(const Row& row, Progress& progress) {
  const Repository& repository = *row.repository;
  if (!repository.bases.empty() || !names_other_weights(repository, base_)) return false;
  const Lineage lineage =
      trace_lineage(hub_, evidence_, listings_.base(), repository, false, listings_.families());
  if (lineage.status == Lineage::Status::pending) {
    need(lineage.needed, progress);
    return true;
  }
  return lineage.foreign;
}

// Whether a repository that a stored list shows says by now that it was made from something else.
bool QuantizationSearch::refers_otherwise(const Repository& stored) const {
  Request request;
  Repository now;
  const Reading reading = look_up(hub_, evidence_, stored.id, now, request);
  return reading.ok() && (now.bases != stored.bases || now.relation != stored.relation);
}

// What would be a witness in the listing is only a candidate here, until its lineage is
// established.
void QuantizationSearch::look_outside(const Row& row, Progress& progress) {
  const Repository& repository = *row.repository;
  const Outlook outlook = listed(row, progress.family).outlook;
  const bool hinted =
      progress.family != "gguf" &&
      (hints_at_quantization(repository, base_.id) || !repository.quantization.is_null() ||
       tensors_fit(repository, listings_.families(), progress.family));
  if (outlook == Outlook::excluded || (outlook == Outlook::open && !hinted)) return;
  if (is_foreign(row, progress)) return;
  Progress one{.family = progress.family};
  look({&row}, true, one);
  if (!one.found()) return progress.join(std::move(one));
  Examined& examined = one.result.examined;
  Lineage lineage = trace_lineage(hub_, evidence_, listings_.base(), repository, examined.old_mlx,
                                  listings_.families());
  switch (lineage.status) {
    case Lineage::Status::pending:
      return need(lineage.needed, progress);
    case Lineage::Status::established:
      if (listings_.stored(repository)) return confirm(repository, progress);
      progress.find_in(repository, std::move(examined));
      progress.result.lineage = std::move(lineage.how);
      progress.result.evidence = std::move(lineage.evidence);
      return;
    case Lineage::Status::open:
    case Lineage::Status::unreachable:
      progress.gone =
          progress.gone || (listings_.stored(repository) &&
                            (refers_otherwise(repository) ||
                             std::any_of(lineage.evidence.begin(), lineage.evidence.end(),
                                         [](const Evidence* seen) { return hides(*seen); })));
      progress.note(lineage.status == Lineage::Status::unreachable, repository,
                    fmt::format("it holds {} weights, but {}", progress.family, lineage.how),
                    examined.evidence);
      return;
  }
}

// A row that an earlier run stored says what was: the repository is asked itself, and judged by
// what it says of itself now.
void QuantizationSearch::confirm(const Repository& stored, Progress& progress) {
  Request request;
  Repository now;
  const Reading reading = look_up(hub_, evidence_, stored.id, now, request);
  if (reading.state == ReadState::missing) return need({request}, progress);
  const bool refused = hides(*reading.evidence);
  if (!reading.ok() && !refused) {
    // A fault does not say that it is gone, whatever the lists show now.
    return progress.note(true, stored, "the repository itself could not be read: " + reading.why,
                         {reading.evidence});
  }
  if (refused || now.id != stored.id) {
    progress.gone = true;
    return;
  }
  const Repository& kept = confirmed_.emplace_back(std::move(now));
  Progress one{.family = progress.family};
  look_outside({&kept, RowFacts(kept, listings_.families(), base_.id), false}, one);
  if (!one.found()) {
    // It was a witness by the stored list and is none now, unless a fault hides it.
    one.gone = one.gone || (!one.pending && one.unreachable.empty());
    return progress.join(std::move(one));
  }
  progress.find_in(kept, std::move(one.result.examined));
  progress.result.lineage = std::move(one.result.lineage);
  progress.result.evidence = std::move(one.result.evidence);
  if (progress.result.evidence.empty()) progress.result.evidence.push_back(reading.evidence);
}

void QuantizationSearch::conclude(Progress& progress) const {
  const std::string_view family = progress.family;
  if (!progress.unreachable.empty()) {
    progress.end(SearchResult::Status::unreachable,
                 fmt::format("no {} weights were found, but not every repository could be read: {}",
                             family, few(progress.unreachable)));
  } else if (!progress.doubtful.empty()) {
    progress.end(SearchResult::Status::doubtful,
                 fmt::format("no repository proves {} weights; worth a look: {}", family,
                             few(progress.doubtful)));
  } else if (progress.capped) {
    progress.end(SearchResult::Status::doubtful,
                 fmt::format("more than {} repositories would have to be read", kMaxExamined));
  } else if (std::string doubt = listings_.doubt_of_silence(); !doubt.empty()) {
    progress.end(SearchResult::Status::doubtful, std::move(doubt));
  } else {
    progress.end(SearchResult::Status::absent, {});
    for (const Row& row : listings_.children()) {
      const Listed known = listed(row, family);
      if (known.outlook == Outlook::excluded) ++progress.result.holds[known.holds];
    }
  }
  const std::vector<const Evidence*> read = listings_.pages();
  progress.result.evidence.insert(progress.result.evidence.begin(), read.begin(), read.end());
}

}  // namespace assay
