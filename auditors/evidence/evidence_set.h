#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auditors/evidence/evidence.h"
#include "auditors/evidence/offer.h"

namespace assay {

/// One answer and what was made of its body, so that a body is parsed once however often, and by
/// however many entries, it is read. Used by one thread.
class Answer {
 public:
  /// `previous`: an earlier answer to the same URL that was found good, if there is one.
  explicit Answer(Evidence evidence, std::optional<Evidence> previous = std::nullopt)
      : evidence_(std::move(evidence)), previous_(std::move(previous)) {}

  const Evidence& evidence() const { return evidence_; }
  const Evidence* previous() const { return previous_ ? &*previous_ : nullptr; }

  /// parse(of), remembered. `of` is evidence() or *previous(); `parse` is a function of nothing
  /// else, and its result may point into the evidence.
  template <class T>
  const T& parsed(const Evidence& of, T (*parse)(const Evidence&)) const {
    std::shared_ptr<const void>& known = parsed_[{&of, nullptr, reinterpret_cast<Function>(parse)}];
    if (!known) known = std::make_shared<const T>(parse(of));
    return *static_cast<const T*>(known.get());
  }
  /// parse(*this, with), remembered for as long as `with` is the same object.
  template <class T, class With>
  const T& parsed(T (*parse)(const Answer&, const With&), const With& with) const {
    std::shared_ptr<const void>& known =
        parsed_[{nullptr, &with, reinterpret_cast<Function>(parse)}];
    if (!known) known = std::make_shared<const T>(parse(*this, with));
    return *static_cast<const T*>(known.get());
  }

 private:
  using Function = void (*)();
  struct Key {
    const Evidence* of;
    const void* with;
    Function parse;
    bool operator<(const Key& other) const {
      if (of != other.of) return std::less<>{}(of, other.of);
      if (with != other.with) return std::less<>{}(with, other.with);
      return std::less<>{}(parse, other.parse);
    }
  };

  Evidence evidence_;
  std::optional<Evidence> previous_;
  mutable std::map<Key, std::shared_ptr<const void>> parsed_;
};

/// What is known so far of one entry: answers by requested URL, and what our own records say.
class EvidenceSet {
 public:
  void add(Evidence evidence);
  /// An answer that other sets hold too.
  void add(std::shared_ptr<const Answer> answer);
  const Evidence* find(std::string_view url) const;
  /// The earlier good answer to the same URL; null when there is none.
  const Evidence* previous(std::string_view url) const;
  std::size_t size() const { return by_url_.size(); }

  /// parse(evidence), parsed once: see Answer::parsed. Throws std::logic_error for evidence that is
  /// neither from find() nor from previous() of this set.
  template <class T>
  const T& parsed(const Evidence& evidence, T (*parse)(const Evidence&)) const {
    return answer_of(evidence).parsed(evidence, parse);
  }
  /// Of the answer, the earlier good one included; with what else `parse` must know, which must
  /// outlive the answers.
  template <class T, class With>
  const T& parsed(const Evidence& evidence, T (*parse)(const Answer&, const With&),
                  const With& with) const {
    return answer_of(evidence).parsed(parse, with);
  }

  /// Offers of this entry's model as earlier runs saw them.
  std::vector<OfferPeriod> offer_history;

 private:
  const Answer& answer_of(const Evidence& evidence) const;

  std::map<std::string, std::shared_ptr<const Answer>, std::less<>> by_url_;
};

}  // namespace assay
