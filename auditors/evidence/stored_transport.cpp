#include "auditors/evidence/stored_transport.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "validator/text/dates.h"

namespace assay {
namespace {

class StoredFirst {
 public:
  StoredFirst(Recall recall, Transport network, Reuse reuse)
      : recall_(std::move(recall)), network_(std::move(network)), reuse_(reuse) {}

  void submit(Request request, Done done) {
    if (std::optional<Evidence> known = stored(request)) {
      answered_.emplace_back(std::move(*known), std::move(done));
      return;
    }
    network_.submit(std::move(request), [this, done = std::move(done)](Evidence evidence) {
      done(std::move(evidence));
      // What that answer asked for may be at hand: entries go on while others wait for the network.
      answer();
    });
  }

  void drain() {
    do {
      answer();
      network_.drain();
    } while (!answered_.empty());
  }

 private:
  std::optional<Evidence> stored(const Request& request) const {
    const std::chrono::milliseconds enough =
        std::max(reuse_.max_age, std::chrono::milliseconds(request.good_for));
    const bool looks = request.immutable || request.settled || reuse_.offline ||
                       enough.count() > 0 || request.refused_for.count() > 0;
    std::optional<Evidence> known = looks ? recall_(request.url) : std::nullopt;
    // Offline nothing better is to be had, and what is wrong with it can be said.
    if (known && !reuse_.offline && request.usable && !request.usable(*known)) known.reset();
    const bool stays =
        known && known->ok() && (request.immutable || (request.settled && request.settled(*known)));
    if (known && !stays && !reuse_.offline) {
      // A clock that was ahead makes nothing young.
      const std::int64_t age = reuse_.now - parse_time(known->fetched_at);
      const auto limit = known->ok() ? enough : std::chrono::milliseconds(request.refused_for);
      const bool young = age >= 0 && age <= limit.count();
      if (!young) known.reset();
    }
    if (known || !reuse_.offline) return known;
    Evidence none;
    none.source = request.source;
    none.url = request.url;
    none.final_url = request.url;
    none.fetched_at = format_time(reuse_.now);
    none.outcome = Outcome::offline;
    none.error = "not asked (offline), and there is no stored answer";
    seal(none);
    return none;
  }

  void answer() {
    if (answering_) return;  // a Done that submits must not be called from inside another one
    answering_ = true;
    while (!answered_.empty()) {
      auto [evidence, done] = std::move(answered_.front());
      answered_.pop_front();
      done(std::move(evidence));
    }
    answering_ = false;
  }

  Recall recall_;
  Transport network_;
  Reuse reuse_;
  std::deque<std::pair<Evidence, Done>> answered_;
  bool answering_ = false;
};

}  // namespace

Transport stored_first(Recall recall, Transport network, Reuse reuse) {
  auto state = std::make_shared<StoredFirst>(std::move(recall), std::move(network), reuse);
  return {.submit = [state](Request request,
                            Done done) { state->submit(std::move(request), std::move(done)); },
          .drain = [state] { state->drain(); }};
}

}  // namespace assay
