#include "validator/fix/mend.h"

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "validator/fix/edit.h"

namespace assay {
namespace {

constexpr int kMostRounds = 10;
constexpr int kMostTrials = 100;  // texts that one round may check to sort out harmful fixes

// A problem by rule and place, and how often it occurs there.
using Places = std::map<std::pair<std::string_view, std::size_t>, std::size_t>;

// Finds the largest part of a round's fixes that does no harm.
class Round {
 public:
  Round(const std::string& bytes, const Check& check, const Checked& before)
      : bytes_(bytes), check_(check), before_(before) {}

  // Adds `offered` to what is kept, or the halves of it that can be.
  void add(std::span<const Diagnostic* const> offered) {
    if (offered.empty() || trials_ == kMostTrials) return;
    ++trials_;
    std::vector<const Diagnostic*> wanted = kept_;
    wanted.insert(wanted.end(), offered.begin(), offered.end());
    const Edits edits = edits_of(wanted);
    std::string bytes = edits.apply(bytes_);
    Checked after = check_(bytes);
    if (helps(edits, wanted, after)) {
      kept_ = std::move(wanted);
      mended_ = {std::move(bytes), std::move(after)};
    } else if (offered.size() > 1) {
      const std::size_t half = offered.size() / 2;
      add(offered.first(half));
      add(offered.subspan(half));
    }
  }

  const std::vector<const Diagnostic*>& kept() const { return kept_; }
  // The text with what is kept, and what is found in it; null when nothing is kept.
  std::optional<std::pair<std::string, Checked>>& mended() { return mended_; }

 private:
  Edits edits_of(const std::vector<const Diagnostic*>& problems) const {
    std::vector<Fix> fixes;
    for (const Diagnostic* problem : problems) fixes.push_back(*problem->fix);
    return Edits::of(std::move(fixes), bytes_.size());
  }

  // Whether each mended problem is gone and no error is new.
  bool helps(const Edits& edits, const std::vector<const Diagnostic*>& mended,
             const Checked& after) const {
    Places now;
    for (const Diagnostic& problem : after.all) ++now[{problem.rule, problem.span.begin}];
    Places allowed;
    for (const Diagnostic& problem : before_.all) {
      ++allowed[{problem.rule, edits.moved(problem.span.begin)}];
    }
    for (const Diagnostic* problem : mended) {
      --allowed[{problem->rule, edits.moved(problem->span.begin)}];
    }
    const auto exceeds = [&](std::string_view rule, std::size_t at) {
      const auto found = allowed.find({rule, at});
      return now.contains({rule, at}) &&
             now.at({rule, at}) > (found == allowed.end() ? 0 : found->second);
    };
    return std::none_of(mended.begin(), mended.end(),
                        [&](const Diagnostic* problem) {
                          return exceeds(problem->rule, edits.moved(problem->span.begin));
                        }) &&
           std::none_of(after.all.begin(), after.all.end(), [&](const Diagnostic& problem) {
             return problem.severity == Severity::error &&
                    exceeds(problem.rule, problem.span.begin);
           });
  }

  const std::string& bytes_;
  const Check& check_;
  const Checked& before_;
  std::vector<const Diagnostic*> kept_;
  std::optional<std::pair<std::string, Checked>> mended_;
  int trials_ = 0;
};

// The problems to mend at once: their fixes do not touch each other.
std::vector<const Diagnostic*> offered_by(const Diagnostics& problems, std::size_t size) {
  std::vector<const Diagnostic*> offered;
  for (const Diagnostic& problem : problems) {
    if (!problem.fix || problem.severity == Severity::note) continue;
    const Span span = problem.fix->span;
    if (span.begin <= span.end && span.end <= size) offered.push_back(&problem);
  }
  std::stable_sort(offered.begin(), offered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tie(a->fix->span.begin, a->fix->span.end) <
           std::tie(b->fix->span.begin, b->fix->span.end);
  });
  std::vector<const Diagnostic*> apart;
  for (const Diagnostic* problem : offered) {
    const Span span = problem->fix->span;
    const bool touches = !apart.empty() && (span.begin < apart.back()->fix->span.end ||
                                            span.begin == apart.back()->fix->span.begin);
    if (!touches) apart.push_back(problem);
  }
  return apart;
}

}  // namespace

Mended mend(std::string bytes, const Check& check) {
  Mended mended{bytes, {}, {}};
  Checked found = check(mended.bytes);
  for (int round_number = 0;; ++round_number) {
    const auto offered = offered_by(found.fixable, mended.bytes.size());
    Round round(mended.bytes, check, found);
    round.add(offered);
    if (round.kept().empty()) {
      for (const Diagnostic* problem : offered) mended.left.push_back(*problem);
      return mended;
    }
    // Fixes that undo each other for ever: none of them is certain.
    if (round_number == kMostRounds) return {std::move(bytes), {}, {}};
    for (const Diagnostic* problem : round.kept()) ++mended.fixed[problem->rule];
    std::tie(mended.bytes, found) = std::move(*round.mended());
  }
}

}  // namespace assay
