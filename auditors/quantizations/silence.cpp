#include "auditors/quantizations/silence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "auditors/repository/base_repository.h"
#include "validator/text/ascii.h"

namespace assay {
namespace {

using hub::Listing;
using hub::Repository;

using Ids = std::set<std::string_view>;

Ids ids_of(const Listing& listing) {
  Ids ids;
  for (const Repository& row : listing.rows) ids.insert(row.id);
  return ids;
}

class Canaries {
 public:
  explicit Canaries(const Silence& silence) : lists_(silence), base_(silence.base.repository) {}

  std::string doubt() const {
    for (const std::string& text :
         {length_of(lists_.quantized, base_.quantized_children, lists_.quantized_again,
                    "quantizations"),
          length_of(lists_.finetunes, base_.finetuned_children, lists_.finetunes_again,
                    "finetunes"),
          strangers(lists_.quantized, "quantized", "quantized"),
          strangers(lists_.finetunes, "finetune", "finetuned"), search(), former()}) {
      if (!text.empty()) return text;
    }
    return {};
  }

 private:
  // One missing row may be the one that matters.
  std::string length_of(const Listing& listing, std::optional<std::int64_t> stated,
                        const Listing* again, std::string_view what) const {
    const auto rows = static_cast<std::int64_t>(listing.rows.size());
    if (stated && rows < *stated) {
      return fmt::format(
          "the Hub counts {} {} of {}, its listing gave {}, and a missing one may hold them",
          *stated, what, base_.id, rows);
    }
    if (stated && !needs_two_readings(listing, stated)) return {};
    if (std::string text = moved(listing, again, fmt::format("the listing of {}", what));
        !text.empty()) {
      return text;
    }
    if (stated) return {};
    if (listing.rows.empty() && what == "quantizations") {
      return "the listing is empty, and the Hub states no count to compare it with";
    }
    if (ends_full(listing)) {
      return fmt::format("the listing of {} of {} ends with a full page", what, base_.id);
    }
    return {};
  }

  // Two readings of a list that are not the same, or one that moved and was not read again.
  std::string moved(const Listing& listing, const Listing* again, std::string_view what) const {
    for (const Listing* one : {&listing, again}) {
      if (one != nullptr && !one->repeated.empty()) {
        return fmt::format("{} moved while it was read: {} came twice", what, one->repeated);
      }
    }
    if (again == nullptr || again->state != ReadState::ok) {
      return fmt::format("{} of {} was read once only, which may have lost one", what, base_.id);
    }
    const Ids first = ids_of(listing);
    const Ids second = ids_of(*again);
    if (first == second) return {};
    if (first.size() != second.size()) {
      return fmt::format("{} of {}, read twice, gave {} and {}", what, base_.id, first.size(),
                         second.size());
    }
    return fmt::format("{} of {}, read twice, gave other repositories the second time", what,
                       base_.id);
  }

  // What a listing holds is what was asked for, and says so.
  std::string strangers(const Listing& listing, std::string_view relation,
                        std::string_view word) const {
    for (const Repository& row : listing.rows) {
      const bool ours = std::any_of(row.bases.begin(), row.bases.end(), [&](const std::string& id) {
        return same_id(id, base_.id) || same_id(id, lists_.base.asked);
      });
      if (ours && row.relation == relation) continue;
      return fmt::format("the listing of what is {} from {} holds {}, which does not say so", word,
                         base_.id, row.id);
    }
    return {};
  }

  // The search has no count; it is held against the base and the other lists.
  std::string search() const {
    const Ids found = ids_of(lists_.named);
    if (!found.contains(base_.id)) {
      return fmt::format("the search by name does not even find {}, so its silence proves nothing",
                         base_.id);
    }
    const std::string words = ascii::lower(lists_.words);
    for (const Listing* listing : {&lists_.quantized, &lists_.finetunes}) {
      for (const Repository& row : listing->rows) {
        if (found.contains(row.id) || ascii::lower(row.id).find(words) == std::string::npos)
          continue;
        return fmt::format("the search by name does not find {}, which is listed", row.id);
      }
    }
    const Ids quantized = ids_of(lists_.quantized);
    const Ids finetunes = ids_of(lists_.finetunes);
    for (const Repository& row : lists_.named.rows) {
      const bool ours = std::find(row.bases.begin(), row.bases.end(), base_.id) != row.bases.end();
      const Ids* listed = row.relation == "quantized"  ? &quantized
                          : row.relation == "finetune" ? &finetunes
                                                       : nullptr;
      if (!ours || listed == nullptr || listed->contains(row.id)) continue;
      return fmt::format("the search by name finds {}, which is missing from its listing", row.id);
    }
    const bool once =
        lists_.named.pages.size() == 1 && lists_.named.repeated.empty() && !ends_full(lists_.named);
    return once ? std::string{} : moved(lists_.named, lists_.named_again, "the search by name");
  }

  // Nothing counts what has the former id, and mostly it is nothing.
  std::string former() const {
    for (const Silence::Twice& list : {lists_.former, lists_.former_named}) {
      if (list.once == nullptr) continue;
      if (list.again == nullptr || ids_of(*list.once) != ids_of(*list.again) ||
          !list.once->repeated.empty() || ends_full(*list.once)) {
        return fmt::format("what is listed under the former id {} may be incomplete",
                           lists_.base.asked);
      }
    }
    if (lists_.former.once == nullptr) return {};
    return strangers(*lists_.former.once, "quantized", "quantized");
  }

  bool ends_full(const Listing& listing) const {
    const std::array<const Listing*, 3> all{&lists_.quantized, &lists_.finetunes, &lists_.named};
    return assay::ends_full(listing, all, lists_.limit);
  }

  const Silence& lists_;
  const Repository& base_;
};

}  // namespace

bool needs_two_readings(const Listing& listing, std::optional<std::int64_t> stated) {
  if (!stated || !listing.repeated.empty()) return true;
  return listing.pages.size() > 1 && static_cast<std::int64_t>(listing.rows.size()) != *stated;
}

bool ends_full(const Listing& listing, std::span<const Listing* const> others, int limit) {
  auto full = static_cast<std::size_t>(limit);
  for (const Listing* other : others) {
    for (std::size_t i = 0; i + 1 < other->page_rows.size(); ++i) {
      full = std::min(full, other->page_rows[i]);
    }
  }
  return !listing.page_rows.empty() && listing.page_rows.back() >= full &&
         listing.page_rows.back() > 0;
}

std::string doubt_of_silence(const Silence& silence) { return Canaries(silence).doubt(); }

}  // namespace assay
