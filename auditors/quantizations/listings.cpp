#include "auditors/quantizations/listings.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "auditors/quantizations/silence.h"
#include "auditors/repository/model_names.h"
#include "validator/text/ascii.h"

namespace assay {

using hub::Listing;
using hub::Repository;

namespace {

constexpr int kPageSize = 1000;
constexpr int kSmallPageSize = 200;  // where the Hub cannot deliver large pages
constexpr int kAnotherSize = 500;    // another question for the same list
// The same two, where the answers to those were stored by an earlier run.
constexpr int kFreshSize = 999;
constexpr int kSmallFreshSize = 199;

bool holds_words(std::string_view text, std::string_view words) {
  return std::search(text.begin(), text.end(), words.begin(), words.end(), [](char a, char b) {
           return ascii::to_lower(a) == ascii::to_lower(b);
         }) != text.end();
}

Request fresh(Request request) {
  request.good_for = {};
  return request;
}

}  // namespace

ModelListings::ModelListings(const SourceConfig& hub, const EvidenceSet& evidence,
                             const BaseRepository& base, std::string_view asked,
                             const QuantizationFamilies& families)
    : hub_(hub),
      evidence_(evidence),
      families_(families),
      base_{base.repository, asked},
      base_read_(*base.evidence),
      limit_(kPageSize),
      quantized_(read_pages(
          [&](int limit) {
            return hub::children_request(hub_, hub::Relation::quantized, base_.repository.id,
                                         limit);
          },
          kPageSize, kSmallPageSize)) {
  for (const Repository& row : quantized_.rows) {
    if (quantized_from(row, base_.repository)) children_.push_back(row_of(row));
  }
}

// Large pages first; small ones where the Hub gives up on large ones.
Listing ModelListings::read_pages(const RequestOf& request_of, int large, int small) {
  const Request request = request_of(large);
  const Evidence* first = evidence_.find(request.url);
  const bool heavy =
      first != nullptr && (first->status == 504 || first->outcome == Outcome::too_large);
  limit_ = std::min(limit_, heavy ? small : large);
  return hub::read_list(evidence_, heavy ? request_of(small) : request);
}

ModelListings::Row ModelListings::row_of(const Repository& row) const {
  return {&row, RowFacts(row, families_, base_.repository.id),
          row.gated || speaks_of_other_model(row, base_.repository).has_value() ||
              !has_plain_name(row, base_.repository, families_)};
}

Request ModelListings::children(hub::Relation relation, int limit) const {
  return hub::children_request(hub_, relation, base_.repository.id, limit);
}

Request ModelListings::search(int limit) const {
  return hub::search_request(hub_, search_words(base_.repository.id), limit);
}

void ModelListings::read_others() {
  if (finetunes_) return;
  // What was asked anew for another family serves all.
  if (evidence_.find(fresh(search(kFreshSize)).url) != nullptr) return read_others_anew();
  finetunes_ = read_pages([&](int limit) { return children(hub::Relation::finetune, limit); },
                          kPageSize, kSmallPageSize);
  named_ = read_pages([&](int limit) { return search(limit); }, kPageSize, kSmallPageSize);
  if (!others_complete()) return;
  if (!stored()) read_again();
  if (others_complete()) gather_outsiders();
}

void ModelListings::read_others_anew() {
  finetunes_ =
      read_pages([&](int limit) { return fresh(children(hub::Relation::finetune, limit)); },
                 kFreshSize, kSmallFreshSize);
  named_ = read_pages([&](int limit) { return fresh(search(limit)); }, kFreshSize, kSmallFreshSize);
  outsiders_.clear();
  if (!others_complete()) return;
  read_again();
  if (others_complete()) gather_outsiders();
}

// Without a count to compare with, a list is read twice; so is one whose pages moved, and a search
// whose last page is full.
void ModelListings::read_again() {
  if (needs_two_readings(quantized_, base_.repository.quantized_children)) {
    quantized_again_ = hub::read_list(evidence_, children(hub::Relation::quantized, kAnotherSize));
  }
  if (needs_two_readings(*finetunes_, base_.repository.finetuned_children)) {
    finetunes_again_ =
        hub::read_list(evidence_, fresh(children(hub::Relation::finetune, kAnotherSize)));
  }
  read_former();
  if (!others_complete()) return;
  if (ends_full(*named_, lists(), limit_) || named_->pages.size() > 1 ||
      !named_->repeated.empty()) {
    named_again_ = hub::read_list(evidence_, fresh(search(kAnotherSize)));
  }
}

// Tags keep the id that a base had when they were written, and so do names. Asked anew by each run
// that is about to call a family absent.
void ModelListings::read_former() {
  const std::string_view former = base_.asked;
  const std::string& now = base_.repository.id;
  if (same_id(former, now)) return;
  const auto children = [&](int limit) {
    return fresh(hub::children_request(hub_, hub::Relation::quantized, former, limit));
  };
  former_ = read_pages(children, kPageSize, kSmallPageSize);
  former_again_ = hub::read_list(evidence_, children(kAnotherSize));
  if (holds_words(search_words(former), search_words(now))) return;  // the search found these too
  const auto search = [&](int limit) {
    return fresh(hub::search_request(hub_, search_words(former), limit));
  };
  former_named_ = read_pages(search, kPageSize, kSmallPageSize);
  former_named_again_ = hub::read_list(evidence_, search(kAnotherSize));
}

const Listing* ModelListings::unread() const {
  const std::vector<const Listing*> all = lists();
  const auto found = std::find_if(all.begin(), all.end(), [](const Listing* listing) {
    return listing->state != ReadState::ok;
  });
  return found == all.end() ? nullptr : *found;
}

bool ModelListings::others_complete() const { return unread() == nullptr; }

bool ModelListings::stored() const {
  for (const Listing* listing : {finetunes(), named()}) {
    if (listing == nullptr) continue;
    for (const Evidence* page : listing->pages) {
      if (is_stored(*page)) return true;
    }
  }
  return false;
}

bool ModelListings::unchanged() {
  const auto counts = [](const std::optional<std::int64_t>& stated, const Listing& listing) {
    return stated && *stated == static_cast<std::int64_t>(listing.rows.size()) &&
           listing.repeated.empty();
  };
  const Repository& base = base_.repository;
  if (!same_id(base_.asked, base.id) || !counts(base.quantized_children, quantized_) ||
      !counts(base.finetuned_children, *finetunes_) || named_->rows.empty() ||
      named_->pages.size() > 1 || !doubt_of_silence().empty()) {
    return false;
  }
  newest_ = hub::read_list(evidence_, hub::newest_request(hub_, search_words(base.id)));
  // Only its first page tells; a next one is not needed.
  if (newest_->pages.empty()) {
    if (newest_->state != ReadState::missing) newest_.reset();
    return false;
  }
  newest_->state = ReadState::ok;
  return !newest_->rows.empty() && newest_->rows.front().id == named_->rows.back().id;
}

bool ModelListings::stored(const Repository& row) const {
  const Evidence* page = page_of(row);
  return page != nullptr && is_stored(*page);
}

std::vector<const Listing*> ModelListings::lists() const {
  std::vector<const Listing*> all{&quantized_};
  for (const auto* listing :
       {&finetunes_, &named_, &quantized_again_, &finetunes_again_, &named_again_, &former_,
        &former_again_, &former_named_, &former_named_again_, &newest_}) {
    if (*listing) all.push_back(&**listing);
  }
  return all;
}

void ModelListings::gather_outsiders() {
  std::vector<const Listing*> sources{&quantized_, &*finetunes_, &*named_};
  for (const auto* listing : {&former_, &former_named_}) {
    if (*listing) sources.push_back(&**listing);
  }
  std::set<std::string, std::less<>> existing;
  for (const Listing* listing : sources) {
    for (const Repository& row : listing->rows) existing.insert(row.id);
  }
  const auto exists = [&](const std::string& id) { return existing.count(id) != 0; };
  std::set<std::string_view> seen;
  for (const Row& child : children_) seen.insert(child.repository->id);
  for (const Listing* listing : sources) {
    for (const Repository& row : listing->rows) {
      if (!may_descend(row, base_, exists)) continue;
      // What the Hub does not call a quantization either.
      const bool called_other = !row.relation.empty() && row.relation != "quantized";
      if (called_other && speaks_of_other_model(row, base_.repository)) continue;
      if (seen.insert(row.id).second) outsiders_.push_back(row_of(row));
    }
  }
}

std::vector<Request> ModelListings::missing() const {
  std::vector<Request> all;
  for (const Listing* listing : lists()) {
    if (listing->state != ReadState::missing) continue;
    all.insert(all.end(), listing->needed.begin(), listing->needed.end());
  }
  return all;
}

std::vector<const Evidence*> ModelListings::pages() const {
  std::vector<const Evidence*> all;
  for (const Listing* listing : lists()) {
    all.insert(all.end(), listing->pages.begin(), listing->pages.end());
    if (listing->failed != nullptr) all.push_back(listing->failed);
  }
  return all;
}

const Evidence* ModelListings::page_of(const Repository& row) const {
  for (const Listing* listing : lists()) {
    if (listing->rows.empty()) continue;
    if (&row >= listing->rows.data() && &row < listing->rows.data() + listing->rows.size()) {
      return listing->page_of(row);
    }
  }
  return nullptr;
}

std::string ModelListings::doubt_of_silence() const {
  return assay::doubt_of_silence(
      {.base = base_,
       .quantized = quantized_,
       .finetunes = *finetunes_,
       .named = *named_,
       .words = search_words(base_.repository.id),
       .limit = limit_,
       .quantized_again = quantized_again_ ? &*quantized_again_ : nullptr,
       .finetunes_again = finetunes_again_ ? &*finetunes_again_ : nullptr,
       .named_again = named_again_ ? &*named_again_ : nullptr,
       .former = {former(), former_again_ ? &*former_again_ : nullptr},
       .former_named = {former_named_ ? &*former_named_ : nullptr,
                        former_named_again_ ? &*former_named_again_ : nullptr}});
}

}  // namespace assay
