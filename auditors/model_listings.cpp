#include "auditors/model_listings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "auditors/model_names.h"

namespace assay {

using hub::Listing;
using hub::Repository;
using hub::State;

namespace {

constexpr int kPageSize = 1000;
constexpr int kSmallPageSize = 200;  // where the Hub cannot deliver large pages

}  // namespace

ModelListings::ModelListings(const SourceConfig& hub, const EvidenceSet& evidence,
                             const BaseRepository& base, std::string_view asked)
    : hub_(hub),
      evidence_(evidence),
      base_{base.repository, asked},
      quantized_(read_pages([&](int limit) {
        return hub::children_request(hub_, hub::Relation::quantized, base_.repository.id, limit);
      })) {
  for (const Repository& row : quantized_.rows) {
    if (quantized_from(row, base_.repository)) children_.push_back(row_of(row));
  }
}

// Large pages first; small ones where the Hub gives up on large ones.
Listing ModelListings::read_pages(const std::function<Request(int limit)>& request_of) const {
  const Request request = request_of(kPageSize);
  const Evidence* first = evidence_.find(request.url);
  const bool heavy =
      first != nullptr && (first->status == 504 || first->outcome == Outcome::too_large);
  return hub::read_list(evidence_, heavy ? request_of(kSmallPageSize) : request);
}

ModelListings::Row ModelListings::row_of(const Repository& row) const {
  return {&row, RowFacts(row),
          row.gated || speaks_of_other_model(row, base_.repository).has_value()};
}

void ModelListings::read_others() {
  if (finetunes_) return;
  finetunes_ = read_pages([&](int limit) {
    return hub::children_request(hub_, hub::Relation::finetune, base_.repository.id, limit);
  });
  named_ = read_pages([&](int limit) {
    return hub::search_request(hub_, search_words(base_.repository.id), limit);
  });
  if (finetunes_->state == State::ok && named_->state == State::ok) gather_outsiders();
}

void ModelListings::gather_outsiders() {
  std::set<std::string, std::less<>> existing;
  for (const Listing* listing : {&quantized_, &*finetunes_, &*named_}) {
    for (const Repository& row : listing->rows) existing.insert(row.id);
  }
  const auto exists = [&](const std::string& id) { return existing.count(id) != 0; };
  std::set<std::string_view> seen;
  for (const Row& child : children_) seen.insert(child.repository->id);
  for (const Listing* listing : {&quantized_, &*finetunes_, &*named_}) {
    for (const Repository& row : listing->rows) {
      if (!may_descend(row, base_, exists) || speaks_of_other_model(row, base_.repository))
        continue;
      if (seen.insert(row.id).second) outsiders_.push_back(row_of(row));
    }
  }
}

std::vector<Request> ModelListings::missing() const {
  std::vector<Request> all;
  for (const Listing* listing : {&quantized_, finetunes(), named()}) {
    if (listing == nullptr || listing->state != State::missing) continue;
    all.insert(all.end(), listing->needed.begin(), listing->needed.end());
  }
  return all;
}

std::vector<const Evidence*> ModelListings::pages() const {
  std::vector<const Evidence*> all;
  for (const Listing* listing : {&quantized_, finetunes(), named()}) {
    if (listing == nullptr) continue;
    all.insert(all.end(), listing->pages.begin(), listing->pages.end());
    if (listing->failed != nullptr) all.push_back(listing->failed);
  }
  return all;
}

const Evidence* ModelListings::page_of(const Repository& row) const {
  for (const Listing* listing : {&quantized_, finetunes(), named()}) {
    if (listing == nullptr || listing->rows.empty()) continue;
    if (&row >= listing->rows.data() && &row < listing->rows.data() + listing->rows.size()) {
      return listing->page_of(row);
    }
  }
  return nullptr;
}

// The canaries: silence counts only when the same answers show what is known to be there.
std::string ModelListings::doubt_of_silence() const {
  const Repository& base = base_.repository;
  // One missing row may be the one that holds the family.
  const auto too_short = [&](const Listing& listing, std::optional<std::int64_t> stated,
                             std::string_view what) -> std::string {
    const auto rows = static_cast<std::int64_t>(listing.rows.size());
    if (!stated || rows >= *stated) return {};
    return fmt::format(
        "the Hub counts {} {} of {}, its listing gave {}, and one that was not seen may hold them",
        *stated, what, base.id, rows);
  };
  if (std::string text = too_short(quantized_, base.quantized_children, "quantizations");
      !text.empty()) {
    return text;
  }
  if (std::string text = too_short(*finetunes_, base.finetuned_children, "finetunes");
      !text.empty()) {
    return text;
  }
  if (quantized_.rows.empty() && !base.quantized_children) {
    return "the listing is empty, and the Hub states no count to compare it with";
  }
  // What the listings hold is what was asked for, and says so.
  const auto says = [&](const Repository& row, std::string_view relation) {
    return row.relation == relation &&
           std::any_of(row.bases.begin(), row.bases.end(), [&](const std::string& id) {
             return same_id(id, base.id) || same_id(id, base_.asked);
           });
  };
  for (const auto& [listing, relation] :
       {std::pair(&quantized_, "quantized"), std::pair(&*finetunes_, "finetune")}) {
    for (const Repository& row : listing->rows) {
      if (says(row, relation)) continue;
      return fmt::format("the listing of what is {} from {} holds {}, which does not say so",
                         relation == std::string_view("finetune") ? "finetuned" : relation, base.id,
                         row.id);
    }
  }
  const bool finds_itself = std::any_of(named_->rows.begin(), named_->rows.end(),
                                        [&](const Repository& row) { return row.id == base.id; });
  if (!finds_itself) {
    return fmt::format("the search by name does not even find {}, so its silence proves nothing",
                       base.id);
  }
  return {};
}

}  // namespace assay
