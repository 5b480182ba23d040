#include "auditors/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "auditors/registry.h"

namespace assay {
namespace {

// One entry under way: what is known, what is still awaited.
struct Work {
  const Subject* subject = nullptr;
  EvidenceSet evidence;
  std::set<std::string> asked;
  std::size_t awaited = 0;
};

// An auditor whose plan never ends would keep a run alive for ever; no honest plan comes near this.
constexpr std::size_t kMaxRequestsPerSubject = 2'000;

// Few entries at once, so that an interrupted run has judged most of what it fetched; enough of
// them to keep every connection busy.
constexpr std::size_t kUnderWay = 16;

class Pipeline {
 public:
  explicit Pipeline(const AuditPlan& plan) : plan_(plan) {}

  void run() {
    start_more();
    plan_.transport.drain();
  }

 private:
  void start_more() {
    while (under_way_ < kUnderWay && works_.size() < plan_.subjects.size()) {
      Work& work = works_.emplace_back();
      work.subject = &plan_.subjects[works_.size() - 1];
      ++under_way_;
      advance(work);
    }
  }

  // Asks for what is still missing; judges when nothing is. What the run has at hand may let plans
  // ask for more.
  void advance(Work& work) {
    bool learned = true;
    while (learned && work.awaited == 0) {
      learned = false;
      const int rank = static_cast<int>(work.asked.size());
      for (Request& request : wanted(work)) {
        if (work.asked.size() >= kMaxRequestsPerSubject) break;
        if (!work.asked.insert(request.url).second) continue;
        if (const auto known = shared_.find(request.url); known != shared_.end()) {
          work.evidence.add(known->second);
          learned = true;
        } else {
          ++work.awaited;
          request.rank = rank;
          ask(work, std::move(request));
        }
      }
    }
    if (work.awaited == 0) judge(work);
  }

  // What all plans ask for now. Where two ask for the same, the one that wants it fresher decides.
  std::vector<Request> wanted(const Work& work) const {
    std::vector<Request> requests;
    std::map<std::string, std::size_t> places;
    for (const Auditor* auditor : plan_.auditors) {
      for (Request& request : auditor->plan(*work.subject, *plan_.config, work.evidence)) {
        request.good_for = std::max(request.good_for, due(*auditor));
        const auto [place, first] = places.emplace(request.url, requests.size());
        if (first) {
          requests.push_back(std::move(request));
        } else {
          Request& other = requests[place->second];
          other.good_for = std::min(other.good_for, request.good_for);
        }
      }
    }
    return requests;
  }

  std::chrono::seconds due(const Auditor& auditor) const {
    if (!plan_.config->only_due) return std::chrono::seconds{0};
    const auto configured = plan_.config->schedule.find(auditor.id);
    return configured == plan_.config->schedule.end() ? std::chrono::seconds(auditor.due)
                                                      : configured->second;
  }

  // Entries that want the same URL at the same time share one exchange.
  void ask(Work& work, Request request) {
    std::vector<Work*>& waiting = waiting_[request.url];
    waiting.push_back(&work);
    if (waiting.size() > 1) return;
    std::string url = request.url;
    const bool shared = request.shared;
    plan_.transport.submit(std::move(request),
                           [this, url = std::move(url), shared](Evidence evidence) {
                             receive(url, shared, std::move(evidence));
                           });
  }

  void receive(const std::string& url, bool shared, Evidence evidence) {
    if (plan_.on_evidence) plan_.on_evidence(evidence);
    std::optional<Evidence> previous;
    if (shared && evidence.ok() && plan_.last_good) previous = plan_.last_good(evidence);
    const auto answer = std::make_shared<const Answer>(std::move(evidence), std::move(previous));
    if (shared) shared_.emplace(url, answer);
    const auto node = waiting_.extract(url);
    if (node.empty()) return;
    for (Work* work : node.mapped()) {
      work->evidence.add(answer);
      --work->awaited;
      // Plans are asked again only when all that was asked for is there: fewer calls, and a plan
      // never sees half of a round.
      if (work->awaited == 0) advance(*work);
    }
    start_more();
  }

  void judge(Work& work) {
    if (plan_.offer_history) work.evidence.offer_history = plan_.offer_history(*work.subject);
    report_offers(work);
    std::map<std::string, Finding, std::less<>> by_label;
    std::vector<Finding> unlisted;
    for (const Auditor* auditor : plan_.auditors) {
      if (is_switched_off(*auditor)) continue;
      for (Finding& finding : auditor->judge(*work.subject, *plan_.config, work.evidence)) {
        finding.slug = work.subject->slug;
        finding.auditor = auditor->id;
        if (finding.verdict == Verdict::unlisted) {
          unlisted.push_back(std::move(finding));
        } else {
          std::string label = finding.label;
          by_label.insert_or_assign(std::move(label), std::move(finding));
        }
      }
    }
    report_unread(work);
    std::vector<Finding> findings;
    for (const Claim& claim : work.subject->claims) {
      if (const auto found = by_label.find(claim.label); found != by_label.end()) {
        findings.push_back(std::move(found->second));
      } else if (const Auditor* owner = covering(claim.label); owner == nullptr) {
        findings.push_back(unaudited(claim, "no auditor covers this label"));
      } else if (takes_part(*owner) && is_switched_off(*owner)) {
        findings.push_back(
            unaudited(claim, fmt::format("{} is switched off in the configuration", owner->needs)));
      }
    }
    std::sort(unlisted.begin(), unlisted.end(),
              [](const Finding& a, const Finding& b) { return a.label < b.label; });
    findings.insert(findings.end(), std::make_move_iterator(unlisted.begin()),
                    std::make_move_iterator(unlisted.end()));
    work.evidence = {};  // what was judged is not needed again: memory stays flat over many entries
    if (plan_.on_findings) plan_.on_findings(*work.subject, findings);
    --under_way_;
  }

  void report_unread(const Work& work) {
    if (!plan_.on_unread) return;
    for (const Auditor* auditor : plan_.auditors) {
      if (is_switched_off(*auditor)) {
        plan_.on_unread(*work.subject, {.auditor = std::string(auditor->id),
                                        .sources = {std::string(auditor->needs)}});
      }
      if (auditor->unread == nullptr) continue;
      Unread unread = auditor->unread(*work.subject, *plan_.config, work.evidence);
      unread.auditor = auditor->id;
      plan_.on_unread(*work.subject, unread);
    }
  }

  void report_offers(const Work& work) {
    if (!plan_.on_offers && !plan_.on_joined) return;
    for (const Auditor* auditor : plan_.auditors) {
      if (auditor->offers == nullptr) continue;
      const OffersRead read = auditor->offers(*work.subject, *plan_.config, work.evidence);
      for (const OfferDocument& document : read.documents) {
        if (!reported_.insert(document.evidence->id).second) continue;
        if (plan_.on_offers) plan_.on_offers(document);
      }
      if (plan_.on_joined) plan_.on_joined(*work.subject, read.joined);
    }
  }

  // By the operator: then nobody is asked, and nothing failed.
  bool is_switched_off(const Auditor& auditor) const {
    if (auditor.needs.empty()) return false;
    const SourceConfig* source = plan_.config->source(auditor.needs);
    return source == nullptr || !source->enabled;
  }

  bool takes_part(const Auditor& auditor) const {
    return std::any_of(plan_.auditors.begin(), plan_.auditors.end(),
                       [&](const Auditor* each) { return each->id == auditor.id; });
  }

  static const Auditor* covering(std::string_view label) {
    for (const Auditor& auditor : auditors()) {
      if (auditor.covers(label)) return &auditor;
    }
    return nullptr;
  }

  static Finding unaudited(const Claim& claim, std::string reason) {
    Finding finding;
    finding.slug = claim.slug;
    finding.label = claim.label;
    finding.claimed = claimed_json(claim);
    finding.verdict = Verdict::unaudited;
    finding.reason = std::move(reason);
    return finding;
  }

  const AuditPlan& plan_;
  std::deque<Work> works_;  // a deque: references to its elements stay valid
  std::size_t under_way_ = 0;
  std::map<std::string, std::vector<Work*>> waiting_;
  std::map<std::string, std::shared_ptr<const Answer>> shared_;
  std::set<std::string> reported_;  // evidence whose offers were reported
};

}  // namespace

void audit(const AuditPlan& plan) { Pipeline(plan).run(); }

}  // namespace assay
